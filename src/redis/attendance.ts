/**
 * Who is in the calls of each call bridge, as folded from what it told, and what was told and is not folded in yet. What
 * is folded in is written, and taken from what waits, in one step and by whoever has the call bridge; so that a process
 * that dies in between has done neither.
 */
import type { Redis } from 'ioredis';
import type { Attendee } from '../conference/attendance/attendee.ts';
import type { Changes, Known, KnownCall, Seat } from '../conference/attendance/fold.ts';
import type { Heard, RecordsState } from '../conference/attendance/ordering.ts';
import type { SourceState } from '../conference/attendance/source.ts';
import { keyPrefix } from '../queues.ts';
import { changeCommand } from './changes.ts';
import type { Lease } from './meetings.ts';
import { defineScript, type Script } from './script.ts';

/** A call, and whose it is. */
export interface StoredCall extends KnownCall {
  /** When we heard of it first; by our clock, for the call bridge's may be off. Epoch ms. */
  readonly knownAt: number;
  /** The key of the meeting that it belongs to. */
  readonly meeting?: string;
  /** It runs in a space that is none of our slots, and is none of our business. */
  readonly isForeign?: true;
  /** Nobody's name or address is kept. */
  readonly isHidden?: true;
  /** Hosts and guests are told apart in it. */
  readonly hasHosts?: true;
  /** Records that were lost while it ran. */
  readonly lostRecords?: number;
}

export type StoredKnown = Omit<Known, 'calls'> & { readonly calls: ReadonlyMap<string, StoredCall> };

/** What becomes of a call bridge's backlog. */
export interface Commit extends Omit<Changes, 'calls' | 'lost'> {
  readonly calls: ReadonlyMap<string, StoredCall>;
  readonly records: RecordsState | undefined;
  /** How many of the first in the backlog are done with, and which of them are to be looked at again. */
  readonly taken: number;
  readonly waiting: readonly Heard[];
  /** As asked for before the backlog was read. Who does not say so must be alone at it. */
  readonly folds?: string;
  /** Milliseconds that it is kept who was in; 0: until their call is over. */
  readonly keep: number;
  readonly now: number;
}

const backlogAtMost = 20_000;
/** Milliseconds after the last look at a picture for which it is watched. */
const watchedFor = 10_000;
/** Milliseconds that what is of a call is kept at least while it may run: each look at it writes it anew. */
const keptAtLeast = 86_400_000;
/** Milliseconds after which nothing late is expected of what is over. */
const overFor = 900_000;

/** Milliseconds for which open calls are believed while nothing says that they have changed: a former version does not. */
const believedFor = 5_000;

const of = (address: string, what: string) => `${keyPrefix}:attendance:${what}:${address}`;
const callKey = (address: string, call: string) => `${keyPrefix}:attendance:call:${address} ${call}`;
const meetingKey = (key: string) => `${keyPrefix}:attendance:meeting:${key}`;
const watchedKey = (key: string) => `${keyPrefix}:attendance:watched:${key}`;
const sourcesKey = `${keyPrefix}:attendance:sources`;
const stateNames: readonly (keyof SourceState)[] = [
  ...(['records', 'recordsAt', 'eventsAt', 'lookedAt', 'restartedAt', 'doubtedAt'] as const),
];

/** KEYS: backlog. ARGV: most, then entries. */
const pushScript = `
if redis.call('LLEN', KEYS[1]) + #ARGV - 1 > tonumber(ARGV[1]) then return 0 end
for i = 2, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
return 1
`;

/**
 * KEYS: lease, folds, then of each command its key. ARGV: field, holder, folds before or nothing, then the commands without
 * their keys, each behind the number of its words.
 */
const commitScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] ~= '' and (redis.call('GET', KEYS[2]) or '0') ~= ARGV[3] then return 0 end
redis.call('INCR', KEYS[2])
local at, key = 4, 3
while at <= #ARGV do
  local last = at + tonumber(ARGV[at])
  redis.call(ARGV[at + 1], KEYS[key], unpack(ARGV, at + 2, last))
  at, key = last + 1, key + 1
end
return 1
`;

export class AttendanceStore {
  readonly #redis: Redis;
  readonly #push: Script;
  readonly #commit: Script;
  /** By call bridge; `at` on the monotonic clock. */
  readonly #open = new Map<
    string,
    { readonly revision: string | null; readonly at: number; readonly calls: ReadonlyMap<string, StoredCall> }
  >();

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#push = defineScript(redis, pushScript);
    this.#commit = defineScript(redis, commitScript);
  }

  /** @returns false when too much waits already: then nothing was taken */
  async push(address: string, heard: readonly Heard[]): Promise<boolean> {
    if (heard.length === 0) return true;
    const entries = heard.map((one) => JSON.stringify(one));
    return (await this.#push([of(address, 'backlog')], [backlogAtMost, ...entries])) === 1;
  }

  /** What waits, the oldest first. */
  async backlog(address: string, limit: number): Promise<Heard[]> {
    const entries = await this.#redis.lrange(of(address, 'backlog'), 0, limit - 1);
    return entries.map((entry) => JSON.parse(entry) as Heard);
  }

  async load(
    address: string,
    { calls, legs }: { readonly calls: ReadonlySet<string>; readonly legs: ReadonlySet<string> },
  ): Promise<StoredKnown> {
    const [seats, over] = await Promise.all([
      this.#seats(address, [...legs]),
      this.#over(address, [...calls, ...legs]),
    ]);
    const touched = [...new Set([...calls, ...[...seats.values()].map(({ call }) => call), ''])];
    const [known, attendees] = await Promise.all([
      this.#calls(address, touched),
      this.#attendees(address, touched),
    ]);
    return { calls: known, seats, over, attendees };
  }

  /** How often something was folded in. */
  async folds(address: string): Promise<string> {
    return (await this.#redis.get(of(address, 'folds'))) ?? '0';
  }

  /**
   * @returns false when another process has taken the call bridge over, or something was folded in since `folds` was asked
   *   for, so that what is taken would be what nobody has looked at: then nothing was written
   */
  async commit(lease: Lease, address: string, commit: Commit): Promise<boolean> {
    const commands = commandsOf(address, commit);
    const words = commands.flatMap(([name, _, ...rest]) => [rest.length + 1, name, ...rest]);
    const keys = [lease.hash, of(address, 'folds'), ...commands.map(([, key]) => key)];
    return (await this.#commit(keys, [lease.field, lease.holder, commit.folds ?? '', ...words])) === 1;
  }

  /** Calls of which it is not known yet whose they are. */
  async sought(address: string): Promise<Map<string, StoredCall>> {
    const ids = await this.#redis.smembers(of(address, 'sought'));
    return ids.length === 0 ? new Map() : await this.#calls(address, ids);
  }

  /** Calls that are not over, foreign ones left out. Read anew where they have changed, for they are asked for all the time. */
  async openCalls(address: string): Promise<ReadonlyMap<string, StoredCall>> {
    const now = performance.now();
    const revision = await this.#redis.get(of(address, 'calls-revision'));
    const last = this.#open.get(address);
    if (last !== undefined && last.revision === revision && now - last.at < believedFor) return last.calls;
    const all = Object.entries(await this.#redis.hgetall(of(address, 'calls')));
    const parsed = all.map(([id, json]) => [id, JSON.parse(json) as StoredCall] as const);
    const calls = new Map(parsed.filter(([, { overAt, isForeign }]) => overAt === undefined && !isForeign));
    this.#open.set(address, { revision, at: now, calls });
    return calls;
  }

  async attendeesOf(address: string, call: string): Promise<Attendee[]> {
    return [...((await this.#attendees(address, [call])).get(call)?.values() ?? [])];
  }

  /** The calls that a meeting has or had, with who is and was in them. */
  async ofMeeting(
    key: string,
  ): Promise<{ address: string; call: string; known: StoredCall; attendees: Attendee[] }[]> {
    const names = await this.#redis.smembers(meetingKey(key));
    const found = await Promise.all(
      names.map(async (name) => {
        const [address = '', call = ''] = name.split(' ');
        const { '!call': json, ...fields } = await this.#redis.hgetall(callKey(address, call));
        if (json === undefined) return [];
        const attendees = Object.values(fields).map((one) => JSON.parse(one) as Attendee);
        return [{ address, call, known: JSON.parse(json) as StoredCall, attendees }];
      }),
    );
    return found.flat();
  }

  /** The key of the meeting that a call is of, as far as that is known. */
  async meetingOf(address: string, call: string): Promise<string | undefined> {
    return (await this.#calls(address, [call])).get(call)?.meeting;
  }

  /** Somebody looks at this meeting now. @returns whether nobody did before */
  async watch(key: string): Promise<boolean> {
    const isKnown = await this.#redis.set(watchedKey(key), '1', 'PX', watchedFor, 'GET');
    return isKnown === null;
  }

  async isWatched(key: string): Promise<boolean> {
    return (await this.#redis.exists(watchedKey(key))) === 1;
  }

  /** By the call bridge's address. */
  async sources(): Promise<Map<string, SourceState>> {
    const fields = await this.#redis.hgetall(sourcesKey);
    const found = new Map<string, Record<string, unknown>>();
    for (const [field, json] of Object.entries(fields)) {
      const [what = '', address = ''] = field.split(' ');
      found.set(address, { ...found.get(address), [what]: JSON.parse(json) as unknown });
    }
    return found as Map<string, SourceState>;
  }

  async source(address: string): Promise<SourceState> {
    const found = await this.#redis.hmget(sourcesKey, ...stateNames.map((what) => `${what} ${address}`));
    const known = stateNames.flatMap((what, i) => {
      const json = found[i];
      return typeof json === 'string' ? [[what, JSON.parse(json) as unknown]] : [];
    });
    return Object.fromEntries(known) as SourceState;
  }

  async putSource(address: string, state: Omit<SourceState, 'records'>): Promise<void> {
    const fields = Object.entries(state).map(([what, at]) => [`${what} ${address}`, JSON.stringify(at)]);
    if (fields.length > 0) await this.#redis.hset(sourcesKey, Object.fromEntries(fields));
  }

  /** Forgets legs that never came to a call, and seats of calls that are no more; what a lost record has left. */
  async prune(address: string, before: number): Promise<void> {
    const calls = await this.#redis.hgetall(of(address, 'calls'));
    const gone = Object.entries(calls).filter(([, json]) => {
      const { overAt = Number.POSITIVE_INFINITY } = JSON.parse(json) as StoredCall;
      return overAt < before;
    });
    const nowhere = await this.#attendees(address, ['']);
    const stale = [...(nowhere.get('')?.values() ?? [])].filter(({ heardAt }) => heardAt < before);
    const left = new Set(gone.map(([id]) => id));
    const seats = Object.entries(await this.#redis.hgetall(of(address, 'seats'))).filter(([leg, seat]) => {
      const [call = ''] = seat.split(' ');
      return call === ''
        ? stale.some(({ id, legs }) => id === leg || legs.includes(leg))
        : left.has(call) || !(call in calls);
    });
    const write = this.#redis.multi().incr(of(address, 'calls-revision'));
    if (gone.length > 0) write.hdel(of(address, 'calls'), ...gone.map(([id]) => id));
    if (seats.length > 0) write.hdel(of(address, 'seats'), ...seats.map(([leg]) => leg));
    if (stale.length > 0) write.hdel(callKey(address, ''), ...stale.map(({ id }) => id));
    await write.exec();
  }

  async #seats(address: string, legs: readonly string[]): Promise<Map<string, Seat>> {
    if (legs.length === 0) return new Map();
    const found = await this.#redis.hmget(of(address, 'seats'), ...legs);
    return new Map(
      legs.flatMap((leg, i) => {
        const [call, participant] = found[i]?.split(' ') ?? [];
        return call === undefined || participant === undefined ? [] : [[leg, { call, participant }]];
      }),
    );
  }

  async #over(address: string, ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const found = await this.#redis.zmscore(of(address, 'over'), ...ids);
    return new Set(ids.filter((_, i) => found[i] !== null));
  }

  async #calls(address: string, calls: readonly string[]): Promise<Map<string, StoredCall>> {
    const found = await this.#redis.hmget(of(address, 'calls'), ...calls);
    return new Map(
      calls.flatMap((call, i) => {
        const json = found[i];
        return typeof json === 'string' ? [[call, JSON.parse(json) as StoredCall]] : [];
      }),
    );
  }

  async #attendees(address: string, calls: readonly string[]): Promise<Map<string, Map<string, Attendee>>> {
    const pipeline = this.#redis.pipeline();
    for (const call of calls) pipeline.hgetall(callKey(address, call));
    const results = (await pipeline.exec()) ?? [];
    return new Map(
      calls.map((call, i) => {
        const [error, fields] = results[i] ?? [];
        if (error) throw error;
        const all = Object.entries((fields ?? {}) as Record<string, string>);
        const attendees = all.filter(([id]) => id !== '!call');
        return [call, new Map(attendees.map(([id, json]) => [id, JSON.parse(json) as Attendee]))];
      }),
    );
  }
}

type Command = readonly [name: string, key: string, ...words: (string | number)[]];

function commandsOf(address: string, commit: Commit): Command[] {
  const { calls, seats, attendees, over, records, taken, waiting, now } = commit;
  const keep = Math.max(commit.keep, keptAtLeast);
  const commands: Command[] = [];
  if (taken > 0) commands.push(['LTRIM', of(address, 'backlog'), taken, -1]);
  for (const one of waiting.toReversed())
    commands.push(['LPUSH', of(address, 'backlog'), JSON.stringify(one)]);
  if (calls.size > 0) commands.push(['INCR', of(address, 'calls-revision')]);
  for (const [id, call] of calls) {
    const isSettled = call.meeting !== undefined || call.isForeign || call.overAt !== undefined;
    commands.push(['HSET', of(address, 'calls'), id, JSON.stringify(call)]);
    commands.push([isSettled ? 'SREM' : 'SADD', of(address, 'sought'), id]);
    if (call.meeting === undefined) continue;
    commands.push(['SADD', meetingKey(call.meeting), `${address} ${id}`]);
    commands.push(['PEXPIRE', meetingKey(call.meeting), keep]);
    commands.push(['HSET', callKey(address, id), '!call', JSON.stringify(call)]);
  }
  for (const [leg, seat] of seats) {
    const key = of(address, 'seats');
    commands.push(
      seat === undefined ? ['HDEL', key, leg] : ['HSET', key, leg, `${seat.call} ${seat.participant}`],
    );
  }
  for (const [call, ofCall] of attendees) {
    const key = callKey(address, call);
    for (const [id, attendee] of ofCall)
      commands.push(attendee === undefined ? ['HDEL', key, id] : ['HSET', key, id, JSON.stringify(attendee)]);
    if (call !== '') commands.push(['PEXPIRE', key, keep], changeCommand('call', `${address} ${call}`));
  }
  for (const [id, { overAt, meeting }] of commit.keep === 0 ? calls : []) {
    if (overAt === undefined) continue;
    commands.push(['DEL', callKey(address, id)]);
    if (meeting !== undefined) commands.push(['SREM', meetingKey(meeting), `${address} ${id}`]);
  }
  for (const id of over) commands.push(['ZADD', of(address, 'over'), now, id]);
  if (over.size > 0) commands.push(['ZREMRANGEBYSCORE', of(address, 'over'), '-inf', now - overFor]);
  if (records !== undefined)
    commands.push(['HSET', sourcesKey, `records ${address}`, JSON.stringify(records)]);
  return commands;
}
