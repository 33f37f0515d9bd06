/** Who did what, when: entries are only ever added, and go when they are older than they are kept. */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';

export interface AuditEntry {
  /** Its place: of two the later one is the larger. */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly by: string;
  /** What was done, e.g. `POST /api/meetings/:key/operations`. */
  readonly what: string;
  /** To what: the parts of the path. */
  readonly about: Readonly<Record<string, string>>;
  /** What was said with it; without what nobody may know. */
  readonly said: Readonly<Record<string, unknown>>;
  /** What came of it: a status of HTTP, or a word of ours. */
  readonly outcome: string;
}

const auditKey = `${keyPrefix}:audit-log`;
/** Milliseconds: a year and a month. */
const keptFor = 396 * 86_400_000;

export class AuditLog {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Its time is that of Redis. */
  async add(entry: Omit<AuditEntry, 'id' | 'at'>, now: number): Promise<void> {
    await this.#redis.xadd(
      auditKey,
      ...(['MINID', '~', String(now - keptFor)] as const),
      '*',
      'entry',
      JSON.stringify(entry),
    );
  }

  /** The newest first; those before that one, if one is named. */
  async list(before: string | undefined, limit: number): Promise<AuditEntry[]> {
    const end = before === undefined ? '+' : `(${before}`;
    const found = await this.#redis.xrevrange(auditKey, end, '-', 'COUNT', limit);
    return found.map(([id, [, json = '{}']]) => ({
      ...(JSON.parse(json) as Omit<AuditEntry, 'id' | 'at'>),
      ...{ id, at: Number(id.split('-')[0]) },
    }));
  }
}
