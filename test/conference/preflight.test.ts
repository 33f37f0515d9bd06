import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Meeting } from '../../src/conference/meeting.ts';
import { nextStep, type PlanSettings } from '../../src/conference/plan.ts';
import {
  type Found,
  judge,
  nextLookAhead,
  type Preflight,
  recordOf,
  type SlotFound,
  type Stage,
  type Verdict,
} from '../../src/conference/preflight.ts';
import { calm } from '../../src/conference/world.ts';
import { booked, end, hour, meeting, minute, placement, settings, start } from './a-meeting.ts';

const ahead = { early: 15 * minute, lead: 30_000 };
const openAt = start - settings.setup;
const leadAt = openAt - ahead.lead;
const place = { start, cluster: 'emea', number: '8000' };
const look = (preflight: Preflight | undefined, now: number, isOut = false, key = 'uid') =>
  nextLookAhead(
    meeting({ key, ...(preflight === undefined ? {} : { preflight }) }),
    booked,
    openAt,
    now,
    ahead,
    isOut,
  );

describe('the looks ahead of a start', () => {
  it('are two: early, spread over some minutes, and at the lead', () => {
    const early = look(undefined, start - hour);
    expect(early?.stage).toBe('early');
    expect(early?.at).toBeGreaterThanOrEqual(openAt - ahead.early);
    expect(early?.at).toBeLessThanOrEqual(openAt - ahead.early + 3 * minute);
    expect(look({ ...place, done: 'early' }, start - hour)).toEqual({ stage: 'lead', at: leadAt });
    expect(look({ ...place, done: 'lead' }, start - hour)).toBeUndefined();
  });

  it('do not come all at once', () => {
    const keys = Array.from({ length: 1_000 }, (_, i) => `040000008200E00074C5B7101A82E008${i}`);
    const perSecond = new Map<number, number>();
    for (const key of keys) {
      const second = Math.floor((look(undefined, start - hour, false, key)?.at ?? 0) / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(Math.max(...perSecond.values())).toBeLessThan(25);
  });

  it('are due again for another start, another number or another cluster', () => {
    const lead: Preflight = { ...place, done: 'lead' };
    for (const other of [{ start: start + 1 }, { number: '8001' }, { cluster: 'apac' }]) {
      expect(look({ ...lead, ...other }, start - hour)?.stage).toBe('early');
    }
  });

  it('are left out where there is no time for them', () => {
    expect(look(undefined, leadAt)).toEqual({ stage: 'lead', at: leadAt });
    const never = nextLookAhead(meeting(), booked, openAt, start - hour, { ...ahead, early: 0 }, false);
    expect(never).toEqual({ stage: 'lead', at: leadAt });
  });

  it('of a cluster that is taken out are due at once, and again after a while', () => {
    const now = start - 30 * 24 * hour;
    expect(look({ ...place, done: 'early' }, now, true)).toEqual({ stage: 'drained', at: now });
    const failing = { what: 'drained' as const, since: now, again: now + minute };
    expect(look({ ...place, failing }, now, true)).toEqual({ stage: 'drained', at: now + minute });
  });
});

const up = { address: 'https://cms1', isDown: false, isDrained: false };
const down = { ...up, isDown: true, why: 'timed out' };
const other = { ...up, address: 'https://cms2' };
const well: Found = { callBridges: [up, other], slot: { is: 'well' } };
const bad = (is: Exclude<SlotFound['is'], 'well' | 'unknown'>): Found => ({
  ...well,
  slot: { is, reason: 'r' },
});
const now = openAt - ahead.early;
const since = (ms: number): Preflight => ({
  ...place,
  failing: { what: 'call-bridge', since: now - ms, again: now },
});

describe('what is found', () => {
  it.each<[string, Found, Stage, Preflight | undefined, object]>([
    ['all well', well, 'early', undefined, { do: 'pass' }],
    [
      'nobody could be asked about the slot',
      { ...well, slot: { is: 'unknown' } },
      'early',
      undefined,
      { do: 'pass' },
    ],
    [
      'the preferred call bridge is down',
      { ...well, callBridges: [down, other] },
      'early',
      undefined,
      { do: 'pass', trouble: { what: 'call-bridge', reason: 'timed out' } },
    ],
    [
      'a drained one is down',
      { ...well, callBridges: [{ ...down, isDrained: true }, other] },
      'early',
      undefined,
      { do: 'pass' },
    ],
    [
      'a cluster has just fallen silent',
      { ...well, callBridges: [down] },
      'early',
      undefined,
      { do: 'wait', until: now + minute },
    ],
    [
      'it is silent for a minute',
      { ...well, callBridges: [down] },
      'early',
      since(minute),
      { do: 'move', to: 'cluster' },
    ],
    [
      'it is silent at the lead',
      { ...well, callBridges: [down] },
      'lead',
      undefined,
      { do: 'move', to: 'cluster' },
    ],
    [
      'all are drained',
      { ...well, callBridges: [{ ...up, isDrained: true }] },
      'drained',
      undefined,
      { do: 'move', to: 'cluster', trouble: { what: 'drained' } },
    ],
    [
      'it is full',
      { ...well, full: 'full' },
      'early',
      undefined,
      { do: 'move', to: 'cluster', trouble: { what: 'capacity' } },
    ],
    ['the slot was deleted', bad('absent'), 'early', undefined, { do: 'repair', how: 'make' }],
    ['it was opened', bad('open'), 'early', undefined, { do: 'repair', how: 'lock' }],
    ['it has other profiles', bad('profiles'), 'early', undefined, { do: 'repair', how: 'profiles' }],
    ['somebody is in', bad('occupied'), 'early', undefined, { do: 'wait', until: now + minute }],
    [
      'somebody stays in',
      bad('occupied'),
      'early',
      { ...place, failing: { what: 'slot', since: now - minute, again: now } },
      { do: 'move', to: 'slot' },
    ],
  ])('%s', (_, found, stage, known, verdict) => {
    expect(judge(found, stage, known, now, ahead)).toMatchObject(verdict);
  });
});

describe('what is recorded', () => {
  const record = (stage: Stage, verdict: Verdict, preflight?: Preflight) =>
    recordOf({ placement, booked, ...(preflight === undefined ? {} : { preflight }) }, stage, verdict, now);
  const trouble = { what: 'call-bridge' as const, reason: 'r' };

  it('is the look that is behind us, and since when something is wrong', () => {
    expect(record('early', { do: 'pass' })).toEqual({ ...place, done: 'early' });
    expect(record('early', { do: 'repair', how: 'make', trouble })).toEqual({ ...place, done: 'early' });
    expect(record('lead', { do: 'move', to: 'cluster', trouble })).toEqual({ ...place, done: 'lead' });
    const first = record('early', { do: 'wait', until: now + 1_000, trouble });
    expect(first).toEqual({ ...place, failing: { what: 'call-bridge', since: now, again: now + 1_000 } });
    const again = record('early', { do: 'move', to: 'cluster', trouble }, since(minute));
    expect(again?.failing).toEqual({ what: 'call-bridge', since: now - minute, again: now + minute });
  });
});

describe('whatever is found, and whenever it is asked', () => {
  const slot = fc.constantFrom<SlotFound>(
    { is: 'well' },
    { is: 'unknown' },
    ...(['absent', 'foreign', 'open', 'occupied', 'profiles'] as const).map((is) => ({ is, reason: 'r' })),
  );
  const bridge = fc.record({
    address: fc.constantFrom('https://cms1', 'https://cms2'),
    isDown: fc.boolean(),
    isDrained: fc.boolean(),
  });
  const anything = fc.record({
    callBridges: fc.array(bridge, { maxLength: 3 }),
    full: fc.option(fc.constant('full'), { nil: undefined }),
    slot,
  });
  const plan: PlanSettings = { ...settings, ahead };

  it('the plan comes to the start by itself, with few looks, and no look after it', () => {
    const course = fc.record({
      begin: fc.integer({ min: 0, max: 2 * hour }),
      found: fc.infiniteStream(anything),
      isOut: fc.boolean(),
      moves: fc.boolean(),
    });
    fc.assert(
      fc.property(course, ({ begin, found, isOut, moves }) => {
        let at = start - begin;
        let known: Meeting = meeting();
        let looks = 0;
        let place = 0;
        const world = { ...calm, isOut: (cluster: string) => isOut && cluster === 'emea' };
        for (let steps = 0; ; steps += 1) {
          expect(steps, 'it goes on').toBeLessThan(500);
          const step = nextStep(known, at, plan, world);
          if (step.do === 'open') break;
          if (step.do === 'wait') {
            expect(step.until).toBe(openAt);
            const next = Math.min(step.until, step.look ?? step.until);
            expect(next).toBeGreaterThan(at);
            at = next;
            continue;
          }
          expect(step.do).toBe('preflight');
          if (step.do !== 'preflight') return;
          expect(at).toBeLessThan(openAt);
          looks += 1;
          const verdict = judge(found.next().value, step.stage, known.preflight, at, ahead);
          if (verdict.do === 'move' && moves && place < 3) {
            place += 1;
            known = { ...known, placement: { ...placement, cluster: 'apac', number: `${place}` } };
            continue;
          }
          const next = recordOf({ ...known, booked }, step.stage, verdict, at);
          if (next !== undefined) known = { ...known, preflight: next };
        }
        expect(at).toBe(Math.max(openAt, start - begin));
        // A minute between two looks at what fails, five at what is taken out, and four places at most.
        expect(looks).toBeLessThan(8 + 4 * 40);
        expect(end).toBeGreaterThan(at);
      }),
      { numRuns: 500 },
    );
  });
});
