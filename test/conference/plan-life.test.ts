import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hour, minute, settings as plain, start } from './a-meeting.ts';
import { type Happening, ModelConference } from './a-model.ts';

const settings = { ...plain, extension: { warnings: [5 * minute, minute], roomCalendar: true } };
const day = 24 * hour;
const moment = fc.oneof(
  fc.integer({ min: -10, max: 20 }).map((n) => start + n * 3 * minute),
  fc.integer({ min: -1_000, max: 1_000 }).map((ms) => start + ms),
  fc.constant(start + day),
);
const rooms = fc.subarray(['board@x', 'huddle@x', 'store@x'], { minLength: 1 });
const booking = fc
  .tuple(
    moment,
    fc.oneof(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 15 }).map((n) => n * 3 * minute),
    ),
    rooms,
  )
  .map(([from, long, names]): Happening => ({ what: 'booked', start: from, end: from + long, rooms: names }));
const calm = fc.oneof(
  booking,
  fc.constant<Happening>({ what: 'cancelled' }),
  fc.constant<Happening>({ what: 'booked-again' }),
  fc.constantFrom('Budget', 'Plan', '').map((title): Happening => ({ what: 'retitled', title })),
  fc.constantFrom(0, 3).map((count): Happening => ({ what: 'people', count })),
  fc.boolean().map((free): Happening => ({ what: 'next-one', free })),
);
const trouble = fc.oneof(
  fc.boolean().map((up): Happening => ({ what: 'bridges', up })),
  fc.boolean().map((answered): Happening => ({ what: 'dials', answered })),
);
const pause = fc.oneof(
  fc.integer({ min: 0, max: 5_000 }),
  fc.integer({ min: 0, max: 15 }).map((n) => n * minute),
);
const margins = fc.record({
  setup: fc.constantFrom(0, 1, 5 * minute),
  teardown: fc.constantFrom(0, 10 * minute),
});
const extension = fc.record({
  by: fc.constantFrom(1, minute, 15 * minute),
  times: fc.integer({ min: 0, max: 3 }),
});
const course = (happening: fc.Arbitrary<Happening>) =>
  fc.array(fc.tuple(happening, pause), { minLength: 1, maxLength: 20 });

/** Far beyond anything that was booked, with everybody gone and all bridges back. */
function conclude(model: ModelConference): void {
  model.happen({ what: 'bridges', up: true });
  model.pass(start + 10 * day);
  expect(model.wake).toBeUndefined();
  expect(model.run).toBeUndefined();
  expect(model.meeting.placement).toBeUndefined();
  expect(model.meeting.run?.uncleared ?? []).toEqual([]);
  // Every room's calendar says again what the organizer's does.
  for (const { of, until } of Object.values(model.meeting.run?.inCalendar ?? {})) expect(until).toBe(of);
}

it('a conference is open exactly when it ought to be, whatever happens to its booking', () => {
  fc.assert(
    fc.property(margins, extension, course(calm), (margin, rule, events) => {
      const model = new ModelConference(start - 30 * minute, { ...settings, ...margin }, rule);
      model.onRest = () => {
        expect(model.mustNot).toBe(false);
        if (model.ought) expect(model.run).toBeDefined();
        expect(model.allDialled).toBe(true);
      };
      model.happen({ what: 'booked', start, end: start + hour, rooms: ['board@x'] });
      for (const [happening, wait] of events) {
        model.happen(happening);
        model.pass(model.now + wait);
        model.onRest();
      }
      model.pass(Math.max(model.now, model.meeting.last.start));
      model.onRest();
      conclude(model);
    }),
    { numRuns: 3_000 },
  );
});

it('a conference comes to its end whatever fails, and is never open without leave once a bridge answers', () => {
  fc.assert(
    fc.property(margins, extension, course(fc.oneof(calm, trouble)), (margin, rule, events) => {
      const model = new ModelConference(start - 30 * minute, { ...settings, ...margin }, rule);
      for (const [happening, wait] of events) {
        model.happen(happening);
        model.pass(model.now + wait);
        if (happening.what === 'bridges' && happening.up) {
          model.work();
          expect(model.mustNot).toBe(false);
        }
      }
      conclude(model);
    }),
    { numRuns: 3_000 },
  );
});

it('each warning is considered once before an end, and never after it', () => {
  fc.assert(
    fc.property(extension, course(calm), (rule, events) => {
      const model = new ModelConference(start - 30 * minute, settings, rule);
      model.happen({ what: 'booked', start, end: start + hour, rooms: ['board@x'] });
      for (const [happening, wait] of events) {
        model.happen(happening);
        model.pass(model.now + wait);
      }
      conclude(model);
      for (const { end, at, before } of model.warnings) {
        for (const one of before) expect([at >= end - one, at < end]).toEqual([true, true]);
      }
      for (const [i, { opening, end, before }] of model.warnings.entries()) {
        const last = model.warnings[i - 1];
        // Opened anew, or brought back to an end by Outlook, it is another time.
        if (last?.opening !== opening || last.end !== end) continue;
        expect(before.filter((one) => last.before.includes(one))).toEqual([]);
      }
    }),
    { numRuns: 1_000 },
  );
});

it('a room that stays booked is dialled once for each time the conference is opened', () => {
  const quiet = calm.filter(({ what }) => !['booked', 'booked-again'].includes(what));
  fc.assert(
    fc.property(extension, course(fc.oneof(quiet, trouble)), (rule, events) => {
      const model = new ModelConference(start - hour, settings, rule);
      model.happen({ what: 'booked', start, end: start + hour, rooms: ['board@x', 'huddle@x'] });
      for (const [happening, wait] of events) {
        model.happen(happening);
        model.pass(model.now + wait);
      }
      conclude(model);
      const said = model.dials.map(({ opening, room }) => `${opening} ${room}`);
      expect(new Set(said).size).toBe(said.length);
    }),
    { numRuns: 1_000 },
  );
});

it('what nobody has been in for so long is given back then, with its rooms, and not what somebody is in', () => {
  const release = { after: 20 * minute, room: true };
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 30 })), { maxLength: 8 }),
      (visits) => {
        const model = new ModelConference(
          start - minute,
          { ...settings, setup: 0, release },
          { by: minute, times: 0 },
        );
        model.happen({ what: 'booked', start, end: start + 2 * hour, rooms: ['board@x'] });
        let emptySince: number | undefined = start;
        for (const [isIn, minutes] of visits) {
          if (model.meeting.run?.closedAt !== undefined) break;
          model.happen({ what: 'people', count: isIn ? 1 : 0 });
          if (isIn) emptySince = undefined;
          else emptySince ??= model.now;
          model.pass(Math.max(model.now, start) + minutes * minute);
          const { closedAt, closeReason } = model.meeting.run ?? {};
          if (closedAt === undefined || closedAt >= start + 2 * hour) continue;
          expect(closeReason).toBe('unused');
          expect(isIn).toBe(false);
          // Whoever was in between two looks was not seen.
          expect(closedAt).toBeGreaterThanOrEqual(start + release.after);
          expect(closedAt - (emptySince ?? 0)).toBeLessThanOrEqual(release.after + minute);
          expect(model.meeting.run?.givenBack).toEqual({ 'board@x': 'yes' });
        }
        conclude(model);
      },
    ),
    { numRuns: 1_000 },
  );
});

it('people who stay keep it open until the last extension, and no longer', () => {
  const model = new ModelConference(start - hour, settings, { by: 15 * minute, times: 2 });
  model.happen({ what: 'booked', start, end: start + hour, rooms: ['board@x'] });
  model.happen({ what: 'people', count: 2 });
  model.pass(start + 90 * minute - 1);
  expect(model.run).toBeDefined();
  model.pass(start + 90 * minute);
  expect(model.run).toBeUndefined();
  expect(model.meeting.run?.closeReason).toBe('limit');
});
