/** Tries Redis: the configured one as it is, or the machine's own server, started or joined and left again. */
import { Redis } from 'ioredis';
import { type Finding, failed, ok, warning } from './check-report.ts';
import { describeUnreachable } from './check-unreachable.ts';
import type { Config } from './config.ts';
import { startEmbeddedRedis } from './redis/embedded.ts';

/** Milliseconds for the connection, and for one command. */
const deadline = 3_000;
/** What BullMQ asks for. */
const oldest = [6, 2] as const;

export async function checkRedis({ redis, dataDir }: Pick<Config, 'redis' | 'dataDir'>): Promise<Finding[]> {
  if (redis !== undefined) return examine(`Redis ${placeOf(redis.url)}`, redis.url, '');
  const what = "Redis, the machine's own";
  try {
    const embedded = await startEmbeddedRedis({ dataDir });
    try {
      const how = embedded.owned ? ', started and stopped again' : ', runs already';
      return await examine(what, embedded.url, how);
    } finally {
      await embedded.close();
    }
  } catch (error) {
    return [failed(what, error instanceof Error ? error.message : String(error))];
  }
}

async function examine(what: string, url: string, how: string): Promise<Finding[]> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: deadline,
    commandTimeout: deadline,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    // A server that still loads its data is to say so.
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  // What the connection died of comes here; the commands only learn that it is closed.
  let first: Error | undefined;
  redis.on('error', (error) => {
    first ??= error;
  });
  try {
    await redis.connect();
    const begun = performance.now();
    await redis.ping();
    const took = Math.round(performance.now() - begun);
    if (first !== undefined) throw first;
    const info = await redis.info().catch(() => undefined);
    if (info === undefined) {
      return [warning(what, `answers in ${took} ms${how}, but does not let this user read INFO`)];
    }
    return judge(what, info, `answers in ${took} ms${how}`);
  } catch (error) {
    return [refused(what, first ?? error)];
  } finally {
    redis.disconnect();
  }
}

function judge(what: string, info: string, how: string): Finding[] {
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const version = fact('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const valkey = fact('valkey_version');
  const name = valkey === undefined ? version : `Valkey ${valkey}`;
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    return [
      failed(
        what,
        `is ${name || 'of an unknown version'}`,
        `use Redis ${oldest.join('.')} or newer, or Valkey`,
      ),
    ];
  }
  if (fact('role') === 'slave') {
    return [failed(what, `${name}, a replica, which takes no writes`, 'name its primary in redis.url')];
  }
  if (fact('cluster_enabled') === '1') {
    return [
      failed(
        what,
        `${name}, a Redis Cluster, which splits what must be together`,
        'use one server, replicated if you like',
      ),
    ];
  }
  const findings = [ok(what, `${name}, ${how}`)];
  const policy = fact('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    const detail = `maxmemory-policy is ${policy}: when memory is short, jobs and meetings are thrown away`;
    findings.push(warning(what, detail, 'set maxmemory-policy noeviction'));
  }
  if (fact('aof_enabled') === '0') {
    const detail =
      'appendonly is off: its restart loses what came after the last snapshot, and it is rebuilt from Exchange';
    findings.push(warning(what, detail, 'set appendonly yes'));
  }
  return findings;
}

function refused(what: string, error: unknown): Finding {
  const said = error instanceof Error ? error.message : String(error);
  if (/LOADING/.test(said)) return warning(what, 'is loading its data', 'check again when it has');
  if (/WRONGPASS|NOAUTH|NOPERM|invalid password|without any password/i.test(said)) {
    return failed(
      what,
      `refuses us (${said.split(/[:.]/, 1)[0]})`,
      'mend the user name and the password in redis.url',
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
    return failed(what, 'what answers there is not Redis', 'mend the port in redis.url');
  }
  const where = { addressKey: 'redis.url', caKey: 'NODE_EXTRA_CA_CERTS', proxy: {} };
  const { detail, remedy } = describeUnreachable(error, where);
  return failed(what, detail, remedy);
}

/** Without user name and password. */
function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  const database = pathname.replace(/^\/$/, '');
  return `${hostname}:${port || 6379}${database}`;
}
