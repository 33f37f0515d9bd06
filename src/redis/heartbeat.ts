/** The sign that a process lives: what it has claimed is its own until five seconds after its last beat. */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';

const life = 5_000;

export function heartbeatKey(processId: string): string {
  return `${keyPrefix}:process:${processId}`;
}

export interface Heartbeat {
  /**
   * Whether the sign has stood all the time since then (epoch ms), as far as this process can tell without asking. A
   * process that was stopped, or whose Redis was away or emptied, may have been taken for dead meanwhile.
   */
  unbrokenSince(at: number): boolean;
  /** Takes the sign away. */
  stop(): Promise<void>;
}

/** Beats every second. */
export async function startHeartbeat(
  redis: Redis,
  processId: string,
  onError: (error: unknown) => void,
): Promise<Heartbeat> {
  const key = heartbeatKey(processId);
  let sureUntil = Date.now() + life;
  await redis.set(key, '1', 'PX', life);
  let brokenAt = 0;
  const beat = async () => {
    const until = Date.now() + life;
    if ((await redis.set(key, '1', 'PX', life, 'XX')) === null) {
      await redis.set(key, '1', 'PX', life);
      brokenAt = Date.now();
    }
    sureUntil = until;
  };
  const timer = setInterval(() => beat().catch(onError), 1_000);
  return {
    unbrokenSince: (at) => Date.now() < sureUntil && at > brokenAt,
    async stop() {
      clearInterval(timer);
      await redis.del(key);
    },
  };
}
