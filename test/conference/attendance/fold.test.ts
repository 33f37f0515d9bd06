import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attendee } from '../../../src/conference/attendance/attendee.ts';
import {
  fold,
  type Known,
  type KnownCall,
  mentioned,
  type Seat,
} from '../../../src/conference/attendance/fold.ts';
import type { News, Traits } from '../../../src/conference/attendance/news.ts';

/** As the store holds it. */
class Memory {
  readonly calls = new Map<string, KnownCall>();
  readonly seats = new Map<string, Seat>();
  readonly attendees = new Map<string, Map<string, Attendee>>();
  readonly over = new Set<string>();

  take(...news: News[]): void {
    const { calls, legs } = mentioned(news);
    const seats = new Map([...this.seats].filter(([leg]) => legs.has(leg)));
    const touched = new Set([...calls, ...[...seats.values()].map(({ call }) => call), '']);
    const known: Known = {
      seats,
      calls: new Map([...this.calls].filter(([call]) => touched.has(call))),
      attendees: new Map([...this.attendees].filter(([call]) => touched.has(call))),
      over: new Set([...this.over].filter((id) => calls.has(id) || legs.has(id))),
    };
    const changes = fold(known, news);
    for (const [id, call] of changes.calls) this.calls.set(id, call);
    for (const [leg, seat] of changes.seats) put(this.seats, leg, seat);
    for (const id of changes.over) this.over.add(id);
    for (const [call, ofCall] of changes.attendees) {
      const all = this.attendees.get(call) ?? new Map<string, Attendee>();
      for (const [id, attendee] of ofCall) put(all, id, attendee);
      this.attendees.set(call, all);
    }
  }

  all(call = 'call'): Attendee[] {
    return [...(this.attendees.get(call)?.values() ?? [])];
  }

  inside(call = 'call'): string[] {
    return this.all(call)
      .filter(({ leftAt }) => leftAt === undefined)
      .map(({ id }) => id)
      .sort();
  }
}

function put<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

const told = (at: number) => ({ at: at * 1_000, heard: at * 1_000 + 50 });
const begins = (at = 0): News => ({ kind: 'call', call: 'call', space: 'space', ...told(at) });
const ends = (at: number): News => ({ kind: 'call-over', call: 'call', reason: 'call-ended', ...told(at) });
const leg = (id: string, at: number, call?: string, traits: Traits = {}, more = {}): News => ({
  ...{ kind: 'leg', leg: id, traits, ...told(at), ...more },
  ...(call === undefined ? {} : { call }),
});
const over = (id: string, at: number): News => ({
  ...{ kind: 'leg-over', leg: id, reason: 'hung-up', traits: {}, ...told(at) },
});
const roster = (at: number, ids: readonly string[]): News => ({
  ...{ kind: 'roster', call: 'call', ...told(at), heard: at * 1_000 + 200 },
  participants: ids.map((id) => ({ id, traits: { name: id } })),
});
const connected = { isConnected: true };

describe('somebody who dials in', () => {
  it('is nobody of the conference until their call is known, and then with what was told before', () => {
    const memory = new Memory();
    memory.take(begins(), leg('ann', 1, undefined, { name: 'Ann', address: 'ann@example.com' }));
    expect(memory.inside()).toEqual([]);
    memory.take(leg('ann', 3, 'call', connected));
    expect(memory.all()).toMatchObject([
      { id: 'ann', name: 'Ann', address: 'ann@example.com', since: 1_000, connectedAt: 3_000 },
    ]);
    expect(memory.all('')).toEqual([]);
  });

  it('is not in once their leg is over, with the reason, whatever is told of them late', () => {
    const memory = new Memory();
    memory.take(begins(), leg('ann', 1, 'call', connected), over('ann', 5));
    memory.take(leg('ann', 4, 'call', { isInLobby: false }), roster(4, ['ann']));
    expect(memory.all()).toMatchObject([{ id: 'ann', leftAt: 5_000, reason: 'hung-up' }]);
  });

  it('leaves no trace where they never came into a call', () => {
    const memory = new Memory();
    memory.take(leg('scan', 1), over('scan', 2));
    expect(memory.all('')).toEqual([]);
    expect(memory.seats.size).toBe(0);
  });
});

describe('a person with two legs', () => {
  const group = { group: 'g' };

  it('is one participant also where the call of the second leg is told later', () => {
    const memory = new Memory();
    memory.take(leg('ann', 1, 'call', connected, group));
    memory.take(leg('slides', 2, undefined, { isConnected: false }, group));
    memory.take(leg('slides', 3, 'call', connected));
    expect(memory.inside()).toEqual(['ann']);
    memory.take(over('ann', 4));
    expect(memory.inside()).toEqual(['ann']);
    memory.take(over('slides', 5));
    expect(memory.inside()).toEqual([]);
    expect(memory.all('')).toEqual([]);
  });

  it('is one participant, in as long as one of them is', () => {
    const memory = new Memory();
    memory.take(leg('ann', 1, 'call', connected, group), leg('ann-slides', 2, 'call', connected, group));
    expect(memory.inside()).toEqual(['ann']);
    memory.take(over('ann', 3));
    expect(memory.inside()).toEqual(['ann']);
    memory.take(over('ann-slides', 4));
    expect(memory.inside()).toEqual([]);
  });

  it('is found in by a look that knows them by the other leg', () => {
    const memory = new Memory();
    memory.take(leg('slides', 1, 'call', connected, group), leg('ann', 2, 'call', connected, group));
    memory.take(roster(10, ['ann']));
    expect(memory.all()).toHaveLength(1);
  });
});

describe('who was told of by events before their leg was', () => {
  const seen: News = {
    ...{ kind: 'participant', call: 'call', participant: 'ann', ...told(1) },
    traits: { name: 'Ann', isAudioMuted: true, layout: 'stacked' },
  };

  it.each([
    ['with its call', [leg('ann', 2, 'call', { isConnected: false, direction: 'incoming' })]],
    [
      'without its call, and then with it',
      [
        leg('ann', 2, undefined, { isConnected: false, direction: 'incoming' }),
        leg('ann', 3, 'call', connected),
      ],
    ],
  ])('keeps what is known of them when the leg is told of %s', (_, legs) => {
    const memory = new Memory();
    memory.take(seen);
    for (const one of legs) memory.take(one);
    expect(memory.all()).toMatchObject([
      { id: 'ann', name: 'Ann', isAudioMuted: true, layout: 'stacked', direction: 'incoming', legs: ['ann'] },
    ]);
    memory.take(over('ann', 5));
    expect(memory.inside()).toEqual([]);
  });
});

it('a leg that ties two call bridges together is nobody, also when it is told of again', () => {
  const memory = new Memory();
  memory.take(leg('link', 1, 'call', {}, { isLink: true }), leg('link', 2, 'call', connected));
  expect(memory.all()).toEqual([]);
});

describe('a look at a call', () => {
  it('finds who was not told of, and misses who has left without a word', () => {
    const memory = new Memory();
    memory.take(begins(), leg('ann', 1, 'call', connected), roster(60, ['ben']));
    expect(memory.inside()).toEqual(['ben']);
    expect(memory.all()).toContainEqual(
      expect.objectContaining({ id: 'ann', leftAt: 60_000, reason: 'unknown' }),
    );
  });

  it('does not miss who came while it was under way', () => {
    const memory = new Memory();
    memory.take(begins(), leg('ann', 60, 'call', connected), roster(60, []));
    expect(memory.inside()).toEqual(['ann']);
  });

  it('is corrected by the next one, and by what the call bridge tells itself', () => {
    const memory = new Memory();
    memory.take(leg('ann', 1, 'call', connected), roster(60, []), roster(64, ['ann']));
    expect(memory.inside()).toEqual(['ann']);
    memory.take(roster(70, []), over('ann', 65));
    expect(memory.all()).toMatchObject([{ id: 'ann', leftAt: 65_000, reason: 'hung-up' }]);
  });
});

describe('the end of a call', () => {
  it('is everybody’s, and a reason that comes after it is theirs', () => {
    const memory = new Memory();
    memory.take(begins(), leg('ann', 1, 'call', connected), leg('ben', 2, 'call', connected), ends(9));
    expect(memory.inside()).toEqual([]);
    memory.take(over('ann', 8));
    expect(memory.all().map(({ id, leftAt, reason }) => [id, leftAt, reason])).toEqual([
      ['ann', 8_000, 'hung-up'],
      ['ben', 9_000, 'call-ended'],
    ]);
  });

  it('leaves nobody in who is told of late', () => {
    const memory = new Memory();
    memory.take(begins(), ends(9), leg('ann', 5, 'call', connected), roster(8, ['ben']));
    expect(memory.inside()).toEqual([]);
  });
});

it('whatever the order and however often, in is who has come and not left, and nobody is there twice', () => {
  const life = fc.record({
    came: fc.integer({ min: 1, max: 50 }),
    stays: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
    updates: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }),
  });
  const history = fc.array(life, { maxLength: 6 }).chain((lives) => {
    const news = lives.flatMap(({ came, stays, updates }, i) => [
      leg(`leg-${i}`, came, 'call', { isConnected: false }),
      ...updates.map((after) => leg(`leg-${i}`, came + after, 'call', connected)),
      ...(stays === undefined ? [] : [over(`leg-${i}`, came + stays)]),
    ]);
    const shuffled = fc.array(fc.nat(), { minLength: news.length * 2, maxLength: news.length * 2 });
    const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 });
    return fc.record({ lives: fc.constant(lives), news: fc.constant(news), shuffled, cuts });
  });
  fc.assert(
    fc.property(history, ({ lives, news, shuffled, cuts }) => {
      const twice = [...news, ...news];
      const inAnyOrder = twice
        .map((one, i) => ({ one, place: shuffled[i] ?? 0 }))
        .sort((a, b) => a.place - b.place)
        .map(({ one }) => one);
      const memory = new Memory();
      memory.take(begins());
      for (let i = 0; inAnyOrder.length > 0; i += 1)
        memory.take(...inAnyOrder.splice(0, cuts[i % cuts.length]));
      const stayed = lives.flatMap(({ stays }, i) => (stays === undefined ? [`leg-${i}`] : []));
      expect(memory.inside()).toEqual(stayed.sort());
      expect(new Set(memory.all().map(({ id }) => id)).size).toBe(memory.all().length);
    }),
    { numRuns: 500 },
  );
});
