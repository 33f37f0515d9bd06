/** What people and rooms do by themselves: dial in, leave, hang up. */
import type { BridgeState } from './bridge-state.ts';
import { normaliseUri } from './dialling.ts';
import { Failure } from './failure.ts';
import type { Space } from './spaces.ts';
import type { World } from './world.ts';

export interface JoinOptions {
  name: string;
  passcode?: string;
  /** Address of the caller; made from the name when absent. */
  uri?: string;
}

export type JoinRefusal =
  | 'unknown'
  | 'locked'
  | 'incorrectPasscode'
  | 'participantLimitReached'
  | 'unreachable';
export type Joined = { joined: true; participant: string } | { joined: false; reason: JoinRefusal };

export class People {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Dials a number, or a URI, on that bridge, and starts a call there if none is running. */
  join(bridge: BridgeState | undefined, number: string, options: JoinOptions): Joined {
    if (bridge === undefined || !bridge.alive) return { joined: false, reason: 'unreachable' };
    const dialled = number.replace(/^sips?:/i, '').replace(/@.*$/, '');
    const space = this.#world.spaces.find(dialled);
    if (space === undefined) return { joined: false, reason: 'unknown' };
    const running = bridge.callOfSpace.get(space);
    if (space.fields.get('nonMemberAccess') === 'false') return { joined: false, reason: 'locked' };
    if (!passcodesFor(space, dialled).includes(options.passcode ?? '')) {
      return { joined: false, reason: 'incorrectPasscode' };
    }
    const { conferences } = this.#world;
    const call = running ?? conferences.callOf(bridge, space, new Map([['activeWhenEmpty', 'false']]));
    const uri = options.uri ?? `${options.name.toLowerCase().replace(/[^a-z0-9]+/g, '.')}@people.example`;
    try {
      const leg = conferences.addLeg(call, {
        name: options.name,
        remoteParty: normaliseUri(uri) ?? uri,
        originalRemoteParty: uri,
        direction: 'incoming',
      });
      conferences.connect(leg);
      return { joined: true, participant: leg.id };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (call.legs.size === 0 && running === undefined) conferences.endCall(call, 'callEnded');
      return { joined: false, reason: 'participantLimitReached' };
    }
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

/** The passcodes that let in through this number: the space's own and those of access methods that share it. */
function passcodesFor(space: Space, dialled: string): string[] {
  return [space, ...space.accessMethods.values()]
    .filter(
      ({ fields }) =>
        [fields.get('uri'), fields.get('secondaryUri')].includes(dialled.toLowerCase()) ||
        fields.get('callId') === dialled,
    )
    .map(({ fields }) => fields.get('passcode') ?? '');
}
