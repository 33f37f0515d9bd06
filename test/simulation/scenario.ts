/** What people do and what goes wrong in a run, drawn from its seed beforehand and plain data: any part can be left out. */
import { among, lotsOf } from './lots.ts';

/** Which one of those there are then is said by a number from 0 on, below 1. */
export type Deed =
  | {
      readonly do: 'book';
      readonly rooms: readonly number[];
      readonly ahead: number;
      readonly length: number;
    }
  | { readonly do: 'lengthen' | 'shorten' | 'move' | 'take-off' | 'cancel'; readonly which: number }
  | { readonly do: 'dial-in' | 'hang-up'; readonly which: number }
  | {
      readonly do: 'harm';
      readonly bridges: readonly number[];
      readonly kind: string;
      readonly ms?: number;
      readonly lasts: number;
    }
  | {
      readonly do: 'way';
      readonly worker: number;
      readonly bridge: number;
      readonly how: 'cut' | 'loss' | 'slow';
      readonly lasts: number;
    }
  | { readonly do: 'kill'; readonly worker: number; readonly after: number; readonly lasts: number }
  | { readonly do: 'stop'; readonly worker: number; readonly lasts: number }
  | { readonly do: 'clock'; readonly worker: number; readonly ahead: number }
  | { readonly do: 'redis'; readonly how: 'away' | 'slow' | 'empty'; readonly lasts: number }
  | { readonly do: 'receiver'; readonly lasts: number };

/** Times in milliseconds; `at` from the beginning. */
export type Timed = Deed & { readonly at: number };

export interface Scenario {
  readonly seed: number;
  /** Milliseconds in which people book and things go wrong. */
  readonly length: number;
  readonly settings: { readonly setup: number; readonly teardown: number; readonly lead: number };
  readonly deeds: readonly Timed[];
}

export const roomCount = 12;
export const bridgeCount = 3;
export const workerCount = 2;

/** The first switches the call bridge off with all that runs on it; in the others what runs goes on. */
const harms: readonly { readonly kind: string; readonly ms?: number }[] = [
  ...[{ kind: 'kill' }, { kind: 'kill' }, { kind: 'refuse' }, { kind: 'reset' }, { kind: 'black-hole' }],
  ...[{ kind: 'deaf' }, { kind: 'tls' }, { kind: 'untrusted' }, { kind: 'unauthorized' }, { kind: 'error' }],
  ...[
    { kind: 'busy' },
    { kind: 'garbage' },
    { kind: 'html' },
    { kind: 'lost-answer' },
    { kind: 'half-answer' },
  ],
  ...[{ kind: 'cut-answer' }, { kind: 'read-only' }, { kind: 'slow', ms: 3_000 }, { kind: 'hang' }],
  ...[{ kind: 'hang-answer' }, { kind: 'hang-body' }, { kind: 'late', ms: 2_500 }, { kind: 'drop-request' }],
];

const second = 1_000;
const minute = 60_000;

/** In a run shorter than this (hours) everything comes so many times as often, and nobody books far ahead. */
const short = 0.25;
const dense = 3;

export function scenarioOf(seed: number, hours: number): Scenario {
  const pace = hours < short ? dense : 1;
  const draw = lotsOf(seed, 'scenario');
  const length = Math.round(hours * 60 * minute);
  const between = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
  const deeds: Timed[] = [];
  const often = (least: number, most: number, make: () => Deed | undefined) => {
    const wait = (from: number) => Math.round((between(from, most) * second) / pace);
    for (let at = wait(0); at < length; at += wait(least)) {
      const deed = make();
      if (deed !== undefined) deeds.push({ at, ...deed });
    }
  };
  often(20, 90, () => ({
    do: 'book',
    rooms: Array.from({ length: between(1, 2) }, () => between(0, roomCount - 1)),
    ahead:
      (pace > 1 ? between(20, 90) : among(draw, [between(20, 60), between(60, 300), between(300, 600)])) *
      second,
    length: between(60, Math.round(480 / pace)) * second,
  }));
  often(30, 150, () => ({
    do: among(draw, ['lengthen', 'shorten', 'move', 'take-off', 'cancel'] as const),
    which: draw(),
  }));
  often(20, 90, () => ({ do: among(draw, ['dial-in', 'dial-in', 'hang-up'] as const), which: draw() }));
  often(45, 240, () => {
    const all = draw() < 0.15;
    const lasts = all ? between(3, 20) : among(draw, [between(3, 30), between(3, 30), between(40, 120)]);
    return {
      ...{ do: 'harm', lasts: lasts * second, ...among(draw, harms) },
      bridges: all ? Array.from({ length: bridgeCount }, (_, i) => i) : [between(0, bridgeCount - 1)],
    };
  });
  often(60, 300, () => ({
    ...{ do: 'way', worker: between(0, workerCount - 1), bridge: between(0, bridgeCount - 1) },
    ...{ how: among(draw, ['cut', 'loss', 'slow'] as const), lasts: between(3, 60) * second },
  }));
  often(40, 240, () => ({
    ...{ do: 'kill', worker: between(0, workerCount - 1), lasts: between(1, 15) * second },
    after: among(draw, [1, between(1, 20), between(1, 400)]),
  }));
  often(60, 400, () => ({ do: 'stop', worker: between(0, workerCount - 1), lasts: between(2, 20) * second }));
  often(200, 900, () => ({
    do: 'clock',
    worker: between(0, workerCount - 1),
    ahead: between(-2_000, 2_000),
  }));
  often(200, 1_200, () => ({
    do: 'redis',
    how: draw() < 0.5 ? 'away' : 'slow',
    lasts: between(1, 25) * second,
  }));
  often(600, 2_400, () => (draw() < 0.5 ? { do: 'redis', how: 'empty', lasts: 0 } : undefined));
  often(300, 1_200, () => ({ do: 'receiver', lasts: between(2, 40) * second }));
  const setup = among(draw, [0, 0, 60 * second]);
  return {
    ...{
      seed,
      length,
      settings: {
        setup,
        teardown: among(draw, [0, 0, 60 * second]),
        lead: among(draw, [2, 10, 30]) * second,
      },
    },
    deeds: deeds.sort((a, b) => a.at - b.at),
  };
}
