/**
 * A year of a company in virtual time: people book and change their minds, notifications are lost, Graph throttles and
 * fails, processes die. In the end every room is compared whole with what is held.
 *
 *     node dist/test/bench/year.js [--rooms 200] [--days 365] [--people 1000] [--per-day 2] [--horizon 60] [--sweep-hours 12] [--seed 1]
 */
import { parseArgs } from 'node:util';
import type { GraphCall } from '../../src/graph/client.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { startRedis } from '../redis/server.ts';
import { lots } from '../simulators/graph/shuffle.ts';
import { doubledMessages } from '../virtual/messages-verdict.ts';
import { differences, Ran } from '../virtual/verdict.ts';
import { startVirtual, type Virtual } from '../virtual/virtual.ts';
import { withCleanUp } from './clean-up.ts';
import { Company } from './company.ts';
import { figure, percentile, say, table } from './figures.ts';

const { values } = parseArgs({
  options: {
    rooms: { type: 'string', default: '200' },
    days: { type: 'string', default: '365' },
    people: { type: 'string' },
    'per-day': { type: 'string', default: '2' },
    horizon: { type: 'string', default: '60' },
    'sweep-hours': { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
  },
});
const days = Number(values.days);
const roomCount = Number(values.rooms);
const draw = lots(Number(values.seed));
const day = 86_400_000;
const start = Date.parse('2027-01-04T00:00:00Z');
const lostShare = 0.015;

const virtualRoom = /users\/room-/;

/** Requests to Graph by what they are for. */
class Requests {
  readonly counts = new Map<string, number>();
  /** What is read in the present visit to a room began with a whole window. */
  #whole: object | undefined;

  note(call: GraphCall, inHand: Virtual['queues']['inHand']): void {
    const kind = this.#kindOf(call, inHand);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  #kindOf({ method, path, query }: GraphCall, inHand: Virtual['queues']['inHand']): string {
    if (/calendarView\/delta/.test(path)) {
      if (query?.startDateTime !== undefined) this.#whole = inHand;
      if (this.#whole === inHand && inHand !== undefined) return 'whole window (nightly, 410)';
      return inHand?.why === 'rung' ? 'delta, notified' : 'delta, sweep';
    }
    if (/subscriptions/.test(path)) return 'subscriptions';
    if (/mailboxSettings/.test(path)) return "organizer's language and zone";
    if (/sendMail/.test(path)) return 'mail';
    if (/sentitems|mailFolders/i.test(path)) return 'mail already sent?';
    if (/\/(accept|decline|tentativelyAccept)$/.test(path)) return 'answer of the room';
    if (/instances/.test(path)) return 'instances of a series';
    if (method === 'PATCH') return 'invitation written';
    if (query?.$filter !== undefined) return "organizer's copy looked for";
    return virtualRoom.test(path) ? "room's entry read" : "organizer's copy read again";
  }
}

async function bench(onEnd: (closer: () => Promise<unknown>) => void): Promise<void> {
  const began = performance.now();
  const company = new Company(
    { rooms: roomCount, people: Number(values.people ?? 5 * roomCount), perDay: Number(values['per-day']) },
    draw,
  );
  const redis = await startRedis();
  onEnd(() => redis.close());
  const requests = new Requests();
  const metrics = createMetrics();
  const virtual: Virtual = await startVirtual({
    ...{ redis, metrics, start: new Date(start), quantity: 2 * roomCount, inProcess: true, strangers: false },
    rooms: company.rooms.map(({ mailbox }) => ({ mailbox })),
    people: company.people.map(({ mailbox, name, site }) => ({
      ...{ mailbox, name },
      settings: { timeZone: site },
    })),
    calendar: { sweep: Number(values['sweep-hours']) * 3_600_000, horizon: Number(values.horizon) * day },
    graph: { attendantDelay: 1_000, acceptDelay: 4_000 },
    onRequest: (call) => requests.note(call, virtual.queues.inHand),
  });
  onEnd(() => virtual.stop());
  const { knobs } = virtual.graph;
  knobs.keepLog = false;
  knobs.dropNotifications = () => draw() < lostShare;
  // Graph: under a minute on the average, three at most.
  const delays = new Map<string, { readonly until: number; readonly delay: number }>();
  knobs.notificationDelay = ({ subscriptionId }) => {
    // What one action sets off comes together.
    const known = delays.get(subscriptionId);
    if (known !== undefined && known.until > virtual.now()) return known.delay;
    const delay = 1_000 + Math.floor(draw() ** 12 * 180) * 1_000;
    delays.set(subscriptionId, { until: virtual.now() + 15_000, delay });
    return delay;
  };
  const waits: number[] = [];
  const ran = new Ran();
  const doubled = new Set<string>();
  for (let today = 0; today < days; today += 1) {
    await live(virtual, company, start + today * day, waits, today === days - 1 ? ran : undefined);
    if (today % 14 === 13) {
      progress(virtual, company, requests, today, began);
      // In time: why something was said once more is forgotten with its meeting.
      const known = await virtual.meetings(virtual.now() - 21 * day);
      for (const one of await doubledMessages(virtual, known)) doubled.add(one);
    }
  }
  knobs.dropNotifications = false;
  virtual.graph.clearFaults();
  await virtual.settle();
  await virtual.sweepRound();
  const wrong = [...new Set([...doubled, ...(await differences(virtual, ran))])];
  await report({ virtual, company, requests, waits, began, wrong });
}

/** One day, from midnight to midnight UTC. */
async function live(
  virtual: Virtual,
  company: Company,
  midnight: number,
  waits: number[],
  ran?: Ran,
): Promise<void> {
  trouble(virtual);
  const booked: { key: string; at: number }[] = [];
  for (const { at, do: act } of company.clicks(virtual.graph, midnight)) {
    await virtual.advance(at - virtual.now());
    const before = virtual.now();
    ran?.look(virtual);
    const event = act();
    if (event !== undefined && draw() < 0.1) booked.push({ key: event.iCalUId, at: before });
  }
  await virtual.advance(midnight + day - virtual.now());
  for (const { key, at } of booked) {
    const held = (await virtual.meetingStore.timeline(key)).find(
      (entry) => entry.at >= at && ['booked', 'moved', 'room-added', 'cancelled'].includes(entry.what),
    );
    if (held !== undefined) waits.push(held.at - at);
  }
}

/** What goes wrong in a year: now and then a refusal, once a month an outage, once a week a restart. */
function trouble(virtual: Virtual): void {
  const { graph, clock } = virtual;
  const room = () => virtual.config.rooms[Math.floor(draw() * virtual.config.rooms.length)]?.mailbox ?? '';
  const some = (share: number, act: () => unknown) => {
    if (draw() < share) clock.after(Math.floor(draw() * day), () => void act());
  };
  for (let i = 0; i < 5; i += 1) {
    some(1, () => graph.fail({ kind: 'status', status: 429, retryAfter: 10, times: 3, path: /users/ }));
    some(0.4, () => graph.fail({ kind: 'status', status: 503, times: 2, path: /users/ }));
    some(0.4, () => graph.fail({ kind: 'drop-after', path: /users/ }));
  }
  some(0.1, () => graph.fail({ kind: 'html', times: 3, path: /users/ }));
  some(0.1, () => graph.forgetDeltaTokens(room()));
  some(0.05, () => graph.removeSubscriptionSilently(room()));
  some(0.05, () => graph.sendLifecycle(room(), 'missed'));
  some(1 / 7, () => virtual.crashAfter(1 + Math.floor(draw() * 200)));
  some(1 / 30, () => {
    const takeBack = graph.fail({ kind: 'status', status: 503, times: 1e9, path: /v1\.0/ });
    clock.after(1_800_000, takeBack);
  });
  some(1 / 30, () => {
    virtual.receiverDown = true;
    clock.after(900_000, () => {
      virtual.receiverDown = false;
    });
  });
}

function progress(
  virtual: Virtual,
  company: Company,
  requests: Requests,
  today: number,
  began: number,
): void {
  const sum = (all: Iterable<number>) => [...all].reduce((a, b) => a + b, 0);
  say(
    [
      `${new Date(virtual.now()).toISOString().slice(0, 10)} (day ${today + 1})`,
      `${sum(Object.values(company.counts))} changes`,
      `${sum(requests.counts.values())} requests`,
      `${Math.round((performance.now() - began) / 1_000)} s`,
      `${Math.round(process.memoryUsage().rss / 1e6)} MB`,
    ].join(', '),
  );
}

interface Outcome {
  readonly virtual: Virtual;
  readonly company: Company;
  readonly requests: Requests;
  readonly waits: readonly number[];
  readonly began: number;
  readonly wrong: readonly string[];
}

async function report({ virtual, company, requests, waits, began, wrong }: Outcome): Promise<void> {
  const changes = Object.values(company.counts).reduce((a, b) => a + b, 0);
  const memory =
    /used_memory:(\d+)[\s\S]*used_memory_peak:(\d+)/.exec(await virtual.redis.info('memory')) ?? [];
  const byKind = [...requests.counts].sort((a, b) => b[1] - a[1]);
  const idle = requests.counts.get('delta, sweep') ?? 0;
  const nightly = requests.counts.get('whole window (nightly, 410)') ?? 0;
  const all = byKind.reduce((sum, [, count]) => sum + count, 0);
  const caused = all - idle - nightly - (requests.counts.get('subscriptions') ?? 0);
  const rows = (all: Iterable<readonly [string, number]>) =>
    [...all].map(([name, count]) => [name, String(count), figure(count / changes)]);
  say(
    `\n${table(
      ['by people', 'in all'],
      Object.entries(company.counts).map(([name, count]) => [name, String(count)]),
    )}`,
  );
  say(
    `\n${table(
      ['requests to Graph', 'in all', 'per change'],
      [
        ...rows(byKind),
        ...rows([
          ['caused by changes', caused],
          ['in all', all],
        ]),
      ],
    )}`,
  );
  say(
    `\n${table(
      ['', ''],
      [
        ['changes by people', String(changes)],
        ['notifications sent by Graph', String(virtual.graph.notificationCounters.notifications)],
        [
          'p50 / p95 / p99 from the click to held',
          [0.5, 0.95, 0.99].map((share) => figure(percentile(waits, share) / 1_000, 's')).join(' / '),
        ],
        ['workers killed', String(virtual.deaths)],
        ['Redis at the end / at most', `${mb(memory[1])} / ${mb(memory[2])}`],
        ['this process, tenant included (RSS)', `${Math.round(process.memoryUsage().rss / 1e6)} MB`],
        ['wall time', `${Math.round((performance.now() - began) / 1_000)} s`],
        ['differences at the end', String(wrong.length)],
      ],
    )}`,
  );
  say(`\n${table(['told and found', 'times'], await countersOf(virtual))}`);
  const spent = [...virtual.queues.spent].map(([what, { ms, times }]) => [
    what,
    String(times),
    figure(ms / times, 'ms'),
    figure(ms / 1_000, 's'),
  ]);
  say(`\n${table(['work', 'times', 'each', 'in all'], spent)}`);
  for (const one of wrong.slice(0, 20)) say(one);
  if (wrong.length > 0) process.exitCode = 1;
}

function mb(bytes: string | undefined): string {
  return `${Math.round(Number(bytes) / 1e6)} MB`;
}

async function countersOf(virtual: Virtual): Promise<string[][]> {
  const metrics = await virtual.metrics.registry.getMetricsAsJSON();
  return metrics.flatMap(({ name, values }) =>
    /^roombridge_(invitations|told|changes|reservations|audit|door)/.test(name)
      ? values
          .filter(({ value }) => value > 0)
          .map(({ labels, value }) => [
            `${name.replace('roombridge_', '')} ${Object.values(labels).join(' ')}`,
            String(value),
          ])
      : [],
  );
}

await withCleanUp(bench);
