/** The lobby of a locked meeting, and its recorder: what a call profile makes of those who come, and of a wish to record. */
import { fieldOf, memberOf } from './activation.ts';
import type { Call, Leg, Meeting } from './bridge-state.ts';
import type { World } from './world.ts';

/** What the call profile of the meeting's space says, else the system's. */
export function profileField(
  world: World,
  { space }: Pick<Meeting, 'space'>,
  name: string,
): string | undefined {
  const { rows } = world.callProfiles;
  const own = rows.get(space?.fields.get('callProfile') ?? '')?.fields.get(name);
  return own ?? rows.get(world.systemProfiles.get('callProfile') ?? '')?.fields.get(name);
}

export function isLocked({ calls }: Meeting): boolean {
  return [...calls].some(({ fields }) => fields.get('locked') === 'true');
}

/** `all`: everybody new waits. Else, and before 2.9, only those who need an activator; a member not if one is there. */
export function mustWait(world: World, leg: Leg): boolean {
  const { meeting } = leg.call;
  if (!isLocked(meeting)) return false;
  if (world.settings.release >= 209 && profileField(world, meeting, 'lockMode') === 'all') return true;
  if (meeting.hasActivator && memberOf(meeting.space, leg.userJid) !== undefined) return false;
  return fieldOf(world, leg, 'needsActivation') === 'true';
}

/** After a change of a call's fields: unlocked on one bridge, it is so on all, and whoever waits is let in. */
export function follow(world: World, call: Call, changes: ReadonlyMap<string, string | undefined>): void {
  const { meeting } = call;
  if (changes.get('locked') === 'false') {
    for (const one of meeting.calls) {
      one.fields.set('locked', 'false');
      for (const leg of one.legs.values()) leg.isWaiting = false;
    }
    world.activation.settle(meeting);
  }
  const recorder = profileField(world, meeting, 'sipRecorderUri');
  const isIn = recorder !== undefined && legsTo(meeting, recorder).length > 0;
  if (changes.get('recording') === 'true' && recorder !== undefined && !isIn) {
    world.dialler.dial(call, recorder, new Map());
  }
  if (changes.get('recording') === 'false' && recorder !== undefined) {
    for (const leg of legsTo(meeting, recorder)) world.conferences.endLeg(leg, 'apiInitiatedTeardown');
  }
}

function legsTo({ calls }: Meeting, uri: string): Leg[] {
  return [...calls].flatMap(({ legs }) =>
    [...legs.values()].filter(({ remoteParty }) => remoteParty === uri.toLowerCase()),
  );
}
