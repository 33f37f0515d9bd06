/** Tries Redis: the configured one as it is, each way to it, or the machine's own server, started or joined and left again. */
import type { Redis } from 'ioredis';
import { judgeInfo, type Standing } from './check-redis-info.ts';
import { type Finding, failed, ok, warning } from './check-report.ts';
import { describeUnreachable } from './check-unreachable.ts';
import type { Config } from './config.ts';
import type { ClusterRedis, RedisConfig, RedisNode, WatchedRedis } from './config-redis.ts';
import { startEmbeddedRedis } from './redis/embedded.ts';
import { keyInCluster, openNode, openRedis, type RedisPlace } from './redis/ways.ts';

/** Milliseconds for the connection, and for one command. */
const deadline = 3_000;
const patience = {
  connection: {
    lazyConnect: true,
    connectTimeout: deadline,
    commandTimeout: deadline,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    // A server that still loads its data is to say so.
    enableReadyCheck: false,
  },
  withoutMaster: 0,
};

export async function checkRedis({ redis, dataDir }: Pick<Config, 'redis' | 'dataDir'>): Promise<Finding[]> {
  if (redis !== undefined) return await checkWay(redis);
  const what = "Redis, the machine's own";
  try {
    const embedded = await startEmbeddedRedis({ dataDir });
    try {
      const how = embedded.owned ? ', started and stopped again' : ', runs already';
      return await examine(what, embedded.url, how, { way: 'one', addressKey: 'redis.url' });
    } finally {
      await embedded.close();
    }
  } catch (error) {
    return [failed(what, error instanceof Error ? error.message : String(error))];
  }
}

async function checkWay(redis: RedisConfig): Promise<Finding[]> {
  if ('url' in redis)
    return await examine(`Redis ${placeOf(redis.url)}`, redis, '', { way: 'one', addressKey: 'redis.url' });
  return 'cluster' in redis ? await checkNodes(redis) : await checkSentinels(redis);
}

/** What each Sentinel says, then the server that they name. */
async function checkSentinels(redis: WatchedRedis): Promise<Finding[]> {
  const { name, nodes, ...access } = redis.sentinels;
  const addressKey = 'redis.sentinels.nodes';
  const asked = await Promise.all(
    nodes.map(async (node) => {
      const what = `Sentinel ${nameOf(node)}`;
      return await within(openNode(node, access, patience.connection), async (sentinel) => {
        const answer = (await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as string[] | null;
        if (answer === null)
          return [failed(what, 'knows no server of this name', 'mend redis.sentinels.name')];
        const quorum = await sentinel.call('SENTINEL', 'CKQUORUM', name).then(
          () => undefined,
          (error: Error) => error.message,
        );
        const said = `names ${answer.join(':')}`;
        if (quorum === undefined || /^NOPERM|unknown/i.test(quorum)) return [ok(what, said)];
        const detail = `${said}, but could not have another take its place: ${quorum.replace(/^NOQUORUM /, '')}`;
        return [warning(what, detail, 'see that enough Sentinels run and reach one another')];
      }).catch((error) => [refused(what, error, addressKey, 'redis.sentinels')]);
    }),
  );
  const findings = asked.flat();
  const named = new Set(findings.flatMap(({ detail }) => /^names (\S+?),?(?: |$)/.exec(detail)?.[1] ?? []));
  // One that is away is what the others are there for.
  const told = findings.map((one) =>
    one.state === 'FAILED' && named.size > 0 && !/knows no server/.test(one.detail)
      ? { ...one, state: 'warning' as const }
      : one,
  );
  if (named.size === 0) return told;
  const what = `Redis ${name}`;
  if (named.size > 1)
    return [
      ...told,
      failed(
        what,
        `Sentinels name different servers: ${[...named].join(', ')}`,
        'see that they reach one another',
      ),
    ];
  return [...told, ...(await examine(what, redis, '', { way: 'watched', addressKey }))];
}

/** Whether each node is there and of a Cluster that stands, then the server that has what is ours. */
async function checkNodes(redis: ClusterRedis): Promise<Finding[]> {
  const addressKey = 'redis.cluster';
  const asked = await Promise.all(
    redis.cluster.map(async (node) => {
      const what = `Redis node ${nameOf(node)}`;
      return await within(openNode(node, redis, patience.connection), async (one) => {
        const info = String(await one.call('CLUSTER', 'INFO'));
        const state = /cluster_state:(\w+)/.exec(info)?.[1];
        if (state === 'ok') return ok(what, 'its Cluster stands');
        const slots = /cluster_slots_ok:(\d+)/.exec(info)?.[1] ?? '0';
        return failed(what, `its Cluster is down: ${slots} of 16384 slots are served`, 'mend the Cluster');
      }).catch((error) =>
        /cluster support disabled/i.test(String(error))
          ? failed(what, 'is no node of a Redis Cluster', 'name it in redis.url')
          : refused(what, error, addressKey, 'redis'),
      );
    }),
  );
  if (!asked.some(({ state }) => state === 'ok')) return asked;
  const isAway = ({ detail }: Finding) => !/Cluster/.test(detail);
  const told = asked.map((one) =>
    one.state === 'FAILED' && isAway(one) ? { ...one, state: 'warning' as const } : one,
  );
  return [...told, ...(await examine('Redis, our shard', redis, '', { way: 'cluster', addressKey }))];
}

async function examine(what: string, place: RedisPlace, how: string, standing: Standing): Promise<Finding[]> {
  try {
    return await within(openRedis(place, 'queues', patience), async (redis, fault) => {
      const begun = performance.now();
      if (standing.way === 'cluster') await redis.exists(keyInCluster);
      else await redis.ping();
      const took = Math.round(performance.now() - begun);
      if (fault() !== undefined) throw fault();
      const info = await infoOf(redis, standing).catch(() => undefined);
      if (info === undefined)
        return [warning(what, `answers in ${took} ms${how}, but does not let this user read INFO`)];
      return judgeInfo(what, info, `answers in ${took} ms${how}`, standing);
    });
  } catch (error) {
    return [refused(what, error, standing.addressKey, standing.way === 'one' ? 'redis.url' : 'redis')];
  }
}

/** Of a Cluster's servers it is the one that has what is ours. */
async function infoOf(redis: Redis, { way }: Standing): Promise<string> {
  if (way !== 'cluster') return await redis.info();
  return String(await redis.eval("return redis.call('INFO')", 1, keyInCluster));
}

/** Connects, asks and leaves. What the connection died of comes as an event; the commands only learn that it is closed. */
async function within<T>(
  redis: Redis,
  ask: (redis: Redis, fault: () => Error | undefined) => Promise<T>,
): Promise<T> {
  let first: Error | undefined;
  redis.on('error', (error) => {
    first ??= lastOf(error);
  });
  try {
    await redis.connect();
    return await ask(redis, () => first);
  } catch (error) {
    throw first ?? error;
  } finally {
    redis.disconnect();
  }
}

/** A Cluster's failure has that of the last node as its own. */
function lastOf(error: Error): Error {
  const { lastNodeError } = error as { readonly lastNodeError?: Error };
  return lastNodeError ?? error;
}

function refused(what: string, error: unknown, addressKey: string, loginKey: string): Finding {
  const said = error instanceof Error ? error.message : String(error);
  if (/LOADING/.test(said)) return warning(what, 'is loading its data', 'check again when it has');
  if (/WRONGPASS|NOAUTH|NOPERM|invalid password|without any password/i.test(said)) {
    return failed(
      what,
      `refuses us (${said.split(/[:.]/, 1)[0]})`,
      `mend the user name and the password in ${loginKey}`,
    );
  }
  if (/^Command timed out/.test(said)) {
    return failed(
      what,
      `gives no answer within ${deadline} ms`,
      'see that it is Redis, runs and is not overloaded',
    );
  }
  if (/^Protocol error/.test(said)) {
    return failed(what, 'what answers there is not Redis', `mend the port in ${addressKey}`);
  }
  const { detail, remedy } = describeUnreachable(error, { addressKey, caKey: 'redis.ca', proxy: {} });
  return failed(what, detail, remedy);
}

function nameOf({ host, port }: RedisNode): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Without user name and password. */
function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  const database = pathname.replace(/^\/$/, '');
  return `${hostname}:${port || 6379}${database}`;
}
