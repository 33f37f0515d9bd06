/** Lua scripts: sent once by text, then by their SHA-1, again by text when Redis has forgotten them. */
import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

export type Script = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

export function defineScript(redis: Redis, lua: string): Script {
  const sha = createHash('sha1').update(lua).digest('hex');
  return async (keys, args) => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) {
        return await redis.eval(lua, keys.length, ...keys, ...args);
      }
      throw error;
    }
  };
}
