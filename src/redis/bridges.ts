/** What all processes share about the bridges: spaces of slots, health, what was found running, what is drained. */
import type { Redis } from 'ioredis';
import type { CallBridgeFacts } from '../cluster/call-bridge-facts.ts';
import type { Drain } from '../cluster/drain.ts';
import { type Health, together } from '../cluster/health.ts';
import { keyPrefix } from '../queues.ts';
import { execute } from './meetings.ts';

/** The last look at a cluster's slots. */
export interface ClusterStatus {
  readonly provisionedAt?: number;
  /** Slots that stand on the bridge. */
  readonly slots?: number;
  readonly error?: string;
  readonly errorSince?: number;
  readonly callProfile?: string;
  readonly callLegProfile?: string;
  /** Ids of the profiles that say what we give them: made by us, or found saying the same. Others are left as they are. */
  readonly ownProfiles?: readonly string[];
  /** The slot that the sweep read last as a whole. */
  readonly readTo?: string;
  /** Numbers for hosts that a space of somebody else has, with its name. */
  readonly hostsTaken?: readonly (readonly [number: string, space: string])[];
  /** By the name of the policy. */
  readonly accessProfiles?: Readonly<Record<string, AccessProfiles>>;
  /** Ids of call leg profiles that policies had as they were, and that something may still have. */
  readonly formerProfiles?: readonly string[];
}

/** Ids of the profiles that meetings of one policy have; `call` only where guests are asked for a passcode otherwise. */
export interface AccessProfiles {
  readonly guests: string;
  readonly hosts: string;
  readonly call?: string;
}

/** By what hosts come in, on a slot. */
export interface SlotAccess {
  /** Of the meeting that it is for. */
  readonly key: string;
  /** Of what exactly it should be. */
  readonly mark: string;
  readonly space: string;
  /** The space has, or may have, an owner and a member. */
  readonly member?: true;
  /** Written down before anything is put on the slot as false, and afterwards as true. */
  readonly isReady: boolean;
}

/** A slot that was open on the bridge when we had no memory of it. */
export interface FoundConference {
  readonly number: string;
  readonly space: string;
  readonly name: string;
  readonly passcode: string;
  readonly secret: string;
  /** Epoch ms. */
  readonly foundAt: number;
  readonly calls: readonly { readonly callBridge: string; readonly call: string }[];
  /** Addresses that were in its calls. */
  readonly parties: readonly string[];
}

const spacesKey = (cluster: string) => `${keyPrefix}:cluster:${cluster}:spaces`;
const numbersKey = (cluster: string) => `${keyPrefix}:cluster:${cluster}:numbers`;
const statusKey = (cluster: string) => `${keyPrefix}:cluster:${cluster}`;
const changedKey = (cluster: string) => `${keyPrefix}:cluster:${cluster}:changed`;
const slotAccessKey = (cluster: string) => `${keyPrefix}:cluster:${cluster}:access`;
const foundKey = (cluster: string) => `${keyPrefix}:cluster:${cluster}:found`;
const refusedKey = (address: string) => `${keyPrefix}:call-bridge:${address}:refused`;
const drainsKey = `${keyPrefix}:call-bridges:drained`;
const factsKey = `${keyPrefix}:call-bridges:facts`;
const viewersKey = `${keyPrefix}:call-bridges:viewers`;
const viewsKey = (viewer: string) => `${keyPrefix}:call-bridges:seen-by:${viewer}`;
/** Milliseconds that the views of a process that has died are still heard. */
const lifeOfViews = 5_000;

/** A call bridge as one process sees it. */
export interface View {
  readonly health: Health;
  /** Silent for so long that what ran on it may be gone, as far as that process can tell; see `isSilent`. */
  readonly silent: boolean;
}

/** By the call bridge's address. */
export type Views = ReadonlyMap<string, View>;

export class BridgeStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Id of the space of a slot, or undefined when the cluster was not looked at yet or lacks it. */
  async space(cluster: string, number: string): Promise<string | undefined> {
    return (await this.#redis.hget(spacesKey(cluster), number)) ?? undefined;
  }

  /** All slots that we know on the bridge, those of a range that was among them: number -> id of its space. */
  async spaces(cluster: string): Promise<ReadonlyMap<string, string>> {
    return new Map(Object.entries(await this.#redis.hgetall(spacesKey(cluster))));
  }

  /** The slot that has this space; `unknown` while no slot of the cluster is known. */
  async numberOf(cluster: string, space: string): Promise<string | 'unknown' | undefined> {
    const [number, isKnown] = await Promise.all([
      this.#redis.hget(numbersKey(cluster), space),
      this.#redis.exists(numbersKey(cluster)),
    ]);
    if (isKnown === 1) return number ?? undefined;
    // A former version has written down only which space a number has.
    const spaces = await this.spaces(cluster);
    if (spaces.size === 0) return 'unknown';
    const numbers = Object.fromEntries([...spaces].map(([one, id]) => [id, one]));
    await this.#redis.hset(numbersKey(cluster), numbers);
    return numbers[space];
  }

  async putSpace(cluster: string, number: string, space: string): Promise<void> {
    const write = this.#redis.multi().hset(spacesKey(cluster), number, space);
    await execute(write.hset(numbersKey(cluster), space, number));
  }

  /** Replaces the whole map of a cluster: number -> id of its space. */
  async putSpaces(cluster: string, spaces: ReadonlyMap<string, string>): Promise<void> {
    const write = this.#redis.multi().del(spacesKey(cluster), numbersKey(cluster));
    if (spaces.size > 0) {
      write.hset(spacesKey(cluster), Object.fromEntries(spaces));
      write.hset(
        numbersKey(cluster),
        Object.fromEntries([...spaces].map(([number, space]) => [space, number])),
      );
    }
    await execute(write);
  }

  /** Slots that are no more. */
  async dropSpaces(cluster: string, numbers: readonly string[]): Promise<void> {
    if (numbers.length > 0) await this.#redis.hdel(spacesKey(cluster), ...numbers);
  }

  async clusterStatus(cluster: string): Promise<ClusterStatus> {
    const json = await this.#redis.get(statusKey(cluster));
    return json === null ? {} : (JSON.parse(json) as ClusterStatus);
  }

  async putClusterStatus(cluster: string, status: ClusterStatus): Promise<void> {
    await this.#redis.set(statusKey(cluster), JSON.stringify(status));
  }

  /** A call bridge of this release would not do this. */
  async putRefused(address: string, feature: string, release: string | undefined): Promise<void> {
    await this.#redis.hset(refusedKey(address), feature, release ?? '');
  }

  /** Whether it has said so; a call bridge that was upgraded since is asked again. */
  async isRefused(address: string, feature: string, release: string | undefined): Promise<boolean> {
    return (await this.#redis.hget(refusedKey(address), feature)) === (release ?? '');
  }

  /** What was found changed in conferences that run, and said: number -> what. */
  async changed(cluster: string): Promise<ReadonlyMap<string, string>> {
    return new Map(Object.entries(await this.#redis.hgetall(changedKey(cluster))));
  }

  async putChanged(cluster: string, number: string, what: string): Promise<void> {
    await this.#redis.hset(changedKey(cluster), number, what);
  }

  async dropChanged(cluster: string, number: string): Promise<void> {
    await this.#redis.hdel(changedKey(cluster), number);
  }

  /** What was put on this slot for hosts and not taken away yet. */
  async slotAccess(cluster: string, number: string): Promise<SlotAccess | undefined> {
    const json = await this.#redis.hget(slotAccessKey(cluster), number);
    return json === null ? undefined : (JSON.parse(json) as SlotAccess);
  }

  /** By number. */
  async allSlotAccess(cluster: string): Promise<Map<string, SlotAccess>> {
    const fields = await this.#redis.hgetall(slotAccessKey(cluster));
    return new Map(Object.entries(fields).map(([number, json]) => [number, JSON.parse(json) as SlotAccess]));
  }

  async putSlotAccess(cluster: string, number: string, access: SlotAccess): Promise<void> {
    await this.#redis.hset(slotAccessKey(cluster), number, JSON.stringify(access));
  }

  async dropSlotAccess(cluster: string, number: string): Promise<void> {
    await this.#redis.hdel(slotAccessKey(cluster), number);
  }

  async putFound(cluster: string, found: readonly FoundConference[]): Promise<void> {
    if (found.length === 0) return;
    const write = this.#redis.multi();
    for (const conference of found)
      write.hset(foundKey(cluster), conference.secret, JSON.stringify(conference));
    write.expire(foundKey(cluster), 86_400);
    await execute(write);
  }

  async found(cluster: string, secret: string): Promise<FoundConference | undefined> {
    const json = await this.#redis.hget(foundKey(cluster), secret);
    return json === null ? undefined : (JSON.parse(json) as FoundConference);
  }

  /** Whether anything found running waits to be adopted. */
  async hasFound(cluster: string): Promise<boolean> {
    return (await this.#redis.exists(foundKey(cluster))) === 1;
  }

  async dropFound(cluster: string, secret: string): Promise<void> {
    await this.#redis.hdel(foundKey(cluster), secret);
  }

  async putFacts(address: string, facts: CallBridgeFacts): Promise<void> {
    await this.#redis.hset(factsKey, address, JSON.stringify(facts));
  }

  /** As each call bridge has said last, by its address. */
  async facts(): Promise<Map<string, CallBridgeFacts>> {
    const fields = await this.#redis.hgetall(factsKey);
    return new Map(
      Object.entries(fields).map(([address, json]) => [address, JSON.parse(json) as CallBridgeFacts]),
    );
  }

  /** What one living process sees; to be said again well within five seconds. */
  async putViews(viewer: string, views: Views): Promise<void> {
    const write = this.#redis
      .multi()
      .set(viewsKey(viewer), JSON.stringify([...views]), 'PX', lifeOfViews)
      .sadd(viewersKey, viewer);
    await execute(write);
  }

  async dropViews(viewer: string): Promise<void> {
    await execute(this.#redis.multi().del(viewsKey(viewer)).srem(viewersKey, viewer));
  }

  /** What each process that lives sees. */
  async views(): Promise<Map<string, Views>> {
    const viewers = await this.#redis.smembers(viewersKey);
    if (viewers.length === 0) return new Map();
    const said = await this.#redis.mget(viewers.map(viewsKey));
    const gone = viewers.filter((_, i) => said[i] === null);
    if (gone.length > 0) await this.#redis.srem(viewersKey, ...gone);
    return new Map(
      viewers.flatMap((viewer, i) => {
        const json = said[i];
        return typeof json === 'string' ? [[viewer, new Map(JSON.parse(json) as [string, View][])]] : [];
      }),
    );
  }

  /** What all living processes together see. */
  async health(): Promise<Map<string, Health>> {
    const seen = new Map<string, Health[]>();
    for (const views of (await this.views()).values()) {
      for (const [address, { health }] of views) seen.set(address, [...(seen.get(address) ?? []), health]);
    }
    return new Map(
      [...seen].flatMap(([address, healths]) => {
        const health = together(healths);
        return health === undefined ? [] : [[address, health] as const];
      }),
    );
  }

  /** No conference starts at this call bridge for that time. */
  async putDrain(address: string, drain: Drain): Promise<void> {
    await this.#redis.hset(drainsKey, address, JSON.stringify(drain));
  }

  /** @returns false where it was not drained */
  async dropDrain(address: string): Promise<boolean> {
    return (await this.#redis.hdel(drainsKey, address)) === 1;
  }

  /** By the address of the call bridge. */
  async drains(): Promise<Map<string, Drain>> {
    const fields = await this.#redis.hgetall(drainsKey);
    return new Map(Object.entries(fields).map(([address, json]) => [address, JSON.parse(json) as Drain]));
  }
}
