/** What processes have used so far, as the system counts it. */
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';

/** Of a second; fixed by the interface of the kernel (`USER_HZ`). */
const tick = 100;

/** Seconds of a processor, in user and system mode, with all threads of the process. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program may have anything in it but stands in brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / tick;
}

export interface RedisUsage {
  /** Seconds. */
  readonly cpu: number;
  /** Those that scripts give included. */
  readonly commands: number;
  /** Bytes. */
  readonly memory: number;
}

export async function redisUsage(redis: Redis): Promise<RedisUsage> {
  const info = await redis.info();
  const number = (name: string) => Number(new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1] ?? Number.NaN);
  return {
    cpu: number('used_cpu_sys') + number('used_cpu_user'),
    commands: number('total_commands_processed'),
    memory: number('used_memory'),
  };
}

/** Bytes that a process has had resident at most. */
export function peakMemory(pid: number): number {
  return 1_024 * Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}
