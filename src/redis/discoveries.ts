/** What each cluster has told of its members, for all processes; made anew by the next look when it is lost. */
import type { Redis } from 'ioredis';
import type { Discovery } from '../cluster/discovery.ts';
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
}
