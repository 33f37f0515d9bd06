/**
 * Sees that a process has died, within two seconds where it was killed: its line is closed (`heartbeat.ts`) and its beats no
 * longer come. Of one that was stopped, or cut off with its line open, only the end of its sign tells, after five seconds. Exactly one
 * of those that watch is told of a death; whoever was taken for dead and lives finds its sign gone at its next beat.
 */
import type { Redis } from 'ioredis';
import { heartbeatKey, lineLua, processesKey } from './heartbeat.ts';
import { defineScript, type Script } from './script.ts';

/** Milliseconds between two looks. */
const lookEvery = 250;
/** So long no beat may have come since the line was found closed: three that one who lives would have sent. */
const silence = 1_500;

// Pairs of a process and its last sign; an empty one where there is none any more.
const lookScript = `${lineLua}
local suspects = {}
for _, process in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local sign = redis.call('GET', KEYS[2] .. process) or ''
  local hadLine = string.match(sign, '^%x+ ') ~= nil
  if sign == '' or (hadLine and runOfLine(KEYS[2] .. process) == '') then
    suspects[#suspects + 1] = process
    suspects[#suspects + 1] = sign
  end
end
return suspects
`;

// A sign of a former run of Redis says nothing of a line: all lines were closed when that ended.
const buryScript = `${lineLua}
local processes, key, own = KEYS[1], KEYS[2], KEYS[3]
local process, sign = ARGV[1], ARGV[2]
if (redis.call('GET', key) or '') ~= sign then return 0 end
if sign ~= '' then
  local present = runOfLine(own)
  if present == '' or string.match(sign, '^%x+') ~= present or runOfLine(key) ~= '' then return 0 end
  redis.call('DEL', key)
end
return redis.call('SREM', processes, process)
`;

export interface DeathWatch {
  stop(): void;
}

export interface DeathWatchOptions {
  readonly redis: Redis;
  /** This process; with a line of its own, or it judges by signs alone. */
  readonly processId: string;
  onDeath(processId: string): Promise<void>;
  onError(error: unknown): void;
}

export function watchDeaths({ redis, processId, onDeath, onError }: DeathWatchOptions): DeathWatch {
  const look: Script = defineScript(redis, lookScript);
  const bury: Script = defineScript(redis, buryScript);
  /** Since when each was found in this way. */
  const suspected = new Map<string, { readonly sign: string; readonly since: number }>();
  const round = async () => {
    const begun = performance.now();
    const found = (await look([processesKey, heartbeatKey('')], [])) as string[];
    const suspects = new Map(
      found.flatMap((process, i) => (i % 2 === 0 ? [[process, found[i + 1] ?? ''] as const] : [])),
    );
    for (const process of suspected.keys()) if (!suspects.has(process)) suspected.delete(process);
    for (const [process, sign] of suspects) {
      const before = suspected.get(process);
      if (before?.sign !== sign) suspected.set(process, { sign, since: performance.now() });
      const isSilent = before?.sign === sign && begun - before.since >= silence;
      if (process === processId || !(sign === '' || isSilent)) continue;
      const keys = [processesKey, heartbeatKey(process), heartbeatKey(processId)];
      if ((await bury(keys, [process, sign])) !== 1) continue;
      suspected.delete(process);
      await onDeath(process);
    }
  };
  let isLooking = false;
  const timer = setInterval(() => {
    // Redis may take longer than it takes to the next look.
    if (isLooking) return;
    isLooking = true;
    round()
      .catch(onError)
      .finally(() => {
        isLooking = false;
      });
  }, lookEvery);
  return { stop: () => clearInterval(timer) };
}
