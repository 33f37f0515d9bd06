/** The product's calendar side on a case's stage: a scripted Graph over real HTTPS, a real Redis, and virtual time. */
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { type Meeting, openRun } from '../../src/conference/meeting.ts';
import { nextStep, type PlanSettings } from '../../src/conference/plan.ts';
import { viewOf } from '../../src/conference/view.ts';
import type { Config } from '../../src/config.ts';
import { sameClientState } from '../../src/graph/client-state.ts';
import type { Metrics } from '../../src/http/metrics.ts';
import { createPublicListener } from '../../src/http/public-listener.ts';
import { keyPrefix } from '../../src/queues.ts';
import { createReceiving } from '../../src/receiving.ts';
import type { RecordedServer } from '../graph/recorded-server.ts';
import type { VirtualClock } from '../simulators/graph/clock.ts';
import { rewrittenBy } from '../simulators/graph/editors.ts';
import { VirtualQueues } from '../virtual/queues.ts';
import { type CalendarWorker, startWorker } from '../virtual/worker.ts';
import { addressOf, type CaseFile, configOf, type Folder, type Step } from './case-file.ts';
import type { ScriptedGraph } from './scripted-graph.ts';

/** What is due so soon after something is done with it; sweeps come later. */
const settling = 100_000;
/** So much work after one step is work without end. */
const restless = 5_000;
/** Notifications of one action settle so long before the room is read. */
const notified = 200;

/** What a case is played on; shared by all cases of a file, one after the other. */
export interface Scenery {
  readonly server: RecordedServer;
  readonly redis: Redis;
  readonly metrics: Metrics;
}

export class Stage {
  /** Everything the product wrote to its log. */
  log = '';
  readonly queues: VirtualQueues;
  readonly clock: VirtualClock;
  readonly #folder: Folder;
  readonly #case: CaseFile;
  readonly #graph: ScriptedGraph;
  readonly #scenery: Scenery;
  #config: Config;
  #worker: CalendarWorker | undefined;

  constructor(
    folder: Folder,
    theCase: CaseFile,
    graph: ScriptedGraph,
    clock: VirtualClock,
    scenery: Scenery,
  ) {
    this.#folder = folder;
    this.#case = theCase;
    this.#graph = graph;
    this.#scenery = scenery;
    this.clock = clock;
    this.queues = new VirtualQueues(clock);
    this.#config = configOf(theCase, scenery.server.url);
  }

  /** A new process: it knows what Redis knows, and looks at every room. */
  async start(): Promise<void> {
    const { redis, server, metrics } = this.#scenery;
    this.#worker?.life.end();
    const write = (line: string) => {
      this.log += line;
    };
    this.#worker = await startWorker({
      ...{ config: this.#config, queues: this.queues, redis, metrics, dispatcher: server.dispatcher },
      now: () => this.clock.now(),
      log: pino({ level: 'trace' }, { write }),
    });
    await this.settle();
  }

  get worker(): CalendarWorker {
    if (this.#worker === undefined) throw new Error('nobody works yet');
    return this.#worker;
  }

  async take(step: Step): Promise<void> {
    if (step.at !== undefined) {
      this.clock.advanceTo(Date.parse(step.at));
      await this.settle();
    }
    if (step.heal) this.#graph.heal();
    if (step.fail !== undefined) this.#graph.fail(step.fail);
    if (step.organizer !== undefined) this.#organizer(addressOf(step.organizer), step);
    if (step.room !== undefined && step.sends !== undefined) this.#sent(addressOf(step.room), step);
    if (step.room !== undefined && step.holds !== undefined) {
      this.#graph.have(addressOf(step.room), this.#folder.items(step.holds));
    }
    if (step.opened !== undefined) await this.#opened(this.keyOf(step.opened));
    if (step.lose !== undefined) await this.#scenery.redis.flushall();
    if (step.lose !== undefined) this.queues.clear();
    if (step.config !== undefined) this.#config = configOf(this.#case, this.#scenery.server.url, step.config);
    if (step.restart || step.lose || step.config) await this.start();
    if (step.ring !== undefined) this.#ring([step.ring].flat().map(addressOf));
    if (step.notified !== undefined) await this.#notified(this.#folder.text(step.notified));
    if (step.audit !== undefined) await this.audit([step.audit].flat().map(addressOf));
    await this.settle(step.within === undefined ? settling : step.within * 1_000);
  }

  /** Does what is due, and what is due soon after it. */
  async settle(patience = settling): Promise<void> {
    const { calendar, invitation } = this.worker.handlers;
    const conference = (key: string) => this.#giveBack(key);
    const handlers = { conference, ...(calendar && { calendar }), ...(invitation && { invitation }) };
    const worker = { handlers, ended: new Promise<void>(() => {}), dead: false };
    const until = this.clock.now() + patience;
    for (let works = 0; ; ) {
      for (; this.queues.ready; works += 1) {
        if (works > restless) throw new Error('the queues never come to rest');
        await this.queues.work(worker);
      }
      const next = this.clock.next();
      if (next === undefined || next > until) return;
      this.clock.advanceTo(next);
    }
  }

  keyOf(name: string): string {
    const [event = '', originalStart] = name.split('@');
    const uid = this.#case.names[event] ?? event;
    return originalStart === undefined ? uid : `${uid}@${originalStart}`;
  }

  async everyMeeting(): Promise<{ meeting: Meeting; view: ReturnType<typeof viewOf>; fate: string }[]> {
    const keys = await Promise.all(
      Object.values(this.#case.names).map((uid) => this.worker.meetings.ofSeries(uid)),
    );
    const meetings = await this.worker.meetings.loadMany([...new Set(keys.flat())]);
    return meetings.map((meeting) => ({
      meeting,
      view: viewOf(meeting, this.#config.clusters),
      fate: this.#fateOf(meeting),
    }));
  }

  /** Reservations that are not over: number -> the meetings' keys with their intervals. */
  async reservations(): Promise<{ number: string; key: string; from: number; to: number }[]> {
    const held = await Promise.all(
      this.#config.clusters.map(async ({ name }) => {
        const fields = await this.#scenery.redis.hgetall(`${keyPrefix}:{slots:${name}}:reservations`);
        return Object.keys(fields).map(async (key) => {
          const { number = '', from = 0, to = 0 } = (await this.worker.slots.heldBy(name, key)) ?? {};
          return { number, key, from, to };
        });
      }),
    );
    return (await Promise.all(held.flat())).filter(({ to }) => to > this.clock.now());
  }

  #ring(keys: readonly string[]): void {
    const at = this.clock.now() + notified;
    this.queues.ring(
      'calendar',
      keys.map((key) => ({ key, at })),
    );
  }

  #sent(room: string, { sends = [], silently }: Step): void {
    this.#graph.send(
      room,
      [sends].flat().map((file) => this.#folder.text(file)),
    );
    if (!silently) this.#ring([room]);
  }

  #organizer(person: string, { has, editor, event }: Step): void {
    if (has !== undefined) this.#graph.have(person, this.#folder.items(has));
    if (editor === undefined || event === undefined) return;
    this.#graph.rewrite(person, event, (html) =>
      rewrittenBy(editor as Parameters<typeof rewrittenBy>[0], html),
    );
  }

  /** What the conference worker writes down once the conference is open: the bridges are no part of this stage. */
  async #opened(key: string): Promise<void> {
    const meeting = await this.worker.meetings.load(key);
    if (meeting?.placement === undefined) throw new Error(`${key} has no slot to be opened`);
    const { cluster, number, passcode, secret } = meeting.placement;
    const at = { openedAt: this.clock.now(), end: meeting.last.end };
    const rooms = Object.fromEntries(
      meeting.last.rooms.map((room) => [room, { sip: room, state: 'dialled' as const }]),
    );
    const run = {
      cluster,
      number,
      passcode,
      secret,
      ...at,
      space: number,
      name: viewOf(meeting, []).title,
      rooms,
    };
    await this.worker.meetings.adoptRun(key, run, []);
  }

  /** The slot of a cancelled meeting; what was held keeps telling where, and what is open is the bridges' affair. */
  async #giveBack(key: string): Promise<number | undefined> {
    const meeting = await this.worker.meetings.load(key);
    if (meeting?.booked !== undefined || openRun(meeting?.run) !== undefined) return undefined;
    return await this.worker.handlers.conference?.(key);
  }

  /** What the conference worker would do next with a conference that is open. */
  #fateOf(meeting: Meeting): string {
    if (openRun(meeting.run) === undefined) return '';
    const step = nextStep(meeting, this.clock.now(), this.#settings());
    return step.do === 'close' ? `closes: ${step.reason}` : 'goes on';
  }

  #settings(): PlanSettings {
    const { setup, teardown, extension, release } = this.#config.conference;
    return { setup, teardown, extension, release, watchEvery: 5_000, clearFor: 600_000, sip: new Map() };
  }

  /** Posts what Graph would, with the subscription's real id and secret in place of the file's words. */
  async #notified(text: string): Promise<void> {
    let body = text;
    for (const { id, mailbox, clientState } of await this.worker.rooms.subscriptions()) {
      body = body
        .replaceAll(`subscription of ${mailbox}`, id)
        .replaceAll(`secret of ${mailbox}`, clientState);
    }
    const door = createPublicListener({
      knownSubscription: (id) => this.worker.rooms.subscription(id),
      sameClientState,
      ring: createReceiving({
        rooms: this.worker.rooms,
        ring: async (rings) => this.queues.ring('calendar', rings),
        count: () => {},
        now: () => this.clock.now(),
      }),
      count: () => {},
      log: pino({ level: 'silent' }),
    });
    const path = body.includes('lifecycleEvent') ? '/graph/lifecycle' : '/graph/notifications';
    const headers = { 'content-type': 'application/json' };
    await door.inject({ method: 'POST', url: path, headers, payload: body });
    await door.close();
  }

  /** Every room, or these: whoever reads a room next reads it whole, and compares. */
  async audit(rooms = this.#config.rooms.map(({ mailbox }) => mailbox)): Promise<void> {
    const auditAsked = this.clock.now();
    for (const room of rooms) await this.worker.rooms.putStatus(room, { auditAsked });
    this.#ring(rooms);
    await this.settle();
  }

  /** Room -> what its last audit has found, by kind; rooms without differences are left out. */
  async differences(): Promise<Record<string, object>> {
    const reports = await Promise.all(
      this.#config.rooms.map(
        async ({ mailbox }) => [mailbox, (await this.worker.rooms.audit(mailbox))?.counts ?? {}] as const,
      ),
    );
    return Object.fromEntries(reports.filter(([, counts]) => Object.keys(counts).length > 0));
  }
}
