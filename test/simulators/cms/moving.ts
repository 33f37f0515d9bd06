/** Moves a participant into another call: somebody new there at once, who tells whom they were, and the old one goes soon after. */
import type { Call, Leg } from './bridge-state.ts';
import { doesNotExist, refused } from './failure.ts';
import type { Fields } from './fields.ts';
import type { Settings } from './options.ts';
import type { World } from './world.ts';

/** Who is signed in is there by an app: since 3.0 that is the web app, which can be moved since 3.2. */
export function canMove({ release }: Settings, { state, userJid }: Leg): boolean | undefined {
  if (release < 206) return undefined;
  return state === 'connected' && (userJid === undefined || release >= 302);
}

/** Nothing is known to keep anybody from being moved a second time while the old one is still there: then there are two. */
export function move(world: World, target: Call, id: string, fields: Fields): Leg {
  const { conferences, settings } = world;
  const owner = world.bridges.find(({ legs }) => legs.has(id.toLowerCase()));
  const old = owner?.legs.get(id.toLowerCase());
  if (owner === undefined || old === undefined) throw doesNotExist('participant');
  if (canMove(settings, old) !== true) throw refused('participantCannotBeModified');
  const { name, remoteParty, originalRemoteParty, direction, userJid } = old;
  const outcome = settings.moveOutcome(remoteParty);
  const leg = conferences.addLeg(typeof outcome === 'string' ? target : callInto(world, target, outcome), {
    name,
    remoteParty,
    originalRemoteParty,
    direction,
    userJid,
    movedFrom: old.id,
    movedFromBridge: owner.callBridge,
    fields: new Map([...old.fields, ...fields]),
  });
  if (outcome !== 'drops') conferences.connect(leg);
  old.timer = setTimeout(() => {
    conferences.endLeg(old, 'callMoved');
    if (outcome === 'drops') conferences.endLeg(leg, 'error');
  }, settings.moveDelay);
  return leg;
}

function callInto(
  { bridges, conferences, spaces }: World,
  { bridge }: Call,
  { into, on = bridge.name }: { readonly into: string; readonly on?: string },
): Call {
  const space = spaces.find(into);
  const owner = bridges.find(({ name }) => name === on);
  if (space === undefined || owner === undefined) throw doesNotExist('coSpace');
  return conferences.callOf(owner, space, new Map());
}
