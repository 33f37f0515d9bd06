/** What each cluster has told of its members, for all processes; made anew by the next look when it is lost. */
import type { Redis } from 'ioredis';
import { type Discovery, type Member, memberAt } from '../cluster/discovery.ts';
import { keyPrefix } from '../queues.ts';

const key = `${keyPrefix}:discoveries`;

export class DiscoveryStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async put(cluster: string, discovery: Discovery): Promise<void> {
    await this.#redis.hset(key, cluster, JSON.stringify(discovery));
  }

  /** By the cluster's name. */
  async all(): Promise<Map<string, Discovery>> {
    const fields = await this.#redis.hgetall(key);
    return new Map(Object.entries(fields).map(([name, json]) => [name, JSON.parse(json) as Discovery]));
  }

  /** What its peers call a configured call bridge; undefined as long as its cluster has not told. */
  async member(cluster: string, address: string): Promise<Member | undefined> {
    const discovery = (await this.all()).get(cluster);
    return discovery && memberAt(discovery, address);
  }
}
