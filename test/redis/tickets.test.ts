/** Tickets open once, stay while their cause does, close with it, and are remembered for a month. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Condition } from '../../src/cluster/ticket.ts';
import { NoticeStore } from '../../src/redis/notices.ts';
import { TicketStore } from '../../src/redis/tickets.ts';
import { startRedis, type TestRedis } from './server.ts';

const t0 = Date.parse('2026-03-10T12:00:00Z');
const day = 86_400_000;

let server: TestRedis;
let tickets: TicketStore;
beforeAll(async () => {
  server = await startRedis();
  tickets = new TicketStore(server.redis);
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

const late: Condition = { code: 'clock-off', about: 'https://cms1', detail: 'it is 3 s ahead' };
const old: Condition = { code: 'version-too-old', about: 'https://cms1', detail: '2.0 cannot move people' };

describe('a scope', () => {
  it('opens what is new, keeps what stands, and closes what is not named any more', async () => {
    await tickets.settle('call-bridge https://cms1', [late], t0);
    const [opened] = await tickets.list('open');
    expect(opened).toEqual({
      ...late,
      id: expect.stringMatching(/^[0-9a-f]{10}$/),
      scope: 'call-bridge https://cms1',
      since: t0,
      lastSeen: t0,
    });

    await tickets.settle(
      'call-bridge https://cms1',
      [{ ...late, detail: 'it is 4 s ahead' }, old],
      t0 + 1_000,
    );
    expect(await tickets.list('open')).toEqual([
      { ...opened, detail: 'it is 4 s ahead', lastSeen: t0 + 1_000 },
      expect.objectContaining({ ...old, since: t0 + 1_000 }),
    ]);

    await tickets.settle('call-bridge https://cms1', [old], t0 + 2_000);
    expect((await tickets.list('open')).map(({ code }) => code)).toEqual(['version-too-old']);
    expect(await tickets.list('closed')).toEqual([
      { ...opened, detail: 'it is 4 s ahead', lastSeen: t0 + 1_000, closedAt: t0 + 2_000 },
    ]);
  });

  it('is settled without a word to the others', async () => {
    await tickets.settle('cluster emea', [late], t0);
    await tickets.settle('cluster apac', [late], t0);
    await tickets.settle('cluster apac', [], t0 + 1);
    expect((await tickets.list('open')).map(({ scope }) => scope)).toEqual(['cluster emea']);
    expect(await tickets.openIn('cluster e')).toHaveLength(1);
    expect(await tickets.openIn('cluster a')).toEqual([]);
  });

  it('with nothing wrong writes nothing', async () => {
    await tickets.settle('meeting k', [], t0);
    expect(await server.redis.dbsize()).toBe(0);
  });

  it('takes any text as it is', async () => {
    const odd: Condition = { code: 'clock-off', about: 'a\nb"\\', detail: 'größer als 2 s – „x“\u0000{}' };
    await tickets.settle('scope: with *?[] of its own', [odd], t0);
    expect(await tickets.list('open')).toEqual([expect.objectContaining(odd)]);
  });

  it('that names one condition twice has it once', async () => {
    await tickets.settle('s', [late, { ...late, detail: 'later' }], t0);
    expect((await tickets.list('open')).map(({ detail }) => detail)).toEqual(['later']);
  });

  it('never sees further back than it has', async () => {
    await tickets.settle('s', [late], t0);
    await tickets.settle('s', [late], t0 - 5_000);
    expect((await tickets.list('open'))[0]?.lastSeen).toBe(t0);
  });
});

it('many processes that find the same open one ticket', async () => {
  const stores = Array.from({ length: 8 }, () => new TicketStore(server.connect()));
  await Promise.all(stores.map((store, i) => store.settle('cluster emea', [late, old], t0 + i)));
  expect(await tickets.list('open')).toHaveLength(2);
  await Promise.all(stores.map((store, i) => store.settle('cluster emea', [], t0 + 10 + i)));
  expect(await tickets.list('open')).toEqual([]);
  expect(await tickets.list('closed')).toHaveLength(2);
});

it('a cause that comes back opens another ticket', async () => {
  await tickets.settle('s', [late], t0);
  await tickets.settle('s', [], t0 + 1);
  await tickets.settle('s', [late], t0 + 2);
  const all = await tickets.list('all');
  expect(all.map(({ since, closedAt }) => [since, closedAt])).toEqual([
    [t0 + 2, undefined],
    [t0, t0 + 1],
  ]);
  expect(new Set(all.map(({ id }) => id)).size).toBe(2);
});

describe('an acknowledgement', () => {
  const idOfOpen = async () => (await tickets.list('open'))[0]?.id ?? '';

  it('says who, why and when, survives another look, and ends with the ticket', async () => {
    await tickets.settle('s', [late], t0);
    const said = { by: 'ann', note: 'NTP is being moved – until Friday' };
    const answer = await tickets.acknowledge(await idOfOpen(), said, t0 + 5);
    expect(answer).toMatchObject({ ...late, acknowledged: { ...said, at: t0 + 5 } });
    await tickets.settle('s', [late], t0 + 10);
    expect((await tickets.list('open'))[0]?.acknowledged).toEqual({ ...said, at: t0 + 5 });
    await tickets.settle('s', [], t0 + 20);
    await tickets.settle('s', [late], t0 + 30);
    expect((await tickets.list('open'))[0]?.acknowledged).toBeUndefined();
    expect((await tickets.list('closed'))[0]?.acknowledged).toEqual({ ...said, at: t0 + 5 });
  });

  it('may be said again: the last word counts', async () => {
    await tickets.settle('s', [late], t0);
    const id = await idOfOpen();
    await tickets.acknowledge(id, { by: 'ann', note: 'seen' }, t0 + 1);
    await tickets.acknowledge(id, { by: 'ben', note: 'mine now' }, t0 + 2);
    expect((await tickets.list('open'))[0]?.acknowledged).toEqual({
      by: 'ben',
      note: 'mine now',
      at: t0 + 2,
    });
  });

  it('is not taken for what is closed, or was never there', async () => {
    await tickets.settle('s', [late], t0);
    const id = await idOfOpen();
    await tickets.settle('s', [], t0 + 1);
    expect(await tickets.acknowledge(id, { by: 'ann', note: 'x' }, t0 + 2)).toBe('closed');
    expect(await tickets.acknowledge('0123456789', { by: 'ann', note: 'x' }, t0 + 2)).toBe('unknown');
  });
});

it('closed tickets are kept for 30 days', async () => {
  await tickets.settle('s', [late], t0);
  await tickets.settle('s', [old], t0 + 1);
  await tickets.settle('s', [old], t0 + 30 * day);
  expect(await tickets.list('closed')).toHaveLength(1);
  await tickets.settle('s', [old], t0 + 30 * day + 1);
  expect(await tickets.list('closed')).toEqual([]);
});

it('closed tickets are never more than two thousand: the latest', async () => {
  for (let i = 0; i < 21; i += 1) {
    const many = Array.from({ length: 100 }, (_, n) => ({ ...late, about: `${i}/${n}` }));
    await tickets.settle('s', many, t0 + i);
  }
  await tickets.settle('s', [], t0 + 100);
  const closed = await tickets.list('closed');
  expect(closed).toHaveLength(2_000);
  expect(closed.some(({ about }) => about === '20/99')).toBe(true);
  expect(closed.some(({ about }) => about.startsWith('0/'))).toBe(false);
});

it('the worst come first, then the oldest; what is closed comes last', async () => {
  await tickets.settle('a', [old], t0);
  await tickets.settle('b', [late], t0 + 2);
  await tickets.settle('c', [late], t0 + 1);
  await tickets.settle('d', [{ ...late, code: 'no-call-bridge' }], t0 + 3);
  await tickets.settle('e', [late], t0 - 5);
  await tickets.settle('e', [], t0 + 4);
  expect((await tickets.list('all')).map(({ scope }) => scope)).toEqual(['d', 'c', 'b', 'a', 'e']);
});

it('a code of another version is left to it', async () => {
  await tickets.settle('s', [late], t0);
  const [[id, json] = []] = Object.entries(await server.redis.hgetall('roombridge:tickets'));
  await server.redis.hset('roombridge:tickets', id ?? '', (json ?? '').replace('clock-off', 'of-tomorrow'));
  expect(await tickets.list('all')).toEqual([]);
});

it('what is new of a ticket is written down with it, once, and only the last of it is kept', async () => {
  const news = async () => {
    const found = await new NoticeStore(server.redis).after('0-0');
    return found.map(({ event, at, ticket }) => ({ event, at: at - t0, about: ticket.about }));
  };
  await tickets.settle('s', [late], t0);
  await tickets.settle('s', [{ ...late, detail: 'it is 4 s ahead' }], t0 + 1);
  const [opened] = await tickets.list('open');
  await tickets.acknowledge(opened?.id ?? '', { by: 'ann', note: 'on it' }, t0 + 2);
  await tickets.acknowledge('nothing', { by: 'ann', note: 'on it' }, t0 + 2);
  await tickets.settle('s', [], t0 + 3);
  await tickets.settle('s', [], t0 + 4);
  expect(await news()).toEqual([
    { event: 'ticket-opened', at: 0, about: late.about },
    { event: 'ticket-acknowledged', at: 2, about: late.about },
    { event: 'ticket-closed', at: 3, about: late.about },
  ]);
  const many = Array.from({ length: 1_500 }, (_, i) => ({ ...late, about: `meeting ${i}` }));
  await tickets.settle('s', many, t0 + 5);
  await tickets.settle('s', [], t0 + 6);
  const kept = await news();
  expect(kept.length).toBeLessThan(2_200);
  expect(kept.at(-1)).toMatchObject({ event: 'ticket-closed', at: 6 });
});
