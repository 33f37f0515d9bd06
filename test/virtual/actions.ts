/** What may happen in a random run, as plain data: people book and change, Exchange and the network fail, workers die. */
import fc from 'fast-check';

export interface When {
  /** Quarters of an hour from the run's start. */
  readonly at: number;
  /** Quarters of an hour. */
  readonly length: number;
}

export interface Pattern {
  readonly kind:
    | 'daily'
    | 'workdays'
    | 'weekly'
    | 'absoluteMonthly'
    | 'relativeMonthly'
    | 'absoluteYearly'
    | 'relativeYearly';
  readonly interval: number;
  readonly range: 'numbered' | 'endDate' | 'noEnd';
  readonly count: number;
}

interface Answer {
  readonly meeting: number;
  readonly room: number;
  readonly occurrence?: number | undefined;
}

export type Action =
  | ({
      readonly do: 'book';
      readonly organizer: number;
      /** A bit for each room; 0 is the first room. */
      readonly rooms: number;
      readonly zone: number;
      readonly pattern?: Pattern;
      readonly allDay?: boolean;
      readonly isPrivate?: boolean;
    } & When)
  | ({ readonly do: 'bookInRoom'; readonly room: number } & When)
  | ({ readonly do: 'move'; readonly meeting: number; readonly occurrence?: number | undefined } & When)
  | {
      readonly do: 'rooms';
      readonly meeting: number;
      readonly occurrence?: number | undefined;
      readonly rooms: number;
    }
  | {
      readonly do: 'retitle';
      readonly meeting: number;
      readonly occurrence?: number | undefined;
      readonly isPrivate: boolean;
    }
  | { readonly do: 'repeat'; readonly meeting: number; readonly pattern: Pattern }
  | {
      readonly do: 'this-and-following';
      readonly meeting: number;
      readonly occurrence: number;
      readonly later: number;
    }
  | { readonly do: 'make-series'; readonly meeting: number; readonly pattern: Pattern }
  | { readonly do: 'make-single'; readonly meeting: number }
  | { readonly do: 'forward'; readonly meeting: number; readonly room: number }
  | {
      readonly do: 'rewrite';
      readonly meeting: number;
      readonly occurrence?: number | undefined;
      readonly keeps: boolean;
    }
  | {
      readonly do: 'mailbox';
      readonly room: number;
      readonly how: 'denied' | 'unlicensed' | 'moved';
      readonly seconds: number;
    }
  | { readonly do: 'cancel'; readonly meeting: number; readonly occurrence?: number | undefined }
  | ({ readonly do: 'decline' } & Answer)
  | ({ readonly do: 'accept' } & Answer)
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'notifications'; readonly how: 'lost' | 'twice' | 'late' | 'shuffled' | 'normal' }
  | { readonly do: 'subscription-gone' | 'subscription-removed' | 'missed'; readonly room: number }
  | { readonly do: 'tokens-gone'; readonly room: number }
  | {
      readonly do: 'fault';
      readonly how: FaultName;
      readonly times: number;
      readonly on: 'any' | 'delta' | 'event';
    }
  | { readonly do: 'crash'; readonly steps: number }
  | { readonly do: 'receiver-down'; readonly seconds: number }
  | { readonly do: 'lose-redis' };

export const faultNames = [
  'throttled',
  'throttled-without-header',
  'unavailable',
  'timeout',
  'html',
  'cut-before',
  'cut-after',
  'half-body',
  'html-200',
  'gone',
  'gone-in-paging',
  'unauthorized',
] as const;
export type FaultName = (typeof faultNames)[number];

/** Of a run, and of the tenant it is in. */
export interface Scenario {
  /** Of all lots that are drawn on the way. */
  readonly seed: number;
  readonly start: number;
  readonly quantity: number;
  readonly workers: 1 | 2;
  readonly requestTakes: number;
  readonly pageSize: number;
  /** Bits: what rooms and delta do otherwise than by default; see `startScenario`. */
  readonly habits: number;
  readonly actions: readonly Action[];
}

export const starts = ['2027-03-10T09:00:00Z', '2027-10-25T14:00:00Z', '2027-06-01T23:50:00Z'] as const;

/** Within ten days, and never longer than three hours. */
const when = { at: fc.integer({ min: -2, max: 10 * 96 }), length: fc.integer({ min: 1, max: 12 }) };
const meeting = fc.nat(11);
const occurrence = fc.option(fc.nat(5), { nil: undefined });
const room = fc.nat(2);
const pattern: fc.Arbitrary<Pattern> = fc.record({
  kind: fc.constantFrom(
    'daily',
    'workdays',
    'weekly',
    'absoluteMonthly',
    'relativeMonthly',
    'absoluteYearly',
    'relativeYearly',
  ),
  interval: fc.integer({ min: 1, max: 3 }),
  range: fc.constantFrom('numbered', 'endDate', 'noEnd'),
  count: fc.integer({ min: 1, max: 12 }),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        do: fc.constant('book' as const),
        organizer: fc.nat(3),
        rooms: fc.nat(7),
        zone: fc.nat(3),
        pattern,
        allDay: fc.constant(true),
        isPrivate: fc.constant(true),
        ...when,
      },
      { requiredKeys: ['do', 'organizer', 'rooms', 'zone', 'at', 'length'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bookInRoom' as const), room, ...when }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('move' as const), meeting, occurrence, ...when }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('rooms' as const), meeting, occurrence, rooms: fc.nat(7) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('retitle' as const),
      meeting,
      occurrence,
      isPrivate: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), meeting, pattern }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('this-and-following' as const),
      ...{ meeting, occurrence: fc.nat(5), later: fc.nat(8) },
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('make-series' as const), meeting, pattern }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('make-single' as const), meeting }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forward' as const), meeting, room }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('rewrite' as const), meeting, occurrence, keeps: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('mailbox' as const),
      how: fc.constantFrom('denied', 'unlicensed', 'moved'),
      ...{ room, seconds: fc.integer({ min: 60, max: 7_200 }) },
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cancel' as const), meeting, occurrence }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('decline' as const, 'decline' as const, 'accept' as const),
      ...{ meeting, room, occurrence },
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.oneof(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 60, max: 900 }),
        fc.integer({ min: 3_600, max: 30 * 3_600 }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('notifications' as const),
      how: fc.constantFrom('lost', 'twice', 'late', 'shuffled', 'normal'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('subscription-gone' as const, 'subscription-removed' as const, 'missed' as const),
      room,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tokens-gone' as const), room }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      how: fc.constantFrom(...faultNames),
      times: fc.integer({ min: 1, max: 3 }),
      on: fc.constantFrom('any', 'delta', 'event'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('crash' as const), steps: fc.integer({ min: 1, max: 120 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('receiver-down' as const),
      seconds: fc.integer({ min: 1, max: 600 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'lose-redis' as const }) },
);

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.nat(0x7fffffff),
  start: fc.nat(starts.length - 1),
  quantity: fc.integer({ min: 1, max: 4 }),
  workers: fc.constantFrom(1, 1, 2),
  requestTakes: fc.constantFrom(0, 15, 200),
  pageSize: fc.constantFrom(3, 50),
  habits: fc.nat(0xffff),
  actions: fc.array(action, { minLength: 3, maxLength: 25, size: 'max' }),
});
