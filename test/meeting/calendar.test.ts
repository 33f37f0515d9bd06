import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyBaseline, applyRound, membersOf, namedBy, withInstances } from '../../src/meeting/calendar.ts';
import type { CalendarChange } from '../../src/meeting/calendar-event.ts';
import { day, event, exception, hour, master, occurrence, rootOf, rootsOf, t0 } from './a-room.ts';

const removed = (id: string): CalendarChange => ({ kind: 'removed', id });
const series = () => rootsOf(master('m'), occurrence('m', 0), occurrence('m', 1), exception('m', 2));
const applied = (before: ReturnType<typeof rootsOf>, ...changes: CalendarChange[]) => {
  const held = new Map(before);
  for (const [id, change] of applyRound(before, changes).changes) {
    if (change.after === undefined) held.delete(id);
    else held.set(id, change.after);
  }
  return held;
};

describe('a tombstone', () => {
  it('takes the occurrence that it names, and leaves the series', () => {
    const { changes } = applyRound(series(), [removed('m-0')]);
    expect([...changes.keys()]).toEqual(['m']);
    expect(membersOf(changes.get('m')?.after ?? rootOf(event({ id: 'x' })))).toEqual(['m-1', 'm-2']);
  });

  it('of an id that nobody knows means nothing', () => {
    const outcome = applyRound(series(), [removed('of another calendar')]);
    expect(outcome.changes.size).toBe(0);
    expect(outcome.inDoubt.size).toBe(0);
  });

  it('of a series takes its occurrences and exceptions, and nobody else', () => {
    const held = new Map([...series(), ...rootsOf(event({ id: 'e' }))]);
    expect([...applied(held, removed('m')).keys()]).toEqual(['e']);
  });
});

describe('a round', () => {
  it('leaves what it did not touch, and what it was given', () => {
    const before = rootsOf(event({ id: 'a' }), event({ id: 'b' }));
    const { changes } = applyRound(before, [event({ id: 'b', subject: 'New' }), event({ id: 'a' })]);
    expect([...changes.keys()], 'what was sent again unchanged is no change').toEqual(['b']);
    expect(before).toEqual(rootsOf(event({ id: 'a' }), event({ id: 'b' })));
  });

  it('lets the last word on an id win', () => {
    const held = rootsOf(event({ id: 'a', subject: 'Old' }), event({ id: 'a', subject: 'New' }));
    expect(held).toEqual(rootsOf(event({ id: 'a', subject: 'New' })));
  });

  it('turns a single event into a series and back, and an occurrence into an exception and back', () => {
    const single = rootsOf(event({ id: 'm', iCalUId: 'uid-of-m' }));
    const made = applied(single, master('m'), occurrence('m', 0), occurrence('m', 1), exception('m', 2));
    expect(made).toEqual(series());
    expect(applied(made, event({ id: 'm', iCalUId: 'uid-of-m' }))).toEqual(single);
    const reverted = applied(made, occurrence('m', 2));
    expect(reverted.get('m')?.exceptions).toEqual([]);
    expect(reverted.get('m')?.occurrences).toHaveLength(3);
  });

  it('has no occurrence beside the exception that stands in its place, under whatever id', () => {
    const stale: CalendarChange = {
      ...{ kind: 'occurrence', id: 'stale', seriesMasterId: 'm' },
      ...{ start: t0 + 2 * day, end: t0 + 2 * day + hour },
    };
    expect(applied(series(), stale)).toEqual(series());
  });

  it('names the roots that must be held to apply it, and the ids that may be members', () => {
    const named = namedBy([removed('x'), occurrence('m', 1), exception('n', 2), event({ id: 'e' })]);
    expect([...named.roots]).toEqual(['x', 'm', 'n', 'e']);
    expect([...named.members]).toEqual(['x', 'e']);
  });

  it.each<[string, CalendarChange[], boolean]>([
    ['a series without one of its occurrences', [master('m'), occurrence('m', 0), exception('m', 2)], true],
    ['a series without its exception', [master('m'), occurrence('m', 0), occurrence('m', 1)], true],
    ['a series alone', [master('m')], true],
    [
      'a series with all we hold of it',
      [master('m'), occurrence('m', 0), occurrence('m', 1), exception('m', 2)],
      false,
    ],
    [
      'a series of which it says that the missing one is gone',
      [master('m'), removed('m-1'), occurrence('m', 0), exception('m', 2)],
      false,
    ],
    ['an exception alone', [exception('m', 2)], false],
    ['another series', [master('n'), occurrence('n', 0)], false],
    ['the end of the series', [removed('m')], false],
    ['nothing', [], false],
  ])('that brings %s leaves doubt: %s', (_, changes, inDoubt) => {
    expect([...applyRound(series(), changes).inDoubt]).toEqual(inDoubt ? ['m'] : []);
  });

  it('that leaves a doubt is settled by the list of instances, whatever else was held', () => {
    const sure = withInstances(rootOf(...[master('m'), occurrence('m', 0), occurrence('m', 1)]), [
      occurrence('m', 1),
      exception('m', 3),
      occurrence('of another series', 0),
    ]);
    expect(sure).toEqual(rootOf(master('m'), occurrence('m', 1), exception('m', 3)));
    expect(withInstances(rootOf(master('m'), occurrence('m', 0)), [])).toEqual(rootOf(master('m')));
  });

  it('means the same in any order and with items sent twice', () => {
    // Of a series that goes, nothing else is sent: that would be two words on one thing.
    const item = fc.oneof(
      fc.integer({ min: 0, max: 4 }).map((n) => event({ id: `e${n}`, subject: `Title ${n}` })),
      fc.integer({ min: 0, max: 4 }).map((n) => removed(`gone${n}`)),
      fc.constant(master('m', { subject: 'Weekly' })),
      fc.integer({ min: 0, max: 5 }).map((n) => occurrence('m', n)),
      fc.integer({ min: 6, max: 9 }).map((n) => exception('m', n)),
      fc.constant(removed('old')),
      fc.integer({ min: 10, max: 12 }).map((n) => removed(`m-${n}`)),
    );
    const before = rootsOf(
      ...[0, 1, 2].map((n) => event({ id: `gone${n}` })),
      ...[master('m'), occurrence('m', 1), exception('m', 10), occurrence('m', 11)],
      ...[master('old'), occurrence('old', 0), exception('old', 1)],
    );
    const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    const shuffled = fc
      .array(item, { maxLength: 20 })
      .chain((items) =>
        fc.tuple(
          fc.constant(items),
          fc.shuffledSubarray([...items, ...items], { minLength: items.length * 2 }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([items, mixed]) => {
        const [once, other] = [applyRound(before, items), applyRound(before, mixed)];
        expect(sorted(other.changes)).toEqual(sorted(once.changes));
        expect([...other.inDoubt].sort()).toEqual([...once.inDoubt].sort());
        // Read again, as after a kill, it changes nothing.
        const held = applied(before, ...items);
        expect(sorted(applied(held, ...mixed))).toEqual(sorted(held));
        // Only what it names has to be at hand.
        const { roots, members } = namedBy(items);
        const touched = new Map(
          [...before].filter(
            ([id, root]) => roots.has(id) || membersOf(root).some((member) => members.has(member)),
          ),
        );
        expect(sorted(applyRound(touched, items).changes)).toEqual(sorted(once.changes));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a baseline', () => {
  it('replaces everything: what it did not bring is gone, and only what differs is a change', () => {
    const before = rootsOf(event({ id: 'same' }), event({ id: 'changed' }), event({ id: 'gone' }));
    const { changes, inDoubt } = applyBaseline(before, [
      event({ id: 'same' }),
      event({ id: 'changed', subject: 'New' }),
      event({ id: 'new' }),
    ]);
    expect([...changes.keys()].sort()).toEqual(['changed', 'gone', 'new']);
    expect(changes.get('gone')).toEqual({ before: before.get('gone'), after: undefined });
    expect(inDoubt.size).toBe(0);
  });

  it('of nothing empties the calendar', () => {
    const { changes } = applyBaseline(series(), []);
    expect([...changes.values()].map((change) => change.after)).toEqual([undefined]);
  });
});
