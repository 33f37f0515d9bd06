/**
 * The sign that a process lives: what it has claimed is its own until five seconds after its last beat, or until another
 * process has seen that it died (`deaths.ts`).
 *
 * Beside the beats it keeps a line: a connection that listens on a channel of its own name. The system closes that at once
 * when the process is killed, and keeps it open while the process is merely stopped, which is how others tell the two apart.
 * Each beat says whether Redis had the line then, and in which of its runs; a line that was never there, for the user may not
 * listen or something between us and Redis does not pass it on, makes nobody dead.
 *
 * With each beat it is looked whether another server answers than before: one that was restarted, or a replica that has
 * taken the place of another. It may lack the last moments of what was acknowledged (its own last second of an append-only
 * file, or what its master had not sent it yet), so what was begun just before it may be written nowhere.
 */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';
import { defineScript } from './script.ts';

/** Milliseconds. */
const life = 5_000;
const beatEvery = 500;
/** How long a process that has lost its line believes a beat: less than `deaths.ts` waits for the next one. */
const lifeWithoutLine = 1_000;
const serverKey = `${keyPrefix}:epoch:server`;

/** All that have beaten, until they stop or are found dead. */
export const processesKey = `${keyPrefix}:processes`;

/** Also the name of the channel that the line listens on. */
export function heartbeatKey(processId: string): string {
  return `${keyPrefix}:process:${processId}`;
}

/** For scripts: the run of Redis while a line listens on the channel, else an empty text; also where we may not ask. */
export const lineLua = `
local run
local function runOfServer()
  if not run then
    local info = redis.pcall('INFO', 'server')
    run = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
  end
  return run
end
local function runOfLine(channel)
  local listening = redis.pcall('PUBSUB', 'NUMSUB', channel)
  if listening.err or tonumber(listening[2]) == 0 then return '' end
  return runOfServer()
end
`;

// Whether the sign had stood, and since when this server is the one. Where the sign was gone it is set all the same.
const beatScript = `${lineLua}
local sign, processes, server = KEYS[1], KEYS[2], KEYS[3]
local me, beat, life = ARGV[1], ARGV[2], ARGV[3]
local stood = redis.call('EXISTS', sign)
redis.call('SET', sign, runOfLine(sign) .. ' ' .. beat, 'PX', life)
redis.call('SADD', processes, me)
local present, known = runOfServer(), redis.call('HGET', server, 'run')
if known ~= present then
  local time = redis.call('TIME')
  local since = known and string.format('%.0f', time[1] * 1000 + time[2] / 1000) or '0'
  redis.call('HSET', server, 'run', present, 'since', since)
end
return { stood, redis.call('HGET', server, 'since') }
`;

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

/**
 * Beats twice a second.
 * @param line a connection for nothing else; without it, death is only seen by the beats that fail to come
 */
export async function startHeartbeat(
  redis: Redis,
  processId: string,
  onError: (error: unknown) => void,
  line?: Redis,
): Promise<Heartbeat> {
  const sign = heartbeatKey(processId);
  const script = defineScript(redis, beatScript);
  let beats = 0;
  let beaten = { wall: 0, monotonic: 0 };
  let brokenAt = 0;
  let lostLines = 0;
  let heardOfLines = 0;
  let isOver = false;
  let serverSince = 0;
  const beat = async () => {
    // By both clocks: one may be set, the other does not go on while a machine sleeps.
    const begun = { wall: Date.now(), monotonic: performance.now() };
    const lost = lostLines;
    beats += 1;
    const keys = [sign, processesKey, serverKey];
    const [stood, since] = (await script(keys, [processId, beats, life])) as [number, string];
    if (stood === 0) brokenAt = Date.now();
    serverSince = Number(since);
    beaten = begun;
    heardOfLines = lost;
  };
  line?.subscribe(sign).catch(onError);
  line?.on('close', () => {
    lostLines += 1;
    if (!isOver) beat().catch(onError);
  });
  await beat();
  brokenAt = 0;
  const timer = setInterval(() => beat().catch(onError), beatEvery);
  return {
    unbrokenSince(at) {
      const lasts = heardOfLines === lostLines ? life : lifeWithoutLine;
      const isFresh = Date.now() < beaten.wall + lasts && performance.now() < beaten.monotonic + lasts;
      return isFresh && at > brokenAt;
    },
    serverSince: () => serverSince,
    async stop() {
      isOver = true;
      clearInterval(timer);
      await redis.multi().del(sign).srem(processesKey, processId).exec();
    },
  };
}
