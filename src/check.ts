/**
 * `roombridge check`: tries everything that the configuration names, and says what is not well and what mends it.
 * It reads only, beside a running product or without one, and comes to an end also when nothing answers.
 */
import type { Dispatcher } from 'undici';
import { checkCluster } from './check-clusters.ts';
import { checkGraph, type GraphChecked } from './check-graph.ts';
import { checkNotifications } from './check-notifications.ts';
import { checkRedis } from './check-redis.ts';
import { fold, scriptOf } from './check-remedies.ts';
import { type Finding, failed, report } from './check-report.ts';
import { checkSignIn } from './check-sign-in.ts';
import { checkTargets } from './check-targets.ts';
import { checkTexts } from './check-texts.ts';
import type { Config } from './config.ts';
import { within } from './http/deadline.ts';
import { createDispatcher } from './outbound.ts';

/** Milliseconds for one part, whatever its own deadlines add up to; rooms that answer take theirs beside it. */
const patience = 13_000;
const perRoom = 250;

export interface CheckOptions {
  /** Looks at this one of the configuration's rooms only, and more closely. */
  readonly room?: string;
  /** A mailbox that this application should not reach. */
  readonly outside?: string;
}

export interface Checked {
  readonly table: string;
  /** PowerShell with what mends the findings, whole however many rooms there are. */
  readonly script: string;
  /** Nothing has failed, warnings or not. */
  readonly well: boolean;
}

export async function check(config: Config, { room, outside }: CheckOptions): Promise<Checked> {
  const dispatcher = createDispatcher({
    proxy: config.proxy,
    ...(config.graph.ca === undefined ? {} : { ca: config.graph.ca }),
    connections: 32,
    connectTimeout: 2_000,
  });
  const rooms =
    room === undefined ? config.rooms : config.rooms.filter(({ mailbox }) => mailbox === room.toLowerCase());
  const graph = checkGraph(
    { ...config, rooms },
    {
      dispatcher,
      closely: room !== undefined,
      ...(outside === undefined ? {} : { outside: outside.toLowerCase() }),
    },
  );
  const long = patience + perRoom * rooms.length;
  const mailboxes = part(
    'Graph',
    long,
    graph.then(({ findings }) => findings),
  );
  const findings =
    room === undefined ? await everything(config, { dispatcher, graph, mailboxes, long }) : await mailboxes;
  await dispatcher.destroy();
  return {
    table: report(findings),
    script: scriptOf(fold(findings.flatMap(({ shared = [] }) => shared))),
    well: findings.every(({ state }) => state !== 'FAILED'),
  };
}

interface Running {
  readonly dispatcher: Dispatcher;
  readonly graph: Promise<GraphChecked>;
  readonly mailboxes: Promise<Finding[]>;
  /** Milliseconds for what waits for all rooms. */
  readonly long: number;
}

async function everything(
  config: Config,
  { dispatcher, graph, mailboxes, long }: Running,
): Promise<Finding[]> {
  const redis = checkRedis(config);
  const callers = graph.then(
    (checked) => checked.callers,
    () => undefined,
  );
  const parts = await Promise.all([
    part('Redis', patience, redis),
    mailboxes,
    part('notification address', long, checkNotifications(config, { dispatcher, callers })),
    part('sign-in', patience, checkSignIn(config)),
    part('webhooks', patience, checkTargets(config)),
    ...config.clusters.map(({ name }, index) =>
      part(`cluster ${name}`, patience, checkCluster(config, index)),
    ),
  ]);
  // A server that was started for the check is not left behind, however long its start takes.
  await redis.catch(() => undefined);
  return [...parts.flat(), ...checkTexts(config)];
}

/** What a part has found; that it failed where it has thrown or is late. */
async function part(what: string, patience: number, work: Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await within(patience, () => work);
  } catch (error) {
    return [failed(what, error instanceof Error ? error.message : String(error))];
  }
}
