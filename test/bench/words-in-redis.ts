/**
 * The search one would write into Redis: for each word a sorted set of meetings by start, and all words in their order, so
 * that those which begin alike are found. Meetings stand in it by short numbers.
 */
import type { Redis } from 'ioredis';
import { textOf } from '../../src/conference/search/words.ts';

export class WordsInRedis {
  readonly #redis: Redis;
  #last = 0;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async put(start: number, texts: readonly string[]): Promise<void> {
    this.#last += 1;
    const write = this.#redis.multi();
    for (const word of new Set(textOf(...texts).split('\n'))) {
      if (word === '') continue;
      write.zadd(`word:${word}`, start, this.#last).zadd('words', 0, word);
    }
    await write.exec();
  }

  /** The first hundred that have a word that begins so. */
  async search(beginning: string): Promise<number> {
    const words = await this.#redis.zrangebylex('words', `[${beginning}`, `[${beginning}\xff`);
    const sets = words.map((word) => `word:${word}`);
    await this.#redis.zunionstore('found', sets.length, ...sets, 'AGGREGATE', 'MIN');
    return (await this.#redis.zrange('found', 0, 99)).length;
  }
}
