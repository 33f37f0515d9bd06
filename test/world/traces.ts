/** All that a running product leaves behind: what is in its Redis, in its folder, and what the machine shows of its processes. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Redis } from 'ioredis';
import type { Place } from './marks.ts';

interface EmbeddedServer {
  readonly port: number;
  readonly password: string;
  readonly pid: number;
}

/** Of a product that started its own Redis. */
export function embeddedServer(dataDir: string): EmbeddedServer {
  const state = filesUnder(dataDir).find((file) => file.endsWith('/server.json')) ?? '';
  return JSON.parse(readFileSync(state, 'utf8')) as EmbeddedServer;
}

/** Every key with all that it holds. */
export async function redisPlaces({ port, password }: EmbeddedServer): Promise<Place[]> {
  const redis = new Redis({ port, password });
  try {
    const places: Place[] = [];
    for (const key of await redis.keys('*'))
      places.push({ place: `redis ${key}`, text: `${key} ${JSON.stringify(await held(redis, key))}` });
    return places;
  } finally {
    redis.disconnect();
  }
}

async function held(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return await redis.get(key);
    case 'hash':
      return await redis.hgetall(key);
    case 'list':
      return await redis.lrange(key, 0, -1);
    case 'set':
      return await redis.smembers(key);
    case 'zset':
      return await redis.zrange(key, 0, -1, 'WITHSCORES');
    case 'stream':
      return await redis.xrange(key, '-', '+');
    default:
      throw new Error(`${key} is a ${type}, of which nobody knows how to look into it`);
  }
}

export function filePlaces(folder: string): Place[] {
  return filesUnder(folder).map((file) => ({
    place: `file ${relative(folder, file)}`,
    text: readFileSync(file, 'latin1'),
  }));
}

/** What others than their owner may read, write or enter. */
export function openToOthers(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = [folder, ...all.map((entry) => join(entry.parentPath, entry.name))];
  return paths.filter((path) => (statSync(path).mode & 0o077) !== 0).map((path) => relative(folder, path));
}

/** What other users of the machine see of a process, and its environment, which only its own user does. */
export function processPlaces(name: string, pid: number): Place[] {
  const text = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'latin1');
  return [
    { place: `command line of ${name}`, text: text('cmdline') },
    { place: `environment of ${name}`, text: text('environ') },
  ];
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
