/** The composition root: from a configuration to clients, stores, queues, workers and listeners, and back to nothing. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { identityKeyOf } from '../workers/bookings.ts';
import { connectCallBridges, connectEvents } from '../workers/connecting.ts';
import { startWorkers } from '../workers/main.ts';
import { Administration } from './administration.ts';
import { readInvitation } from './administration-invitation.ts';
import { MeetingList } from './administration-meetings.ts';
import { createRoomPorts } from './administration-room.ts';
import { MeetingIndex, namesOf } from './administration-search.ts';
import { Broadcast } from './broadcast.ts';
import { Capacity } from './capacity.ts';
import { slotMap } from './capacity-slots.ts';
import { layouts } from './cms/operations/participants.ts';
import type { Config } from './config.ts';
import { discretionOf } from './discretion.ts';
import { Draining, drainView } from './drain.ts';
import { Gauges } from './gauges.ts';
import { GraphClient } from './graph/client.ts';
import { SignIn } from './graph/sign-in.ts';
import type { AuditPorts } from './http/admin/audit-log.ts';
import { createAdminListener } from './http/admin-listener.ts';
import { listen, urlOf } from './http/listen.ts';
import { countGraph, createMetrics, showCertificate } from './http/metrics.ts';
import { Now, tellNow } from './now.ts';
import { orderOperation } from './operations.ts';
import { createDispatcher } from './outbound.ts';
import { packageFolder } from './package-folder.ts';
import { createQueueActions } from './queue-actions.ts';
import { type DoorbellJob, type QueueName, type Queues, queueNames } from './queues.ts';
import { createReceiver } from './receiver.ts';
import { Recorder } from './recorder.ts';
import { Agenda } from './redis/agenda.ts';
import { AttendanceStore } from './redis/attendance.ts';
import { AuditLog } from './redis/audit-log.ts';
import { BridgeStore } from './redis/bridges.ts';
import { ChangeStore } from './redis/changes.ts';
import { connect, connectImpatiently } from './redis/connection.ts';
import { DiscoveryStore } from './redis/discoveries.ts';
import { startEmbeddedRedis } from './redis/embedded.ts';
import { EpochStore } from './redis/epoch.ts';
import { ExchangeStore } from './redis/exchanges.ts';
import { startLife } from './redis/life.ts';
import { MeetingStore } from './redis/meetings.ts';
import { NoticeStore } from './redis/notices.ts';
import { OperationStore } from './redis/operations.ts';
import { PlaceStore } from './redis/places.ts';
import { ReportStore } from './redis/reports.ts';
import { RoomStore } from './redis/rooms.ts';
import { SlotStore } from './redis/slots.ts';
import { StartStore } from './redis/starts.ts';
import { TicketStore } from './redis/tickets.ts';
import { ToldStore } from './redis/told.ts';
import { watchRedis } from './redis/watched.ts';
import { queuePrefixOn } from './redis/ways.ts';
import { keepCertificate } from './renewing.ts';
import { Reports } from './reports.ts';
import { ownTexts } from './template-files.ts';
import { openTracing } from './tracing-opening.ts';
import { version } from './version.ts';

export type Role = 'all' | 'receiver' | 'worker';

export interface App {
  /** Where the listeners are bound; `public` only where this process receives. */
  readonly addresses: { readonly public?: string; readonly admin: string };
  /** Stops listening, finishes the steps in hand, closes workers before queues before Redis. */
  close(): Promise<void>;
}

/** Requests to Graph at once, over all mailboxes. */
const graphConnections = 32;
const connectTimeout = 2_000;

/** Starts one process. What was opened before something fails is closed again. */
export async function startApp(config: Config, role: Role, log: Logger): Promise<App> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await closer().catch((error: unknown) => log.warn({ err: error }, 'closing was not clean'));
    }
  };
  try {
    return { addresses: await assemble(config, role, log, closers), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  config: Config,
  role: Role,
  log: Logger,
  closers: (() => Promise<unknown>)[],
): Promise<App['addresses']> {
  const place = config.redis ?? (await embeddedRedis(config, log, closers));
  const opened = (redis: Redis): Redis => {
    redis.on('error', (error) => log.warn({ reason: error.message }, 'redis connection failed'));
    closers.push(async () => redis.disconnect());
    return redis;
  };
  const redis = opened(connect(place));
  const impatient = opened(connectImpatiently(place));
  const { state: redisState, takesWrites } = watchRedis(impatient);
  const processId = randomUUID();
  const metrics = createMetrics();
  metrics.buildInfo.set({ version, role }, 1);
  const queueOf = (name: QueueName, connection: Redis) => {
    const queue = new Queue<DoorbellJob>(name, { connection, prefix: queuePrefixOn(connection) });
    queue.on('error', (error) => log.warn({ reason: error.message, queue: name }, 'queue connection failed'));
    closers.push(() => queue.close());
    return queue;
  };
  // BullMQ defines its scripts on its connection, and every pipeline on that connection carries them all.
  const queueRedis = opened(connect(place, 'queues'));
  const queues = Object.fromEntries(queueNames.map((name) => [name, queueOf(name, queueRedis)])) as Queues;
  const rooms = new RoomStore(redis);
  const meetings = new MeetingStore(redis);
  const bridges = new BridgeStore(redis);
  const slots = new SlotStore(redis);
  const tickets = new TicketStore(redis);
  const discoveries = new DiscoveryStore(redis);
  const attendance = new AttendanceStore(redis);
  const operations = new OperationStore(redis);
  const exchanges = new ExchangeStore(redis);
  const told = new ToldStore(redis);
  const texts = ownTexts(config, log);
  const works = role !== 'receiver';
  const agendas = Object.fromEntries(
    queueNames.map((name) => [name, new Agenda(redis, queues[name], processId)]),
  ) as Record<QueueName, Agenda>;
  const draining = new Draining({
    ...{ config, meetings, slots, bridges, tickets, now: Date.now },
    ring: (rings) => agendas.conference.ring(rings),
  });
  const graphDispatcher = createDispatcher({
    proxy: config.proxy,
    ...(config.graph.ca === undefined ? {} : { ca: config.graph.ca }),
    connections: graphConnections,
    connectTimeout,
  });
  closers.push(() => graphDispatcher.destroy());
  const signIn = new SignIn({ graph: config.graph, dispatcher: graphDispatcher });
  const recorder = new Recorder({ store: exchanges, discretion: discretionOf(config), log });
  recorder.start();
  closers.push(() => recorder.close());
  const tracing = await openTracing(config, processId, log, closers);
  const graph = new GraphClient({
    graph: config.graph,
    dispatcher: graphDispatcher,
    signIn,
    observe: (observation) => countGraph(metrics, observation),
    record: (graph) => {
      recorder.hear({ graph });
      tracing?.hear({ graph });
    },
  });
  const addresses: { public?: string; admin: string } = { admin: '' };
  const bound = { public: role === 'worker', admin: false };
  const signInState = () => (works ? signIn.state : undefined);

  const administration = new Administration({
    config,
    meetings,
    rooms,
    bridges,
    slots,
    discoveries,
    attendance,
    exchanges,
    ringAttendance: (rings) => agendas.attendance.ring(rings),
    tickets,
    redisState,
    signInState,
  });
  const work = queueNames.map((name) => ({ queue: queues[name], agenda: agendas[name] }));
  const now = new Now({
    ...{ config, meetings, rooms, bridges, tickets, redisState, work },
    starts: new StartStore(redis),
    signInState,
  });
  const gauges = new Gauges({
    ...{ config, metrics, redisState, signInState },
    tickets: new TicketStore(impatient),
    slots: new SlotStore(impatient),
    bridges: new BridgeStore(impatient),
    rooms: new RoomStore(impatient),
    meetings: new MeetingStore(impatient),
    agendas: new Map(queueNames.map((name) => [name, new Agenda(impatient, queues[name], processId)])),
  });
  const auditLog = new AuditLog(redis);
  const changes = new ChangeStore(redis, opened(connect(place)));
  const names = namesOf(config);
  const index = new MeetingIndex({ meetings, changes, names, log });
  closers.push(async () => index.close());
  const list = new MeetingList({ clusters: config.clusters, names, meetings, index });
  const capacity = new Capacity({
    ...{ config, meetings, slots, bridges, tickets, attendance, now: Date.now },
  });
  const epochs = new EpochStore(redis);
  const reports = new Reports({
    ...{ config, meetings, epochs, log, now: Date.now },
    store: new ReportStore(redis),
  });
  closers.push(() => reports.close());
  const broadcast = new Broadcast({
    ...{ now, changes, log },
    meetingOfCall: (call) => {
      const [address = '', id = ''] = call.split(' ');
      return attendance.meetingOf(address, id);
    },
  });
  closers.push(() => broadcast.close());
  const { tls, url, proxies } = config.http.admin;
  const audit: AuditPorts['audit'] = (entry) => auditLog.add(entry, Date.now());
  // What only a sign-in needs is loaded where there is one.
  const peoplesSignIn =
    config.signIn === undefined
      ? {}
      : (await import('./signing-in.ts')).signingIn({ config, redis: impatient, audit, log, closers });
  const admin = createAdminListener({
    host: config.http.admin.host,
    pages: join(packageFolder, 'dist/web'),
    ...{ ...(tls && { tls }), ...(url !== undefined && { url }), ...(proxies && { proxies }) },
    ...peoplesSignIn,
    ready: async () => (await takesWrites()) && bound.public && bound.admin,
    health: () => administration.health(),
    metrics: async () => {
      await gauges.show(Date.now());
      return { contentType: metrics.registry.contentType, body: await metrics.registry.metrics() };
    },
    listMeetings: (query) => list.page(query),
    getMeeting: (key) => administration.getMeeting(key),
    getInvitation: (key) => readInvitation({ invitation: config.invitation, meetings, told, ...texts }, key),
    getParticipants: (key, isWatched) => administration.getParticipants(key, isWatched),
    listExchanges: (key, query) => administration.listExchanges(key, query),
    live: () => administration.live(),
    listRooms: () => administration.listRooms(),
    ...createRoomPorts({ config, redis, graph, meetings, rooms, tickets, agendas, now: Date.now }),
    listClusters: () => administration.listClusters(),
    forecast: (name, asked) => capacity.forecast(name, asked),
    listSlots: async (name, asked) => {
      const cluster = config.clusters.find((one) => one.name === name);
      return cluster && (await slotMap({ slots, bridges, meetings }, cluster, asked));
    },
    listCallBridges: () => draining.list(),
    whatIf: (address, from, to) => draining.whatIf(address, from, to),
    drain: async (address, order) => {
      const drained = await draining.drain(address, order);
      return drained?.done ? { ...drained, drain: drainView(drained.drain) } : drained;
    },
    resume: (address) => draining.resume(address),
    layouts,
    operate: (key, order) =>
      orderOperation({ operations, ring: (rings) => agendas.conference.ring(rings) }, key, order),
    listTickets: (state) => tickets.list(state),
    acknowledgeTicket: (id, said) => tickets.acknowledge(id, said, Date.now()),
    getNow: async () => tellNow(now, await changes.last(), Date.now()),
    listBars: (mailboxes, from, to) => now.bars(mailboxes, from, to, Date.now()),
    listStarts: (limit) => now.nextStarts(limit, Date.now()),
    listReportDays: (from, to, zone) => reports.days(from, to, zone),
    follow: (after, tell) => broadcast.follow(after, tell),
    audit,
    listAudit: (before, limit) => auditLog.list(before, limit),
    queues: work.map(({ queue }) => queue),
    ...createQueueActions(work, now),
    version,
    log,
  });
  const listeners: { close(): Promise<unknown> }[] = [admin];
  closers.push(() => admin.close());
  addresses.admin = urlOf(tls === undefined ? 'http' : 'https', await listen(admin, config.http.admin));
  bound.admin = true;
  const keepingCertificate = (which: 'public' | 'admin', { server }: { server: Server }) => {
    const { tls, port } = config.http[which];
    const own = { name: `http.${which}.tls`, place: `${hostname()}:${port}` } as const;
    const onShown = (certificate: string) => showCertificate(metrics, which, certificate);
    const kept = keepCertificate({ ...own, tls, server, tickets: new TicketStore(impatient), onShown, log });
    closers.push(() => kept.close());
  };
  keepingCertificate('admin', admin);

  if (role !== 'worker') {
    const agendaOf = (name: QueueName) =>
      new Agenda(impatient, queueOf(name, opened(connectImpatiently(place, 'queues'))), processId);
    const receiver = createReceiver({
      ...{ config, redis: impatient, metrics, tracing, log, key: identityKeyOf(config) },
      ...{ calendar: agendaOf('calendar'), attendance: agendaOf('attendance') },
    });
    listeners.push(receiver);
    closers.push(() => receiver.close());
    const scheme = config.http.public.tls === undefined ? 'http' : 'https';
    addresses.public = urlOf(scheme, await listen(receiver, config.http.public));
    keepingCertificate('public', receiver);
    bound.public = true;
  }

  if (works) {
    // Who listens to one server of a Cluster is not known to the others.
    const line = redis.isCluster ? undefined : opened(connect(place));
    const life = await startLife({ redis, line, processId, agendas: Object.values(agendas), log });
    closers.push(() => life.close());
    const { heartbeat } = life;
    const workers = await startWorkers({
      settleDrains: (cluster) => draining.settle(cluster),
      settleCapacity: (cluster) => capacity.settle(cluster),
      ...{ config, log, metrics, graph, meetings, rooms, slots, bridges, tickets, discoveries },
      told,
      notices: new NoticeStore(redis),
      places: new PlaceStore(redis),
      attendance,
      operations,
      eventConnections: connectEvents({ config, closers }),
      ...texts,
      heartbeat,
      epochs,
      agendas,
      tracing,
      callBridges: connectCallBridges({
        ...{ config, store: bridges, viewer: processId, metrics, log, closers },
        record: (bridge) => {
          recorder.hear({ bridge });
          tracing?.hear({ bridge });
        },
      }),
      connect: () => opened(connect(place, 'queues')),
    });
    reports.begin();
    // Deaf first, then idle: closing a listener twice does no harm.
    closers.push(() => workers.close(), ...listeners.map((listener) => () => listener.close()));
  }
  return addresses;
}

async function embeddedRedis(
  config: Config,
  log: Logger,
  closers: (() => Promise<unknown>)[],
): Promise<string> {
  const embedded = await startEmbeddedRedis({ dataDir: config.dataDir, log });
  closers.push(() => embedded.close());
  return embedded.url;
}
