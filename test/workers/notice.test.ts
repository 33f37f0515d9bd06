/** Who wants to hear of tickets is told of each once, in order, whatever fails and whoever dies on the way. */
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Condition } from '../../src/cluster/ticket.ts';
import type { TicketTarget } from '../../src/config-tickets.ts';
import { GraphClient } from '../../src/graph/client.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { NoticeStore } from '../../src/redis/notices.ts';
import { TicketStore } from '../../src/redis/tickets.ts';
import { bringNotice, type NoticeDeps, ringTargets } from '../../workers/notice.ts';
import type { Work } from '../../workers/processor.ts';
import { connectTargets } from '../../workers/targets.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { startTenant } from '../simulators/graph/tenant.ts';
import { Receiver, secret } from './receiver.ts';

const t0 = Date.parse('2026-03-10T12:00:00Z');
const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** After which what was opened has settled. */
const settled = 40 * second;
const leases = 'test:leases';

let redis: TestRedis;
let tenant: Awaited<ReturnType<typeof startTenant>>;
beforeAll(async () => {
  redis = await startRedis();
  tenant = await startTenant();
});
afterAll(async () => {
  await redis.close();
  await tenant.stop();
});

let receiver: Receiver;
let tickets: TicketStore;
let now = t0;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  await redis.redis.flushall();
  tickets = new TicketStore(redis.redis);
  receiver = await Receiver.open();
  closers.push(() => receiver.close());
  tenant.graph.mails.length = 0;
  now = t0;
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const webhook = (change: object = {}): TicketTarget => ({
  ...{ kind: 'webhook', url: receiver.url, secret, severities: ['critical', 'warning'], ...change },
});
const mail: TicketTarget = {
  ...{ kind: 'mail', to: ['ops@example.com', 'av@example.com'], from: 'ada@example.com' },
  severities: ['critical'],
};

type Dying = { readonly put: number; readonly when: 'before' | 'after' };

class Dead extends Error {}

/** A process; one that is to die does so at that write of how far it has told. */
class Mortal extends NoticeStore {
  #puts = 0;
  dying: Dying | undefined;

  override async put(...args: Parameters<NoticeStore['put']>): Promise<boolean> {
    this.#puts += 1;
    const isLast = this.#puts === this.dying?.put;
    if (isLast && this.dying?.when === 'before') throw new Dead();
    const held = await super.put(...args);
    if (isLast) throw new Dead();
    return held;
  }
}

async function processOf(targets: readonly TicketTarget[], dying?: Dying) {
  const notices = new Mortal(redis.redis);
  notices.dying = dying;
  const metrics = createMetrics();
  const graph = new GraphClient({
    graph: { apiUrl: tenant.graph.url },
    dispatcher: tenant.dispatcher,
    signIn: { token: async () => tenant.authorization().replace('Bearer ', ''), forget: () => {} },
  });
  const deps: NoticeDeps = {
    ...{ notices, graph, metrics, log: pino({ level: 'silent' }), now: () => now },
    targets: connectTargets({ tickets: { tell: targets }, proxy: {} }, closers),
  };
  const rung: string[] = [];
  const ring = async () => {
    rung.length = 0;
    await ringTargets(deps, async (rings) => void rung.push(...rings.map(({ key }) => key)), now);
  };
  await ring();
  const bring = async (key: string) => {
    await redis.redis.hset(leases, key, 'me');
    const lease = { hash: leases, field: key, holder: 'me' };
    const work: Work = { key, lease, stopping: false, held: true, waitUntil: async () => 'time' };
    return await bringNotice(deps, work);
  };
  return {
    /** What the processor would do now; the times at which it would look again. */
    async work() {
      await ring();
      const next: (number | undefined)[] = [];
      for (const key of [...rung]) next.push(await bring(key));
      return next;
    },
    count: async (way: string, outcome: string) => {
      const { values } = await metrics.notices.get();
      return values.find(({ labels }) => labels.way === way && labels.outcome === outcome)?.value;
    },
  };
}

const wrong = (about: string, code: Condition['code'] = 'clock-off'): Condition => ({
  ...{ code, about, detail: 'it is 3 s ahead' },
});
const settle = (...conditions: Condition[]) => tickets.settle('s', conditions, now);

describe('a webhook', () => {
  it('hears once of what opens, is acknowledged and closes, as the API shows it', async () => {
    const one = await processOf([webhook()]);
    await settle(wrong('cms1'));
    const [opened] = await tickets.list('open');
    await tickets.acknowledge(opened?.id ?? '', { by: 'ann', note: 'on it' }, now + second);
    expect(await one.work()).toEqual([t0 + 32 * second]);
    expect(receiver.heard).toEqual([]);
    now += settled;
    expect(await one.work()).toEqual([undefined]);
    await settle();
    await one.work();
    await one.work();
    expect(receiver.heard).toEqual(['opened cms1', 'acknowledged cms1', 'closed cms1']);
    expect(receiver.received[0]).toEqual({
      id: expect.stringMatching(/^\d+-\d+$/),
      at: '2026-03-10T12:00:00.000Z',
      event: 'ticket-opened',
      ticket: expect.objectContaining({ id: opened?.id, severity: 'warning', state: 'open', closedAt: null }),
    });
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(3);
    expect(await one.count('webhook', 'told')).toBe(3);
  });

  it('hears nothing of what was there before it, nor of other severities', async () => {
    await settle(wrong('old'));
    const one = await processOf([webhook({ severities: ['critical'] })]);
    await settle(wrong('old'), wrong('late'), wrong('dead', 'no-call-bridge'));
    now += settled;
    await one.work();
    expect(receiver.heard).toEqual(['opened dead']);
  });

  it('hears nothing of what comes and goes at once', async () => {
    const one = await processOf([webhook()]);
    for (const about of ['a', 'b', 'c']) {
      await settle(wrong(about));
      now += 10 * second;
      await settle();
      await one.work();
    }
    await settle(wrong('stays'));
    now += settled;
    await one.work();
    expect(receiver.heard).toEqual(['opened stays']);
  });

  it('that is down hears all in order when it is back, and delays no other', async () => {
    const other = await Receiver.open();
    closers.push(() => other.close());
    const one = await processOf([webhook(), webhook({ url: other.url })]);
    receiver.answering = 503;
    await settle(wrong('a'), wrong('b'));
    now += settled;
    const pauses: number[] = [];
    for (let i = 0; i < 14; i += 1) {
      const [next] = await one.work();
      expect(next).toBeGreaterThan(now);
      pauses.push((next ?? 0) - now);
      now = next ?? now;
    }
    expect(other.heard).toEqual(['opened a', 'opened b']);
    expect(new Set(receiver.heard)).toEqual(new Set(['opened a']));
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(pauses[0]).toBeLessThanOrEqual(5 * second);
    expect(Math.max(...pauses)).toBeGreaterThanOrEqual(hour / 2);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(hour);
    receiver.answering = 200;
    receiver.received.length = 0;
    await settle();
    await one.work();
    expect(receiver.heard).toEqual(['opened a', 'opened b', 'closed a', 'closed b']);
  });

  it('is left alone until its time, however often it is rung for', async () => {
    const one = await processOf([webhook()]);
    receiver.answering = 500;
    await settle(wrong('a'));
    now += settled;
    const next = await one.work();
    expect(await one.work()).toEqual(next);
    expect(receiver.received).toHaveLength(1);
  });

  it('that is down for more than a day is not told what is older, which is counted', async () => {
    const one = await processOf([webhook()]);
    receiver.answering = 503;
    await settle(wrong('old'));
    now += settled;
    await one.work();
    now += 24 * hour;
    await settle(wrong('old'), wrong('new'));
    now += settled;
    receiver.answering = 200;
    receiver.received.length = 0;
    await one.work();
    expect(receiver.heard).toEqual(['opened new']);
    expect(await one.count('webhook', 'given-up')).toBe(1);
  });

  it('that answers 410 hears no more until its configuration changes, and then what is new', async () => {
    const one = await processOf([webhook()]);
    receiver.answering = 410;
    await settle(wrong('a'));
    now += settled;
    await one.work();
    receiver.answering = 200;
    receiver.received.length = 0;
    await settle(wrong('a'), wrong('b'));
    now += settled;
    expect(await one.work()).toEqual([]);
    const again = await processOf([webhook({ severities: ['warning'] })]);
    await settle(wrong('a'), wrong('b'), wrong('c'));
    now += settled;
    await again.work();
    expect(receiver.heard).toEqual(['opened c']);
  });

  it('that sends us elsewhere has not taken it', async () => {
    const one = await processOf([webhook()]);
    receiver.answering = 307;
    await settle(wrong('a'));
    now += settled;
    expect((await one.work())[0]).toBeGreaterThan(now);
    expect(receiver.received).toHaveLength(1);
  });

  it('that does not answer has ten seconds', { timeout: 20_000 }, async () => {
    const one = await processOf([webhook()]);
    receiver.answering = 'silent';
    await settle(wrong('a'));
    now += settled;
    const begun = performance.now();
    expect((await one.work())[0]).toBeGreaterThan(now);
    expect(performance.now() - begun).toBeGreaterThan(9 * second);
    expect(performance.now() - begun).toBeLessThan(13 * second);
    expect(await one.count('webhook', 'postponed')).toBe(1);
  });
});

describe('a mail', () => {
  it('tells of what opens and closes, to all at once', async () => {
    const one = await processOf([mail]);
    await settle(wrong('cluster <b>emea', 'no-call-bridge'), wrong('cms1'));
    now += settled;
    await one.work();
    await settle();
    await one.work();
    await one.work();
    const title = 'No call bridge of the cluster is left (cluster <b>emea)';
    expect(tenant.graph.mails.map(({ subject }) => subject)).toEqual([
      `[Roombridge] critical: ${title}`,
      `[Roombridge] closed: ${title}`,
    ]);
    const [first] = tenant.graph.mails;
    expect(first).toMatchObject({ from: 'ada@example.com', to: ['ops@example.com', 'av@example.com'] });
    expect(first?.body.content).toContain('cluster &#60;b&#62;emea');
  });

  it('sums up what is more than twenty at once', async () => {
    const one = await processOf([mail]);
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => wrong(`cluster ${i}`, 'no-call-bridge'));
    await settle(...many(20));
    now += settled;
    await one.work();
    expect(tenant.graph.mails).toHaveLength(20);
    tenant.graph.mails.length = 0;
    await settle(...many(0));
    await settle(wrong('one more', 'no-call-bridge'));
    now += settled;
    await one.work();
    expect(tenant.graph.mails.map(({ subject }) => subject)).toEqual([
      '[Roombridge] 21 news of tickets: 1 critical, 20 closed',
    ]);
  });

  it('that Graph refuses is sent later', async () => {
    const one = await processOf([{ ...mail, from: 'nobody@example.com' } as TicketTarget]);
    await settle(wrong('a', 'no-call-bridge'));
    now += settled;
    expect((await one.work())[0]).toBeGreaterThan(now);
    expect(await one.count('mail', 'postponed')).toBe(1);
  });

  it('of which it is not known whether it went out is not sent again', async () => {
    const one = await processOf([mail]);
    tenant.graph.fail({ kind: 'drop-after', method: 'POST', path: /sendMail/ });
    await settle(wrong('a', 'no-call-bridge'));
    now += settled;
    await one.work();
    now += minute;
    await one.work();
    expect(tenant.graph.mails).toHaveLength(1);
    expect(await one.count('mail', 'unclear')).toBe(1);
  });
});

describe('a death', () => {
  const deaths = [1, 2, 3, 4, 5, 6].flatMap((put) =>
    (['before', 'after'] as const).map((when) => ({ put, when })),
  );

  it.each(deaths)(
    '$when its write $put loses no news of a webhook, and none leaves its place',
    async (dying) => {
      const one = await processOf([webhook()], dying);
      await settle(wrong('a'), wrong('b'));
      now += settled;
      const dead = await one.work().catch((error: unknown) => error);
      const heir = await processOf([webhook()]);
      await heir.work();
      await settle();
      await heir.work();
      expect(dead instanceof Dead).toBe(dying.put <= 2);
      const firsts = receiver.received.filter(
        ({ id }, i) => receiver.received.findIndex((other) => other.id === id) === i,
      );
      expect(firsts.map(({ event, ticket }) => `${event} ${ticket?.about}`)).toEqual([
        ...['ticket-opened a', 'ticket-opened b', 'ticket-closed a', 'ticket-closed b'],
      ]);
      // In the order of the feed, each repeated at once if at all.
      const ids = receiver.received.map(({ id }) => id);
      expect(ids).toEqual([...ids].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })));
      expect(ids.length).toBe(dying.put <= 2 && dying.when === 'before' ? 5 : 4);
    },
  );

  it.each(deaths)('$when its write $put sends no mail twice', async (dying) => {
    const one = await processOf([mail], dying);
    await settle(wrong('a', 'no-call-bridge'), wrong('b', 'no-call-bridge'));
    now += settled;
    const dead = await one.work().catch((error: unknown) => error);
    const heir = await processOf([mail]);
    await heir.work();
    const subjects = tenant.graph.mails.map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(dead instanceof Dead).toBe(dying.put <= 4);
    // Only one whose sending was to begin, and of which nothing more is known, may be missing.
    const isUnclear = dying.put <= 4 && dying.put % 2 === 1 && dying.when === 'after';
    expect(subjects).toHaveLength(isUnclear ? 1 : 2);
  });

  it('of the claim writes nothing down any more', async () => {
    const notices = new NoticeStore(redis.redis);
    await notices.begin([{ key: 'k', mark: 'm' }]);
    await redis.redis.hset(leases, 'k', 'another');
    expect(await notices.put({ hash: leases, field: 'k', holder: 'me' }, { cursor: '9-9' })).toBe(false);
    expect(await notices.delivery('k')).toEqual({ cursor: '0-0' });
  });
});
