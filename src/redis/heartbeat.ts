/**
 * The sign that a process lives: what it has claimed is its own until five seconds after its last beat.
 *
 * With each beat it is looked whether another server answers than before: one that was restarted, or a replica that has
 * taken the place of another. It may lack the last moments of what was acknowledged (its own last second of an append-only
 * file, or what its master had not sent it yet), so what was begun just before it may be written nowhere.
 */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';
import { defineScript } from './script.ts';

const life = 5_000;
const serverKey = `${keyPrefix}:epoch:server`;

/** KEYS: process, server. ARGV: life. @returns whether the sign had stood, and since when this server is the one */
const beatScript = `
local stood = redis.call('EXISTS', KEYS[1])
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or ''
local known = redis.call('HGET', KEYS[2], 'run')
if known ~= run then
  local time = redis.call('TIME')
  redis.call('HSET', KEYS[2], 'run', run, 'since', known and string.format('%.0f', time[1] * 1000 + time[2] / 1000) or '0')
end
return { stood, redis.call('HGET', KEYS[2], 'since') }
`;

export function heartbeatKey(processId: string): string {
  return `${keyPrefix}:process:${processId}`;
}

export interface Heartbeat {
  /**
   * Whether the sign has stood all the time since then (epoch ms), as far as this process can tell without asking. A
   * process that was stopped, or whose Redis was away or emptied, may have been taken for dead meanwhile.
   */
  unbrokenSince(at: number): boolean;
  /** Epoch ms at which another server was found in the place of the one before; 0 where there was none before. */
  serverSince(): number;
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
  let sureUntil = 0;
  let brokenAt = 0;
  let serverSince = 0;
  const send = defineScript(redis, beatScript);
  const beat = async () => {
    const now = Date.now();
    const [stood, since] = (await send([key, serverKey], [life])) as [number, string];
    if (stood === 0) brokenAt = Date.now();
    serverSince = Number(since);
    sureUntil = now + life;
  };
  await beat();
  // There was none to be broken.
  brokenAt = 0;
  const timer = setInterval(() => beat().catch(onError), 1_000);
  return {
    unbrokenSince: (at) => Date.now() < sureUntil && at > brokenAt,
    serverSince: () => serverSince,
    async stop() {
      clearInterval(timer);
      await redis.del(key);
    },
  };
}
