/**
 * What has changed, in the order in which it did: a stream in Redis, written in the same step as what has changed, so that
 * whoever shows it misses nothing and can go on from where they were. It says what to look at again, never what it is now.
 */
import type { ChainableCommander, Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';

/**
 * - `meeting`: by its key
 * - `call`: who is in a call, by the address of its call bridge and its id, apart by a space
 * - `room`: whether it can be read, and is told of its changes; by its mailbox
 * - `ticket`: by its id
 */
export const changeKinds = ['meeting', 'call', 'room', 'ticket'] as const;
export type ChangeKind = (typeof changeKinds)[number];

export interface Change {
  readonly kind: ChangeKind;
  readonly key: string;
}

export interface Changes {
  readonly changes: readonly Change[];
  /** Of the last of them, or what was asked from: the next question begins there. */
  readonly last: string;
}

export const changesKey = `${keyPrefix}:changes`;
/** Changes that are kept: of a busy hour. */
const kept = 50_000;
const atOnce = 5_000;

/** For scripts: `changed(KEYS[n], 'meeting', key)`. */
export const changedLua = `
local function changed(changes, kind, key)
  redis.call('XADD', changes, 'MAXLEN', '~', ${kept}, '*', kind, key)
end
`;

/** The words of the command, for who puts commands together. */
export function changeCommand(
  kind: ChangeKind,
  key: string,
): [name: string, key: string, ...words: (string | number)[]] {
  return ['XADD', changesKey, 'MAXLEN', '~', kept, '*', kind, key];
}

/** Says it as part of a transaction. */
export function pushChange(write: ChainableCommander, kind: ChangeKind, key: string): void {
  write.xadd(changesKey, 'MAXLEN', '~', kept, '*', kind, key);
}

export class ChangeStore {
  readonly #redis: Redis;
  readonly #waiting: Redis;

  /** @param waiting waits for changes, so that nobody else can use it */
  constructor(redis: Redis, waiting: Redis) {
    this.#redis = redis;
    this.#waiting = waiting;
  }

  /** Where one who knows nothing yet begins. */
  async last(): Promise<string> {
    const [newest] = await this.#redis.xrevrange(changesKey, '+', '-', 'COUNT', 1);
    return newest?.[0] ?? '0-0';
  }

  /**
   * Waits for so long (ms) at most.
   * @returns undefined where what came after that is not known any more, or Redis is another than it was
   */
  async after(id: string, patience: number): Promise<Changes | undefined> {
    if (!(await this.#isKnown(id))) return undefined;
    const streams = await this.#waiting.xread('COUNT', atOnce, 'BLOCK', patience, 'STREAMS', changesKey, id);
    return changesIn(streams?.[0]?.[1] ?? [], id);
  }

  /** The same without waiting. */
  async since(id: string): Promise<Changes | undefined> {
    if (!(await this.#isKnown(id))) return undefined;
    return changesIn(await this.#redis.xrange(changesKey, `(${id}`, '+', 'COUNT', atOnce), id);
  }

  /**
   * The same for who has built on what came before: undefined also where that id itself is gone, for then another Redis may
   * have taken the place of the one that gave it, without what was last written there.
   */
  async behind(id: string): Promise<Changes | undefined> {
    const [known, ...entries] = await this.#redis.xrange(changesKey, id, '+', 'COUNT', atOnce);
    if (known?.[0] !== id) return id === '0-0' && known === undefined ? { changes: [], last: id } : undefined;
    return changesIn(entries, id);
  }

  /** An id that stands, or stood, in the stream, and after which nothing was taken away. */
  async #isKnown(id: string): Promise<boolean> {
    const [[oldest] = [], [newest] = []] = await Promise.all([
      this.#redis.xrange(changesKey, '-', '+', 'COUNT', 1),
      this.#redis.xrevrange(changesKey, '+', '-', 'COUNT', 1),
    ]);
    const [first, last] = [oldest?.[0], newest?.[0]];
    if (first === undefined || last === undefined) return id === '0-0';
    return (id === '0-0' ? !(await this.#wasTrimmed()) : !isBefore(id, first)) && !isBefore(last, id);
  }

  async #wasTrimmed(): Promise<boolean> {
    return (await this.#redis.xlen(changesKey)) >= kept;
  }
}

function changesIn(entries: readonly [id: string, fields: string[]][], after: string): Changes {
  const changes = entries.flatMap(([, [kind, key]]) => {
    const known = changeKinds.find((one) => one === kind);
    return known === undefined || key === undefined ? [] : [{ kind: known, key }];
  });
  return { changes, last: entries.at(-1)?.[0] ?? after };
}

/** Whether an id of the stream is older than another. */
export function isBefore(one: string, other: string): boolean {
  const [[ms = 0, seq = 0], [otherMs = 0, otherSeq = 0]] = [one, other].map((id) =>
    id.split('-').map(Number),
  ) as [number[], number[]];
  return ms < otherMs || (ms === otherMs && seq < otherSeq);
}
