/** The sign that a process lives: what it has claimed is its own until five seconds after its last beat. */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';

const life = 5_000;

export function heartbeatKey(processId: string): string {
  return `${keyPrefix}:process:${processId}`;
}

/** Beats every second until the returned function is called, which also takes the sign away. */
export async function startHeartbeat(
  redis: Redis,
  processId: string,
  onError: (error: unknown) => void,
): Promise<() => Promise<void>> {
  const beat = () => redis.set(heartbeatKey(processId), '1', 'PX', life);
  await beat();
  const timer = setInterval(() => beat().catch(onError), 1_000);
  return async () => {
    clearInterval(timer);
    await redis.del(heartbeatKey(processId));
  };
}
