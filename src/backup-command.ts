/**
 * `roombridge backup` and `restore`: what of Redis cannot be rebuilt, in a file. The file has a line of JSON for each thing:
 * first what the file is, then the entries, then their number and what their SHA-256 is, so that half a file is none.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Redis } from 'ioredis';
import type { Config } from './config.ts';
import { fileFault } from './config-problems.ts';
import { connectOnce } from './redis/connection.ts';
import { startEmbeddedRedis } from './redis/embedded.ts';
import {
  type Entry,
  isEmpty,
  isInUse,
  readIrreplaceable,
  writeIrreplaceable,
} from './redis/irreplaceable.ts';
import { version } from './version.ts';

/** Another number for what this version could not read. */
const format = 1;
/** Milliseconds for the connection, and for one command. */
const deadline = 10_000;

type Where = Pick<Config, 'redis' | 'dataDir'>;

/** Writes a new file, which nobody but this user may read: it has what passwords and tokens are known by. */
export async function backUp(config: Where, file: string, now: number): Promise<string> {
  return await onRedis(config, async (redis) => {
    const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
      const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
      throw new Error(`${file} ${isThere ? 'is there already' : fileFault(error)}`);
    });
    try {
      const entries = await writeFile(handle, redis, now);
      await handle.sync();
      return `${file} has ${entries} entries; keep it as you keep passwords`;
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  });
}

async function writeFile(handle: FileHandle, redis: Redis, now: number): Promise<number> {
  const hash = createHash('sha256');
  let entries = 0;
  const write = async (value: object) => {
    const line = `${JSON.stringify(value)}\n`;
    hash.update(line);
    await handle.write(line);
  };
  await write({ roombridge: 'backup', format, version, at: new Date(now).toISOString() });
  for await (const entry of readIrreplaceable(redis)) {
    await write(entry);
    entries += 1;
  }
  await handle.write(`${JSON.stringify({ entries, sha256: hash.digest('hex') })}\n`);
  return entries;
}

/** @param merge also where something is already, or somebody at work: of one thing the file's word counts */
export async function restore(config: Where, file: string, { merge = false } = {}): Promise<string> {
  const at = await verify(file);
  return await onRedis(config, async (redis) => {
    if (!merge && (await isInUse(redis)))
      throw new Error('roombridge runs on this Redis: end every process of it first, or say --merge');
    if (!merge && !(await isEmpty(redis)))
      throw new Error(
        'this Redis is not empty: empty it first, or say --merge for the file beside what is there',
      );
    const written = await writeIrreplaceable(redis, entriesOf(file));
    return `${written} entries of ${at} are in Redis; the rest is rebuilt once roombridge runs`;
  });
}

/** Reads it to its end before anything is written. @returns when it was made */
async function verify(file: string): Promise<string> {
  const hash = createHash('sha256');
  let [first, held, lines]: [unknown, string | undefined, number] = [undefined, undefined, 0];
  for await (const line of linesOf(file)) {
    // The last one is not part of what it speaks of.
    if (held !== undefined) {
      hash.update(`${held}\n`);
      lines += 1;
    } else first = parsed(line);
    held = line;
  }
  const head = (first ?? {}) as { roombridge?: unknown; format?: unknown; version?: unknown; at?: unknown };
  if (head.roombridge !== 'backup') throw new Error(`${file} is no backup of roombridge`);
  if (head.format !== format)
    throw new Error(
      `${file} was written by version ${head.version} in format ${head.format}; this version reads format ${format}`,
    );
  const end = parsed(held ?? '') as { entries?: unknown; sha256?: unknown } | undefined;
  if (end?.sha256 === undefined) throw new Error(`${file} is damaged: its end is missing`);
  if (end.sha256 !== hash.digest('hex') || end.entries !== lines - 1)
    throw new Error(`${file} is damaged: it is not as it was written`);
  return String(head.at);
}

async function* entriesOf(file: string): AsyncGenerator<Entry> {
  let isFirst = true;
  for await (const line of linesOf(file)) {
    const value = parsed(line) as Partial<Entry>;
    if (!isFirst && value.key !== undefined) yield value as Entry;
    isFirst = false;
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const handle = await open(file).catch((error: unknown) => {
    throw new Error(`${file} ${fileFault(error)}`);
  });
  try {
    const input = handle.createReadStream({ encoding: 'utf8', autoClose: false });
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } finally {
    await handle.close();
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function onRedis<T>({ redis, dataDir }: Where, work: (redis: Redis) => Promise<T>): Promise<T> {
  const embedded = redis === undefined ? await startEmbeddedRedis({ dataDir }) : undefined;
  const connection = connectOnce(redis ?? embedded?.url ?? '', deadline);
  let fault: Error | undefined;
  connection.on('error', (error) => {
    fault ??= error;
  });
  try {
    await connection.connect().catch((error: unknown) => {
      throw new Error(`Redis cannot be reached: ${(fault ?? (error as Error)).message}`);
    });
    return await work(connection);
  } finally {
    connection.disconnect();
    await embedded?.close();
  }
}
