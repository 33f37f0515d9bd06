/** Whatever befalls a conference, its call bridges and its workers: it comes to be as it should, and nothing is done twice. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextStep } from '../../src/conference/plan.ts';
import { isIn } from '../../src/conference/run.ts';
import { type Fate, ModelCluster } from './a-cluster.ts';
import { booked, hour, meeting, minute, settings, start } from './a-meeting.ts';

const addresses = ['https://cms1', 'https://cms2', 'https://cms3'];
const sips = ['board@video', 'huddle@video'];

type Event =
  | { readonly what: 'kill' | 'restart' | 'cut' | 'mend' | 'end-call' | 'leave'; readonly bridge: number }
  | { readonly what: 'hang-up' | 'busy' | 'free'; readonly room: number }
  | { readonly what: 'dial-in'; readonly bridge: number; readonly room: number }
  | { readonly what: 'drop' | 'lock' | 'rename' | 'delete-space' | 'census' | 'wake' }
  | { readonly what: 'passes'; readonly ms: number };

const bridge = fc.nat(2);
const room = fc.nat(1);
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ what: fc.constantFrom('kill', 'restart', 'cut', 'mend'), bridge }),
  fc.record({ what: fc.constantFrom('end-call', 'leave'), bridge }),
  fc.record({ what: fc.constantFrom('hang-up', 'busy', 'free'), room }),
  fc.record({ what: fc.constant('dial-in' as const), bridge, room: fc.nat(2) }),
  fc.record({ what: fc.constantFrom('drop', 'lock', 'rename', 'delete-space', 'census', 'wake') }),
  fc.record({ what: fc.constant('passes' as const), ms: fc.constantFrom(500, 2_000, 6_000, 30_000, minute) }),
) as fc.Arbitrary<Event>;

/** Found once by chance, and kept: a room that was called in vain five times comes in by itself. */
const kept: [number, Event[], [number, Fate][]] = [
  1,
  [
    { what: 'drop' },
    { what: 'dial-in', bridge: 0, room: 0 },
    { what: 'restart', bridge: 0 },
    { what: 'passes', ms: 500 },
    { what: 'dial-in', bridge: 0, room: 0 },
  ],
  [6, 2, 2, 2].map((effects) => [effects, 'dies']),
];

/** Fates of workers at the effects to come; afterwards they go on. */
const fates = fc.array(fc.tuple(fc.nat(12), fc.constantFrom<Fate>('dies', 'sleeps')), { maxLength: 6 });

function cluster(size: number): ModelCluster {
  const both = meeting({ booked: { ...booked, rooms: ['board@x', 'huddle@x'], end: start + 12 * hour } });
  return new ModelCluster(both, settings, start, addresses.slice(0, size));
}

function happen(model: ModelCluster, one: Event): void {
  const at = 'bridge' in one ? model.bridges[one.bridge % model.bridges.length] : undefined;
  const sip = 'room' in one ? (sips[one.room] ?? 'ann@home') : '';
  switch (one.what) {
    case 'kill':
    case 'restart':
    case 'cut':
    case 'mend':
      if (at !== undefined) model[one.what](at);
      break;
    case 'end-call':
      if (at?.answers) at.calls.clear();
      break;
    case 'leave':
      // Not all at once, and not for ever: then there would be nowhere to go.
      model.leaving.clear();
      if (at !== undefined && model.bridges.length > 1) model.leaving.add(at.address);
      break;
    case 'hang-up':
      for (const { id, leg } of model.legs) if (leg.sip === sip) model.endLeg(id);
      break;
    case 'busy':
      model.busy.add(sip);
      break;
    case 'free':
      model.busy.delete(sip);
      break;
    case 'dial-in':
      // A room that is just to be called for the first time is: at a start nobody looks who is there.
      if (at !== undefined && mayDialIn(model, sip)) model.dialIn(at, sip);
      break;
    case 'drop':
      for (const { id } of model.legs.slice(0, 1)) model.endLeg(id);
      break;
    case 'lock':
      model.space.open = false;
      break;
    case 'rename':
      if (model.space.exists) model.space.name = 'Ours';
      break;
    case 'delete-space':
      model.space.exists = false;
      for (const { calls } of model.bridges) calls.clear();
      break;
    case 'census':
      model.census();
      break;
    case 'wake':
      model.wake();
      break;
    case 'passes':
      model.now += one.ms;
      model.ring();
      break;
    default:
      one satisfies never;
  }
  model.work();
}

function mayDialIn({ legs, meeting: { run } }: ModelCluster, sip: string): boolean {
  if (legs.some(({ leg }) => leg.sip === sip)) return false;
  if (!sips.includes(sip)) return true;
  const is = Object.values(run?.rooms ?? {}).find((one) => one.sip === sip);
  return is !== undefined && is.state !== 'intended';
}

/** Everybody is back, nobody dies any more: a few rounds of the census, as they come. */
function conclude(model: ModelCluster): void {
  model.fate = () => 'goes on';
  model.leaving.clear();
  model.busy.clear();
  model.wake();
  for (const one of model.bridges) {
    model.mend(one);
    if (!one.alive) model.restart(one);
  }
  for (let round = 0; round < 12; round += 1) {
    model.now += 45_000;
    model.ring();
    model.census();
    model.work();
    model.ring();
  }
}

function isAsItShouldBe(model: ModelCluster): void {
  const { run } = model.meeting;
  expect(model.breaches).toEqual([]);
  expect(run?.openedAt).toBeDefined();
  expect(run?.lost).toBeUndefined();
  expect(run?.amiss).toBeUndefined();
  expect(run?.uncleared ?? []).toEqual([]);
  expect(model.space.exists).toBe(true);
  // Who locks it a third time means it.
  expect(model.space.open || (run?.unlocked ?? 0) > 2).toBe(true);
  // One call that is meant, and beside it only what people have begun by dialling in elsewhere.
  const calls = model.bridges.flatMap(({ address, calls: all }) =>
    [...all].map(([id, { legs }]) => ({ address, id, legs })),
  );
  const others = calls.filter(({ id }) => id !== run?.call);
  if (run?.call === undefined) expect(run?.callEnded).toBeDefined();
  else expect(calls.map(({ id }) => id)).toContain(run.call);
  for (const { legs } of others) expect(legs.size).toBeGreaterThan(0);
  for (const [name, is] of Object.entries(run?.rooms ?? {})) {
    const legs = model.legs.filter(({ leg }) => leg.sip === is.sip);
    expect(legs.length, name).toBeLessThanOrEqual(1);
    // In if it is said to be in; who is out was in and has left, or has been called as often as is right.
    expect(isIn(is), name).toBe(legs.length === 1);
    if (!isIn(is)) expect(is.endedAt !== undefined || (is.tries ?? 0) >= 5, name).toBe(true);
  }
  expect(Object.keys(run?.rooms ?? {}).sort()).toEqual(['board@x', 'huddle@x']);
}

/** Asked again, nothing more is to be done. */
function isAtRest(model: ModelCluster): void {
  const before = JSON.stringify(model.meeting.run);
  model.census();
  expect(nextStep(model.meeting, model.now, settings, model.world).do).toBe('wait');
  model.work();
  expect(JSON.stringify(model.meeting.run)).toBe(before);
}

it('it comes to be open on one call bridge, with every room in that wants to be, and is then left alone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.array(event, { maxLength: 25 }),
      fates,
      (size, events, ends) => {
        const model = cluster(size);
        const left = [...ends];
        let until = left[0]?.[0] ?? Number.POSITIVE_INFINITY;
        model.fate = () => {
          until -= 1;
          if (until >= 0) return 'goes on';
          const [, fate] = left.shift() ?? [0, 'goes on' as const];
          until = left[0]?.[0] ?? Number.POSITIVE_INFINITY;
          return fate;
        };
        model.work();
        for (const one of events) happen(model, one);
        conclude(model);
        isAsItShouldBe(model);
        isAtRest(model);
      },
    ),
    { numRuns: 1_000, examples: [kept] },
  );
});
