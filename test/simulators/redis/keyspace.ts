/** The keys of a simulated Redis: each has a value of one kind, until its time is over. */
import { RedisError } from './reply.ts';
import { SortedSet } from './sorted-set.ts';

export interface StreamEntry {
  readonly id: readonly [ms: number, sequence: number];
  readonly fields: readonly string[];
}

export interface Stream {
  readonly entries: StreamEntry[];
  last: readonly [ms: number, sequence: number];
}

/** Strings are of bytes: one character each. */
interface Kinds {
  string: string;
  hash: Map<string, string>;
  list: string[];
  set: Set<string>;
  zset: SortedSet;
  stream: Stream;
}

type Kind = keyof Kinds;

interface Entry {
  readonly kind: Kind;
  value: Kinds[Kind];
  /** Epoch ms; undefined for never. */
  expires: number | undefined;
}

const makers: { readonly [K in Kind]: () => Kinds[K] } = {
  string: () => '',
  hash: () => new Map(),
  list: () => [],
  set: () => new Set(),
  zset: () => new SortedSet(),
  stream: () => ({ entries: [], last: [0, 0] }),
};

export class Keyspace {
  readonly now: () => number;
  readonly #entries = new Map<string, Entry>();

  /** `now` in epoch ms. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** @throws RedisError where the key has another kind of value */
  get<K extends Kind>(key: string, kind: K): Kinds[K] | undefined {
    const entry = this.#alive(key);
    if (entry === undefined) return undefined;
    if (entry.kind !== kind)
      throw new RedisError('WRONGTYPE Operation against a key holding the wrong kind of value');
    return entry.value as Kinds[K];
  }

  /** What is there, or an empty one that is there from now on. */
  make<K extends Exclude<Kind, 'string'>>(key: string, kind: K): Kinds[K] {
    const known = this.get(key, kind);
    if (known !== undefined) return known;
    const value = makers[kind]() as Kinds[K];
    this.#entries.set(key, { kind, value, expires: undefined });
    return value;
  }

  /** In place of whatever is there. */
  setText(key: string, value: string, expires: number | undefined): void {
    this.#entries.set(key, { kind: 'string', value, expires });
  }

  /** Without a change of when it is over. */
  changeText(key: string, value: string): void {
    this.setText(key, value, this.#alive(key)?.expires);
  }

  kind(key: string): Kind | undefined {
    return this.#alive(key)?.kind;
  }

  has(key: string): boolean {
    return this.#alive(key) !== undefined;
  }

  /** The whole of its value as text: the same for the same. */
  written(key: string): string | undefined {
    const value = this.#alive(key)?.value;
    if (value === undefined) return undefined;
    const isMany = value instanceof Map || value instanceof Set;
    return JSON.stringify(isMany ? [...value] : value instanceof SortedSet ? value.all : value);
  }

  delete(key: string): boolean {
    const isThere = this.has(key);
    this.#entries.delete(key);
    return isThere;
  }

  rename(from: string, to: string): void {
    const entry = this.#alive(from);
    if (entry === undefined) throw new RedisError('ERR no such key');
    this.#entries.delete(from);
    this.#entries.set(to, entry);
  }

  /** A key whose collection is empty is not there. */
  tidy(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.kind === 'string' || entry.kind === 'stream') return;
    const { value } = entry;
    if ((Array.isArray(value) ? value.length : (value as { size: number }).size) === 0)
      this.#entries.delete(key);
  }

  expires(key: string): number | undefined {
    return this.#alive(key)?.expires;
  }

  /** `at` in epoch ms; false where there is no such key. */
  expireAt(key: string, at: number | undefined): boolean {
    const entry = this.#alive(key);
    if (entry === undefined) return false;
    entry.expires = at;
    this.#alive(key);
    return true;
  }

  keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.has(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  #alive(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.expires === undefined || entry.expires > this.now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }
}
