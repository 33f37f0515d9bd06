/** What organizers were told, one ledger for each event or series, and what their mailboxes say of their language. */
import type { Redis } from 'ioredis';
import type { TimelineEntry } from '../conference/timeline.ts';
import type { Ledger } from '../invitation/ledger.ts';
import { keyPrefix } from '../queues.ts';
import { pushChange } from './changes.ts';
import { execute, pushNotes } from './meetings.ts';
import { defineScript, type Script } from './script.ts';

/** Beyond the last occurrence it tells nobody anything. */
const keptFor = 30 * 86_400_000;

/** Empty where the mailbox says nothing, or must not be asked. */
export interface KnownSettings {
  readonly locale?: string;
  readonly timeZone?: string;
}

const touchedKey = `${keyPrefix}:told:touched`;
const ledgerKey = (uid: string) => `${keyPrefix}:told:${uid}`;
const settingsKey = (mailbox: string) => `${keyPrefix}:settings:${mailbox.toLowerCase()}`;

const clearScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 1
`;

export class ToldStore {
  readonly #redis: Redis;
  readonly #clear: Script;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#clear = defineScript(redis, clearScript);
  }

  /** People have changed these events or series: their organizers' copies may say something else now. */
  async touch(uids: readonly string[]): Promise<void> {
    if (uids.length === 0) return;
    const write = this.#redis.multi();
    for (const uid of uids) write.hincrby(touchedKey, uid, 1);
    await execute(write);
  }

  /** How often it was touched and not yet looked at, as a mark; undefined for not at all. */
  async touched(uid: string): Promise<string | undefined> {
    return (await this.#redis.hget(touchedKey, uid)) ?? undefined;
  }

  /** It was looked at, if nobody has touched it again since. */
  async looked(uid: string, mark: string): Promise<void> {
    await this.#clear([touchedKey], [uid, mark]);
  }

  async load(uid: string): Promise<Ledger> {
    const json = await this.#redis.get(ledgerKey(uid));
    return json === null ? {} : (JSON.parse(json) as Ledger);
  }

  /**
   * Writes the ledger and what the meetings' timelines say of it, at once.
   * @param ahead milliseconds until the last occurrence ends
   * @param notes by the meetings' keys
   */
  async save(
    uid: string,
    ledger: Ledger,
    ahead: number,
    notes: ReadonlyMap<string, readonly TimelineEntry[]> = new Map(),
  ): Promise<void> {
    const write = this.#redis.multi();
    write.set(ledgerKey(uid), JSON.stringify(ledger), 'PX', Math.ceil(Math.max(0, ahead) + keptFor));
    for (const [key, entries] of notes) {
      pushNotes(write, key, entries);
      pushChange(write, 'meeting', key);
    }
    await execute(write);
  }

  async settings(mailbox: string): Promise<KnownSettings | undefined> {
    const json = await this.#redis.get(settingsKey(mailbox));
    return json === null ? undefined : (JSON.parse(json) as KnownSettings);
  }

  /** `lifetime` in milliseconds. */
  async putSettings(mailbox: string, settings: KnownSettings, lifetime: number): Promise<void> {
    await this.#redis.set(settingsKey(mailbox), JSON.stringify(settings), 'PX', lifetime);
  }
}
