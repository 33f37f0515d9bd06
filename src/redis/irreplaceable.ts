/**
 * What of Redis cannot be rebuilt from Exchange and the bridges, read whole and written again. It is read in words of ours
 * rather than as the server's own copy, so that it goes into any kind of Redis, and brings no calls and claims of then.
 */
import type { Cluster, Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';
import { heartbeatKey } from './heartbeat.ts';
import { clusterTag } from './ways.ts';

/** Names behind the prefix; a star stands for anything. The runbook has a line for each family of keys there is. */
export const irreplaceable = [
  ...['local-passwords', 'local-links', 'api-tokens', 'api-token:*', 'api-token-used:*', 'audit-log'],
  ...['call-bridges:drained', 'room:*:shown-longer', 'report:*', 'reports:zones', 'told:*'],
  ...['tickets', 'tickets:closed', 'tickets:closed-at', 'tickets:of:*', 'tickets:news', 'tickets:told'],
] as const;

/** A long stream comes in several, each behind the one before. */
export type Entry = { readonly key: string /** Epoch ms. */; readonly expires?: number } & Content;

type Content =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'hash'; readonly value: Readonly<Record<string, string>> }
  | { readonly type: 'zset'; readonly value: readonly (readonly [member: string, score: string])[] }
  | { readonly type: 'stream'; readonly value: readonly StreamEntry[] };
type StreamEntry = readonly [id: string, fields: readonly string[]];

const atOnce = 1_000;

/** Whether any process of ours lives on this Redis. */
export async function isInUse(redis: Redis): Promise<boolean> {
  for await (const _ of keysLike(redis, heartbeatKey('*'))) return true;
  return false;
}

/** Whether we have ever run on it, or something that cannot be rebuilt is there. */
export async function isEmpty(redis: Redis): Promise<boolean> {
  if ((await redis.exists(`${keyPrefix}:epoch`)) === 1) return false;
  for await (const _ of readIrreplaceable(redis)) return false;
  return true;
}

export async function* readIrreplaceable(redis: Redis): AsyncGenerator<Entry> {
  for (const name of irreplaceable) {
    const pattern = `${keyPrefix}:${name}`;
    if (!name.includes('*')) yield* read(redis, pattern);
    // A scan may come by the same key twice, and a backup is to have it once.
    const seen = new Set<string>();
    for await (const key of name.includes('*') ? keysLike(redis, pattern) : []) {
      if (!seen.has(key)) yield* read(redis, key);
      seen.add(key);
    }
  }
}

async function* keysLike(redis: Redis, pattern: string): AsyncGenerator<string> {
  const inCluster = redis.isCluster;
  const servers = inCluster ? (redis as unknown as Cluster).nodes('master') : [redis];
  const tag = inCluster ? `${clusterTag}:` : '';
  for (const server of servers) {
    let cursor = '0';
    do {
      const [next, keys] = await server.scan(cursor, 'MATCH', tag + pattern, 'COUNT', atOnce);
      cursor = next;
      for (const key of keys) yield key.slice(tag.length);
    } while (cursor !== '0');
  }
}

async function* read(redis: Redis, key: string): AsyncGenerator<Entry> {
  const [type, left] = [await redis.type(key), await redis.pttl(key)];
  const name = { key, ...(left > 0 && { expires: Date.now() + left }) };
  if (type === 'string') {
    const value = await redis.get(key);
    if (value !== null) yield { ...name, type, value };
  } else if (type === 'hash') yield { ...name, type, value: await redis.hgetall(key) };
  else if (type === 'zset')
    yield { ...name, type, value: pairs(await redis.zrange(key, 0, -1, 'WITHSCORES')) };
  else if (type === 'stream') {
    for (let after = '-'; ; ) {
      const value = await redis.xrange(key, after, '+', 'COUNT', atOnce);
      const last = value.at(-1);
      if (last === undefined) return;
      yield { ...name, type, value };
      after = `(${last[0]}`;
    }
  } else if (type !== 'none') throw new Error(`${key} is a ${type}, which no version has written there`);
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((member, i) => (i % 2 === 0 ? [[member, flat[i + 1] ?? '0']] : [])) as [
    string,
    string,
  ][];
}

/**
 * Writes what was read, and leaves what stands beside it. Of one thing it counts more than what is there; of streams what
 * is there already and what comes again are put in their order. What has expired meanwhile is left out.
 */
export async function writeIrreplaceable(redis: Redis, entries: AsyncIterable<Entry>): Promise<number> {
  let written = 0;
  // What stood in a stream, and comes behind or between what is written.
  const streams = new Map<string, StreamEntry[]>();
  for await (const entry of entries) {
    if (entry.expires !== undefined && entry.expires <= Date.now()) continue;
    const { key } = entry;
    if (entry.type === 'stream') {
      streams.set(key, [...(streams.get(key) ?? (await wholeStream(redis, key))), ...entry.value]);
      continue;
    }
    if (entry.type === 'string') await redis.set(key, entry.value);
    else if (entry.type === 'hash') await redis.hset(key, entry.value);
    else await redis.zadd(key, ...entry.value.flatMap(([member, score]) => [score, member]));
    if (entry.expires !== undefined) await redis.pexpireat(key, entry.expires);
    written += 1;
  }
  for (const [key, all] of streams) {
    const byId = new Map(all.map((one) => [one[0], one]));
    await redis.del(key);
    const inOrder = [...byId.values()].sort(([a], [b]) => compareIds(a, b));
    for (let i = 0; i < inOrder.length; i += atOnce) {
      const pipeline = redis.pipeline();
      for (const [id, fields] of inOrder.slice(i, i + atOnce)) pipeline.xadd(key, id, ...fields);
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    }
    written += 1;
  }
  return written;
}

async function wholeStream(redis: Redis, key: string): Promise<StreamEntry[]> {
  const found: StreamEntry[] = [];
  for await (const { value } of read(redis, key))
    if (Array.isArray(value)) found.push(...(value as StreamEntry[]));
  return found;
}

function compareIds(one: string, other: string): number {
  const [[ms = 0, seq = 0], [otherMs = 0, otherSeq = 0]] = [one, other].map((id) =>
    id.split('-').map(Number),
  ) as [number[], number[]];
  return ms - otherMs || seq - otherSeq;
}
