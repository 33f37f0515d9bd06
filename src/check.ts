/**
 * `roombridge check`: tries everything that the configuration names, and says what is not well and what mends it.
 * It reads only, beside a running product or without one, and comes to an end also when nothing answers.
 */
import { checkCluster } from './check-clusters.ts';
import { checkGraph } from './check-graph.ts';
import { checkNotifications } from './check-notifications.ts';
import { checkRedis } from './check-redis.ts';
import { type Finding, failed, report } from './check-report.ts';
import type { Config } from './config.ts';
import { within } from './http/deadline.ts';
import { createDispatcher } from './outbound.ts';

/** Milliseconds for one part, whatever its own deadlines add up to; rooms that answer take theirs beside it. */
const patience = 13_000;
const perRoom = 100;

/** Tells its table through `say`; true when nothing has failed, warnings or not. */
export async function check(config: Config, say: (text: string) => void): Promise<boolean> {
  const dispatcher = createDispatcher({
    proxy: config.proxy,
    ...(config.graph.ca === undefined ? {} : { ca: config.graph.ca }),
    connections: 32,
    connectTimeout: 2_000,
  });
  const redis = checkRedis(config);
  const graph = checkGraph(config, dispatcher);
  const callers = graph.then(
    (checked) => checked.callers,
    () => undefined,
  );
  const parts = [
    part('Redis', patience, redis),
    part(
      'Graph',
      patience + perRoom * config.rooms.length,
      graph.then(({ findings }) => findings),
    ),
    part(
      'notification address',
      patience + perRoom * config.rooms.length,
      checkNotifications(config, { dispatcher, callers }),
    ),
    ...config.clusters.map(({ name }, index) =>
      part(`cluster ${name}`, patience, checkCluster(config, index)),
    ),
  ];
  const findings = (await Promise.all(parts)).flat();
  say(report(findings));
  await dispatcher.destroy();
  // A server that was started for the check is not left behind, however long its start takes.
  await redis.catch(() => undefined);
  return findings.every(({ state }) => state !== 'FAILED');
}

/** What a part has found; that it failed where it has thrown or is late. */
async function part(what: string, patience: number, work: Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await within(patience, () => work);
  } catch (error) {
    return [failed(what, error instanceof Error ? error.message : String(error))];
  }
}
