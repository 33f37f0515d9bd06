/** What people and rooms do by themselves: dial in, leave, hang up. */
import { memberOf } from './activation.ts';
import type { BridgeState } from './bridge-state.ts';
import { normaliseUri } from './dialling.ts';
import { Failure } from './failure.ts';
import { profileField } from './lobby.ts';
import type { Space } from './spaces.ts';
import type { Row } from './table.ts';
import type { World } from './world.ts';

export interface JoinOptions {
  name: string;
  /** What is entered when asked for it, with or without a `#` at the end: `#` alone is a blank one. Absent: nothing is. */
  passcode?: string;
  /** Address of the caller; made from the name when absent. */
  uri?: string;
  /** Signed in as that user of the bridge, who comes in without a passcode where a member. */
  userJid?: string;
}

export type JoinRefusal =
  | 'unknown'
  | 'locked'
  | 'incorrectPasscode'
  /** Nothing was entered, and the bridge waits until something is. */
  | 'passcodeAwaited'
  | 'participantLimitReached'
  | 'unreachable';
export type Joined =
  /** `waits`: seconds after which the bridge would have let in somebody who entered nothing. */
  { joined: true; participant: string; waits?: number } | { joined: false; reason: JoinRefusal };

type Entrance = { by: Space | Row; waits?: number } | { reason: JoinRefusal };

export class People {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Dials a number, or a URI, on that bridge, and starts a call there if none is running. */
  join(bridge: BridgeState | undefined, number: string, options: JoinOptions): Joined {
    const joined = this.#come(bridge, number, options);
    if (!joined.joined && bridge !== undefined) {
      const caller = {
        name: options.name,
        remoteParty: normaliseUri(addressOf(options)) ?? options.name,
        number,
      };
      this.#world.cdr.turnAway(bridge, caller, joined.reason);
    }
    return joined;
  }

  #come(bridge: BridgeState | undefined, number: string, options: JoinOptions): Joined {
    if (bridge === undefined || !bridge.alive) return { joined: false, reason: 'unreachable' };
    const dialled = number.replace(/^sips?:/i, '').replace(/@.*$/, '');
    const space = this.#world.spaces.find(dialled);
    if (space === undefined) return { joined: false, reason: 'unknown' };
    const running = bridge.callOfSpace.get(space);
    const entrance = this.#entrance(space, dialled, options);
    if ('reason' in entrance) return { joined: false, reason: entrance.reason };
    const { by, waits } = entrance;
    const { conferences } = this.#world;
    const call = running ?? conferences.callOf(bridge, space, new Map([['activeWhenEmpty', 'false']]));
    const uri = addressOf(options);
    try {
      const leg = conferences.addLeg(call, {
        name: options.name,
        remoteParty: normaliseUri(uri) ?? uri,
        originalRemoteParty: uri,
        direction: 'incoming',
        accessMethod: by === space ? undefined : by,
        userJid: options.userJid,
      });
      conferences.connect(leg);
      return { joined: true, participant: leg.id, ...(waits !== undefined && { waits }) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (call.legs.size === 0 && running === undefined) conferences.endCall(call, 'callEnded');
      return { joined: false, reason: 'participantLimitReached' };
    }
  }

  /** The space's own entrance, or the access method, that lets in: it is the passcode that tells which. */
  #entrance(space: Space, dialled: string, { passcode, userJid }: JoinOptions): Entrance {
    const all = this.#world.spaces.entrances(space, dialled);
    const entered = passcode?.replace(/#$/, '');
    const by = all.find(({ fields }) => (fields.get('passcode') ?? '') === (entered ?? ''));
    if (memberOf(space, userJid) !== undefined) return { by: by ?? all[0] ?? space };
    if (space.fields.get('nonMemberAccess') === 'false') return { reason: 'locked' };
    if (by === undefined) return { reason: 'incorrectPasscode' };
    const isAsked = all.some(({ fields }) => fields.has('passcode'));
    // Who uses the app says whether there is a passcode to enter: the wait is for diallers only.
    if (entered !== undefined || !isAsked || userJid !== undefined) return { by };
    const said = (name: string) => profileField(this.#world, { space }, name);
    const mode = said('passcodeMode');
    if (mode === 'required') return { reason: 'passcodeAwaited' };
    return mode === 'timeout' ? { by, waits: Number(said('passcodeTimeout') ?? 0) } : { by };
  }

  /** False when there is no such participant (any more). */
  leave(participant: string): boolean {
    for (const { legs } of this.#world.bridges) {
      const leg = legs.get(participant);
      if (leg === undefined) continue;
      this.#world.conferences.endLeg(leg, 'remoteTeardown');
      return true;
    }
    return false;
  }

  /** An administrator mutes somebody; false when there is no such participant. */
  mute(participant: string, isMuted: boolean): boolean {
    const leg = this.#world.bridges.flatMap(({ legs }) => legs.get(participant) ?? [])[0];
    leg?.fields.set('rxAudioMute', String(isMuted));
    this.#world.journal.changed();
    return leg !== undefined;
  }

  /** Ends the legs of that address on every bridge; answers how many there were. */
  hangUp(uri: string): number {
    const wanted = normaliseUri(uri);
    const found = this.#world.bridges.flatMap(({ legs }) =>
      [...legs.values()].filter(({ remoteParty }) => remoteParty === wanted),
    );
    for (const leg of found) this.#world.conferences.endLeg(leg, 'remoteTeardown');
    return found.length;
  }
}

function addressOf({ name, uri }: JoinOptions): string {
  return uri ?? `${name.toLowerCase().replace(/[^a-z0-9]+/g, '.')}@people.example`;
}
