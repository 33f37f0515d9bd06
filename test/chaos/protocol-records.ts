/** What the stores do when they are asked: as `src/redis` does, in one step each. */
import type { Meeting } from '../../src/conference/meeting.ts';
import { openRun } from '../../src/conference/meeting.ts';
import { callBridgesOf, type Run } from '../../src/conference/run.ts';
import type { Seen } from '../../src/conference/seen.ts';
import type { TimelineEntry } from '../../src/conference/timeline.ts';
import type { Unclean } from '../../src/redis/slots.ts';
import { meeting, booked as usual } from '../conference/a-meeting.ts';
import type { Query } from './protocol-fibers.ts';
import type { Omission } from './protocol-parts.ts';
import type { Key, Scene, State } from './protocol-state.ts';

const number = '8000';

export class Records {
  readonly #scene: Scene;
  readonly #without: ReadonlySet<Omission>;

  constructor(scene: Scene, without: readonly Omission[] = []) {
    this.#scene = scene;
    this.#without = new Set(without);
  }

  /** What a process is told; the state is changed. @param process that has asked */
  answer(state: State, process: number, { does, args }: Query): unknown {
    switch (does) {
      case 'load':
        return this.#load(state, args[0] as Key);
      case 'openIn':
        return this.#keys
          .filter((key) => openRun(state.meetings[key]?.run))
          .map((key) => this.#load(state, key));
      case 'saveRun':
        return this.#save(state, process, args[0] as Key, args[1] as Run);
      case 'putSeen':
        for (const [key, seen] of args[0] as Map<Key, Seen>)
          state.meetings[key] = { ...state.meetings[key], seen };
        return undefined;
      case 'note': {
        const [key, notes] = args as [Key, readonly TimelineEntry[]];
        if (notes.some(({ what }) => what === 'slot-unclean'))
          state.meetings[key] = { ...state.meetings[key], unclean: true };
        return undefined;
      }
      case 'putPlacement':
        state.meetings[args[0] as Key] = { ...state.meetings[args[0] as Key], released: true };
        return undefined;
      case 'release':
        return undefined;
      case 'holderAt': {
        const at = args[2] as number;
        return this.#without.has('successor')
          ? undefined
          : this.#held(state, ({ start, end }) => start <= at && at < end);
      }
      case 'heldBefore': {
        const from = args[2] as number;
        return this.#without.has('predecessor') ? undefined : this.#held(state, ({ start }) => start < from);
      }
      case 'unclean':
        return state.marks;
      case 'markUnclean':
        if (!this.#without.has('uncleared'))
          for (const mark of args[1] as readonly Unclean[])
            state.marks = [...state.marks.filter((one) => one.callBridge !== mark.callBridge), mark];
        return undefined;
      case 'seenEmpty':
        state.marks = state.marks.filter((one) => JSON.stringify(one) !== JSON.stringify(args[1]));
        return undefined;
      case 'ring':
        if (args[0] === 'conference')
          for (const { key } of args[1] as readonly { key: Key }[]) ring(state, key);
        return undefined;
      default:
        throw new Error(`the abstract Redis knows no ${does}`);
    }
  }

  get #keys(): Key[] {
    return Object.keys(this.#scene.booked) as Key[];
  }

  #load(state: State, key: Key): Meeting | undefined {
    const { run, seen, released } = state.meetings[key] ?? {};
    const times = this.#scene.booked[key];
    if (times === undefined) return undefined;
    const booked = { ...usual, ...times, key, uid: key, title: key };
    return meeting({
      ...{ key, booked, run },
      placement: released ? undefined : { cluster: 'emea', number, passcode: '1', secret: key },
      ...(seen === undefined ? {} : { seen }),
    });
  }

  #save(state: State, process: number, key: Key, run: Run): boolean {
    if (state.due[key]?.holder !== process && !this.#without.has('lease')) return false;
    state.meetings[key] = { ...state.meetings[key], run: this.#written(run) };
    return true;
  }

  #written(run: Run): Run {
    let written = run;
    if (this.#without.has('intent')) {
      const { callIntent: _, ...rest } = run;
      const rooms = Object.entries(run.rooms).filter(([, { state }]) => state !== 'intended');
      written = { ...rest, rooms: Object.fromEntries(rooms) };
    }
    if (this.#without.has('uncleared')) written = { ...written, uncleared: [] };
    return written;
  }

  /** The last of them that has not given its slot back. */
  #held(state: State, is: (booked: { start: number; end: number }) => boolean): Key | undefined {
    return this.#keys.findLast((key) => {
      const booked = this.#scene.booked[key];
      return booked !== undefined && state.meetings[key]?.released !== true && is(booked);
    });
  }
}

/** It is to be looked at now, and once more where somebody is at it. */
export function ring(state: State, key: Key): void {
  const due = state.due[key] ?? {};
  state.due[key] = {
    ...due,
    at: Math.min(due.at ?? state.now, state.now),
    ...(due.holder === undefined ? {} : { rung: true }),
  };
}

/** All that runs on it, as `workers/running.ts` rings when it is lost or back. */
export function ringAllOn(state: State, address: string): void {
  for (const key of ['A', 'B'] as const)
    if (callBridgesOf(state.meetings[key]?.run).includes(address)) ring(state, key);
}
