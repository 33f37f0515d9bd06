/** How notifications go wrong: late, out of order, to receivers that Graph has given up, of kinds nobody knows. */
import { expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';
import { EndpointStates } from './endpoint-states.ts';
import { lots, shuffled } from './shuffle.ts';
import { startTenant } from './tenant.ts';

const START = Date.UTC(2027, 2, 1, 8);
const MINUTE = 60_000;
const ROOM = 'board@example.com';

interface Told {
  readonly at: number;
  readonly id: string;
  readonly kind: string;
}

/** A tenant in virtual time whose notifications come here, and a way to let minutes pass. */
async function startTold() {
  const clock = new VirtualClock(START);
  const told: Told[] = [];
  const deliver = async (_: string, body: string) => {
    for (const one of JSON.parse(body).value) {
      const kind = one.changeType ?? one.lifecycleEvent;
      told.push({ at: clock.now() - START, id: one.resourceData?.id ?? '', kind });
    }
    return 202;
  };
  const tenant = await startTenant({ clock, deliver, attendantDelay: 0, acceptDelay: 0 });
  await tenant.subscribe(ROOM);
  const { graph } = tenant;
  return {
    ...tenant,
    told,
    async pass(ms: number) {
      clock.advanceTo(clock.now() + ms);
      await graph.quiet();
    },
    book(subject: string) {
      const times = { start: new Date(START), end: new Date(START + MINUTE) };
      return graph.outlook.bookInRoom(ROOM, { subject, ...times });
    },
  };
}

test('notifications may be late singly, and those of one moment out of order, by a seed', async () => {
  const { graph, told, book, pass, stop } = await startTold();
  try {
    const [early, late] = [book('early'), book('late')];
    graph.knobs.notificationDelay = ({ resourceData }) => (resourceData.id === late.id ? 3 * MINUTE : 1_000);
    for (const event of [late, early]) graph.outlook.update(event, { subject: 'again' });
    await pass(2 * MINUTE);
    expect(told.filter(({ kind }) => kind === 'updated')).toEqual([
      { at: 1_000, id: early.id, kind: 'updated' },
    ]);
    await pass(MINUTE);
    expect(told.at(-1)).toEqual({ at: 3 * MINUTE, id: late.id, kind: 'updated' });

    graph.knobs.notificationDelay = 10;
    const orders: string[][] = [];
    for (const seed of [undefined, 7, 8]) {
      graph.knobs.reorderNotifications = seed;
      const [from, names] = [told.length, new Map<string, string>()];
      for (const name of 'abcdefgh') names.set(book(name).id, name);
      await pass(MINUTE);
      orders.push(told.slice(from).map(({ id }) => names.get(id) ?? ''));
    }
    expect(orders[0]?.join('')).toBe('abcdefgh');
    expect(new Set(orders.map(String)).size).toBe(3);
    for (const order of orders) expect(order.toSorted().join('')).toBe('abcdefgh');
    expect(shuffled([...'abcdefgh'], lots(7))).toEqual(shuffled([...'abcdefgh'], lots(7)));
  } finally {
    await stop();
  }
});

test('to a slow receiver new notifications come ten minutes later, to a dropped one never', async () => {
  const { graph, told, book, pass, stop } = await startTold();
  try {
    graph.knobs.endpointState = 'slow';
    book('slow');
    await pass(10 * MINUTE);
    expect(told).toEqual([]);
    graph.knobs.endpointState = 'drop';
    book('dropped');
    graph.knobs.endpointState = 'normal';
    await pass(20 * MINUTE);
    expect(told.map(({ kind }) => kind)).toEqual(['created']);
  } finally {
    await stop();
  }
});

test('a host gets slow or is dropped by its share of late answers, for ten minutes', () => {
  const states = new EndpointStates();
  const url = 'https://us.example/changes';
  for (let n = 0; n < 90; n++) states.observe(url, 20, START, 100);
  for (let n = 0; n < 10; n++) states.observe(url, 3_500, START, 100);
  expect(states.of(url, START)).toBe('normal');
  states.observe(url, 3_500, START, 100);
  states.observe(url, 3_500, START, 100);
  expect(states.of('https://us.example/lifecycle', START + 1)).toBe('slow');
  expect(states.of('https://them.example/', START + 1)).toBe('normal');
  expect(states.of(url, START + 10 * MINUTE)).toBe('normal');
  const later = START + 20 * MINUTE;
  for (let n = 0; n < 100; n++) states.observe(url, n % 5 === 0 ? 10_000 : 20, later, 100);
  expect(states.of(url, later + 1)).toBe('drop');
});

test('lifecycle events may be of a kind that nobody knows, and logs may be left out while counters go on', async () => {
  const { graph, told, book, pass, stop } = await startTold();
  try {
    graph.knobs.keepLog = false;
    const [before, asked] = [graph.log.length, graph.counters.requests];
    expect(graph.sendLifecycle(ROOM, 'somethingNew')).toBe(1);
    book('x');
    await pass(MINUTE);
    expect(told.map(({ kind }) => kind)).toEqual(['somethingNew', 'created']);
    expect(graph.notificationCounters).toEqual({ posts: 2, notifications: 2 });
    expect([
      graph.notificationLog.length,
      graph.log.length - before,
      graph.counters.requests - asked,
    ]).toEqual([0, 0, 0]);
    graph.moveMailbox(ROOM);
    await pass(MINUTE);
    expect(told.at(-1)?.kind).toBe('subscriptionRemoved');
    expect(graph.subscriptions.size).toBe(0);
  } finally {
    await stop();
  }
});
