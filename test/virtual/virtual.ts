/**
 * A tenant and the calendar's side of the product in one process and in virtual time: Graph is simulated behind real
 * HTTPS, Redis is real, time stands still while somebody works, and what is due comes in the order of its time.
 */
import type { Redis } from 'ioredis';
import { type Logger, pino } from 'pino';
import type { Dispatcher } from 'undici';
import type { Meeting } from '../../src/conference/meeting.ts';
import type { GraphCall, GraphObservation } from '../../src/graph/client.ts';
import { sameClientState } from '../../src/graph/client-state.ts';
import type { Metrics } from '../../src/http/metrics.ts';
import { createPublicListener } from '../../src/http/public-listener.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { createReceiving } from '../../src/receiving.ts';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { RoomStore } from '../../src/redis/rooms.ts';
import type { TestRedis } from '../redis/server.ts';
import { createTestAuthority } from '../simulators/certificates.ts';
import { type Clock, VirtualClock } from '../simulators/graph/clock.ts';
import { GraphSimulator, type GraphSimulatorOptions } from '../simulators/graph/simulator.ts';
import {
  type ConfigurationOptions,
  clientId,
  clientSecret,
  configurationOf,
  tenantId,
} from './configuration.ts';
import { VirtualQueues } from './queues.ts';
import { type CalendarWorker, startWorker } from './worker.ts';

export interface VirtualOptions extends Omit<ConfigurationOptions, 'graphUrl' | 'ca'> {
  /** Emptied when the world starts. */
  readonly redis: Pick<TestRedis, 'redis'>;
  readonly start: Date;
  readonly people: GraphSimulatorOptions['people'];
  /** Rooms of the tenant that are not configured. */
  readonly otherRooms?: GraphSimulatorOptions['rooms'];
  readonly graph?: Partial<GraphSimulatorOptions>;
  /** Which of several that are due at once comes first; default the first rung. */
  readonly choose?: (count: number) => number;
  /** Workers, each with one key at a time; default 1. */
  readonly workers?: number;
  /** Ms of virtual time that each request to Graph takes; default none. */
  readonly requestTakes?: () => number;
  /** False: subscriptions that nobody knows are not looked for. */
  readonly strangers?: boolean;
  /** True: requests go to the simulator without TLS and sockets, ten times quicker. */
  readonly inProcess?: boolean;
  /** Told each request to Graph ahead of it. */
  readonly onRequest?: (call: GraphCall) => void;
  readonly observe?: (observation: GraphObservation) => void;
  readonly log?: Logger;
  readonly metrics?: Metrics;
}

const { ca, tls } = certificates();
let sharedDispatcher: Dispatcher | undefined;

function certificates() {
  const authority = createTestAuthority();
  return { ca: authority.ca, tls: authority.issue(['localhost', '127.0.0.1']) };
}

/** Trusts the simulator's certificate; one for all worlds of a process. */
function dispatcherOf(): Dispatcher {
  sharedDispatcher ??= createDispatcher({ proxy: {}, ca, connections: 32, connectTimeout: 2_000 });
  return sharedDispatcher;
}

const patience = 1_800_000;
const restartAfter = 2_000;

export async function startVirtual(options: VirtualOptions): Promise<Virtual> {
  await options.redis.redis.flushall();
  const clock = new VirtualClock(options.start.getTime());
  const tenantClock = new PendingClock(clock);
  const door = { deliver: async (_url: string, _body: string): Promise<number> => 503 };
  const graph = await GraphSimulator.start({
    ...{ tls, tenantId, clientId, clientSecret, clock: tenantClock, people: options.people },
    rooms: [...options.rooms, ...(options.otherRooms ?? [])].map(({ mailbox, name }) => ({
      mailbox,
      ...(name === undefined ? {} : { name }),
    })),
    deliver: (url, body) => door.deliver(url, body),
    ...options.graph,
  });
  graph.knobs.latency = 0;
  graph.knobs.tokenLifetime = 10 * 366 * 86_400;
  const virtual = new Virtual(options, graph, clock, tenantClock);
  door.deliver = (url, body) => virtual.deliver(url, body);
  await virtual.startWorkers();
  return virtual;
}

/** The same time, in which it is known what the tenant has still to do. */
class PendingClock implements Clock {
  pending = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, action: () => void): () => void {
    this.pending += 1;
    let waits = true;
    const settle = () => {
      if (waits) this.pending -= 1;
      waits = false;
    };
    const takeBack = this.#clock.after(ms, () => {
      settle();
      action();
    });
    return () => {
      settle();
      takeBack();
    };
  }
}

export class Virtual {
  readonly graph: GraphSimulator;
  readonly clock: VirtualClock;
  readonly queues: VirtualQueues;
  /** As an administrator sees it; not subject to crashes. */
  readonly meetingStore: MeetingStore;
  readonly roomStore: RoomStore;
  readonly config: ReturnType<typeof configurationOf>;
  /** The receiver is away: Graph finds nobody at the door. */
  receiverDown = false;
  /** Workers that died so far, and how often Redis came back empty. */
  deaths = 0;
  losses = 0;
  readonly #options: VirtualOptions;
  readonly #tenantClock: PendingClock;
  readonly #workers: CalendarWorker[] = [];
  readonly #listener;
  readonly #dispatcher: Dispatcher;
  #starting: Promise<void> | undefined;

  constructor(
    options: VirtualOptions,
    graph: GraphSimulator,
    clock: VirtualClock,
    tenantClock: PendingClock,
  ) {
    this.#tenantClock = tenantClock;
    this.#options = options;
    this.graph = graph;
    this.#dispatcher = options.inProcess ? graph.dispatcher() : dispatcherOf();
    this.clock = clock;
    this.queues = new VirtualQueues(clock, options.choose);
    this.config = configurationOf({ ...options, graphUrl: graph.url, ca });
    this.meetingStore = new MeetingStore(options.redis.redis);
    this.roomStore = new RoomStore(options.redis.redis);
    const rooms = this.roomStore;
    this.#listener = createPublicListener({
      knownSubscription: (id) => rooms.subscription(id),
      sameClientState,
      ring: createReceiving({
        rooms,
        ring: async (rings) => this.queues.ring('calendar', rings),
        count: (outcome, times) => options.metrics?.door.inc({ outcome }, times),
        now: () => clock.now(),
      }),
      count: (outcome, times = 1) => options.metrics?.door.inc({ outcome }, times),
      log: options.log ?? pino({ level: 'silent' }),
    });
  }

  get outlook(): GraphSimulator['outlook'] {
    return this.graph.outlook;
  }

  get redis(): Redis {
    return this.#options.redis.redis;
  }

  get metrics(): Metrics {
    const metrics = this.#options.metrics ?? this.worker?.metrics;
    if (metrics === undefined) throw new Error('nobody counts');
    return metrics;
  }

  /** Calendars in which organizers book: those of people, and the rooms' own. */
  calendars(): string[] {
    return [...this.#options.people, ...this.#options.rooms].map(({ mailbox }) => mailbox);
  }

  /** Epoch ms. */
  now(): number {
    return this.clock.now();
  }

  /** One that lives; none just after a death. */
  get worker(): CalendarWorker | undefined {
    return this.#workers.find(({ dead }) => !dead);
  }

  async startWorkers(): Promise<void> {
    const wanted = this.#options.workers ?? 1;
    while (this.#workers.length < wanted) this.#workers.push(await this.#startOne());
  }

  /** Lets `ms` of time pass, with all that falls due in it. */
  async advance(ms: number): Promise<void> {
    await this.#run(this.now() + ms);
  }

  /** Goes on until everybody has done what was to be done: only sweeps and renewals are still due. */
  async settle(): Promise<void> {
    const limit = this.now() + patience;
    await this.#run(
      limit,
      () => this.#tenantClock.pending === 0 && this.queues.urgentOnes.length === 0 && !this.queues.ready,
    );
    if (this.now() >= limit) {
      const left = this.queues.urgentOnes.map(({ queue, key }) => `${queue} ${key}`).join(', ');
      throw new Error(
        `does not settle within ${patience / 60_000} min: ${left}, ${this.#tenantClock.pending} in the tenant`,
      );
    }
  }

  /** A round of sweeps of all rooms, and what follows from it. */
  async sweepRound(): Promise<void> {
    await this.advance(this.config.calendar.sweep);
    await this.settle();
  }

  /** The worker dies at the n-th step that it takes outside from now on, and is started again. */
  crashAfter(steps: number): void {
    this.worker?.life.endAfter(steps);
  }

  /** Redis comes back empty, and is noticed. */
  async loseRedis(): Promise<void> {
    this.losses += 1;
    for (const worker of this.#workers.splice(0)) worker.life.end();
    await this.#options.redis.redis.flushall();
    this.queues.clear();
    await this.startWorkers();
  }

  /** What is held, past and cancelled ones too, by key. */
  async meetings(from = 0, to = Number.MAX_SAFE_INTEGER): Promise<Meeting[]> {
    const found = await this.meetingStore.byStart(from, to, undefined, 1_000_000);
    return await this.meetingStore.loadMany(found.map(({ key }) => key));
  }

  /** Graph's notifications come in by the product's own door. @returns the status */
  async deliver(url: string, body: string): Promise<number> {
    if (this.receiverDown) throw new Error('connection refused');
    const { statusCode } = await this.#listener.inject({
      method: 'POST',
      url: new URL(url).pathname,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      payload: body,
    });
    return statusCode;
  }

  async stop(): Promise<void> {
    for (const worker of this.#workers) worker.life.end();
    await this.#listener.close();
    await this.graph.stop();
  }

  async #run(until: number, done: () => boolean = () => false): Promise<void> {
    for (;;) {
      await this.#starting;
      await this.graph.quiet();
      if (this.queues.ready && this.#workers.length > 0) {
        await Promise.all([...this.#workers].map((worker) => this.#work(worker)));
        continue;
      }
      const next = this.clock.next();
      if (done() || next === undefined || next > until) break;
      this.clock.advanceTo(next);
    }
    if (!done()) this.clock.advanceTo(Math.max(until, this.now()));
  }

  async #work(worker: CalendarWorker): Promise<void> {
    if (await this.queues.work(worker)) return;
    this.deaths += 1;
    this.#workers.splice(this.#workers.indexOf(worker), 1);
    this.clock.after(restartAfter, () => {
      this.#starting = this.startWorkers();
    });
  }

  async #startOne(): Promise<CalendarWorker> {
    const { requestTakes, observe, log, redis, metrics, strangers = true } = this.#options;
    return await startWorker({
      ...{
        config: this.config,
        redis: redis.redis,
        dispatcher: this.#dispatcher,
        queues: this.queues,
        strangers,
      },
      now: () => this.now(),
      onRequest: (call) => {
        this.#options.onRequest?.(call);
        if (requestTakes !== undefined) this.clock.advanceTo(this.now() + requestTakes());
      },
      ...(observe === undefined ? {} : { observe }),
      ...(log === undefined ? {} : { log }),
      ...(metrics === undefined ? {} : { metrics }),
    });
  }
}
