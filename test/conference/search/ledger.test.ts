/** What is kept in order finds all that is meant, page by page in either direction, however it came to be what it is. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { meetingStates } from '../../../src/conference/meeting.ts';
import { Ledger } from '../../../src/conference/search/ledger.ts';
import { compare, type Place } from '../../../src/conference/search/place.ts';
import { type Findable, isMeant, type Wish } from '../../../src/conference/search/wish.ts';
import { wordsOf } from '../../../src/conference/search/words.ts';

const names = new Map([['b@x', 'Ahorn 会議室']]);
const halfHour = 1_800_000;
const keys = ['a', 'b', 'c', 'd', 'é', '\uffee', '𐐷', 'a@2026'];
const instants = fc.integer({ min: -8, max: 8 }).map((n) => n * halfHour);

const findables: fc.Arbitrary<Findable> = fc
  .record({
    start: instants,
    length: fc.constantFrom(0, 1, 3, 200).map((n) => n * halfHour),
    state: fc.constantFrom(...meetingStates),
    title: fc.constantFrom('Budget', 'Budget plan', 'Meeting', '会議', 'Über uns', ''),
    organizer: fc.constantFrom('tim@x', 'Ann@x', undefined),
    rooms: fc.subarray(['a@x', 'b@x'], { minLength: 1 }),
    number: fc.constantFrom('8000', '8001', undefined),
  })
  .map(({ length, ...one }) => ({ ...one, end: one.start + length }));

const asked = fc.constantFrom(
  'b',
  'bud',
  'plan budget',
  'a',
  'x',
  '議',
  'ub',
  '80',
  'tim budget',
  'zebra',
  'b x 8',
);
const given = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const wishes = fc
  .record({
    from: instants,
    length: fc.integer({ min: 0, max: 20 }).map((n) => n * halfHour),
    state: given(fc.constantFrom(...meetingStates)),
    words: given(asked.map(wordsOf)),
    room: given(fc.constantFrom('a@x', 'B@X', 'c@x')),
    organizer: given(fc.constantFrom('tim@x', 'ann@x', 'x@x')),
    number: given(fc.constantFrom('8000', '8002')),
  })
  .map(({ length, ...wish }) => {
    const all = { ...wish, to: wish.from + length };
    return Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    ) as unknown as Wish;
  });

const steps = fc.array(
  fc.tuple(fc.constantFrom(...keys), fc.option(findables, { nil: undefined, freq: 4 })),
  { maxLength: 30 },
);

it('is, by any question, what a look at each of them finds', () => {
  fc.assert(
    fc.property(
      steps,
      wishes,
      fc.constantFrom('asc', 'desc'),
      fc.integer({ min: 1, max: 4 }),
      (all, wish, order, limit) => {
        const ledger = new Ledger(names);
        const model = new Map<string, Findable>();
        for (const [key, one] of all) {
          if (one === undefined) ledger.remove(key);
          else ledger.put(key, one);
          if (one === undefined) model.delete(key);
          else model.set(key, one);
        }
        const wanted = [...model]
          .filter(([, one]) => isMeant(one, wish, names))
          .map(([key, { start }]) => ({ key, start }))
          .sort((a, b) => compare(a, b) * (order === 'asc' ? 1 : -1));
        const found: Place[] = [];
        for (;;) {
          const page = ledger.find(wish, order, found.at(-1), limit);
          found.push(...page);
          if (page.length < limit) break;
        }
        expect(found).toEqual(wanted);
        expect(ledger.size).toBe(model.size);
        for (const key of model.keys()) ledger.remove(key);
        expect(ledger.find({ from: -1e12, to: 1e12, words: wordsOf('b') }, order, undefined, 1)).toEqual([]);
      },
    ),
    { numRuns: 3_000 },
  );
});

it('has more words than one question can hold, and still finds what is meant', () => {
  const ledger = new Ledger(names);
  const title = Array.from({ length: 60 }, (_, n) => `w${String.fromCharCode(97 + (n % 26))}${n}`).join(' ');
  const one: Findable = {
    start: 0,
    end: 1,
    state: 'planned',
    title,
    organizer: undefined,
    rooms: [],
    number: undefined,
  };
  ledger.put('a', one);
  const wish = { from: -1, to: 1, words: wordsOf(title) };
  expect(ledger.find(wish, 'asc', undefined, 1)).toEqual([{ key: 'a', start: 0 }]);
  expect(isMeant(one, wish, names)).toBe(true);
  expect(isMeant(one, { ...wish, words: [...wish.words, '\nno'] }, names)).toBe(false);
});

it('is in the order in which Redis has it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compare({ key: a, start: 0 }, { key: b, start: 0 }))).toBe(bytes);
    }),
  );
});
