/** Which processes live, also when their number has been given to another, and a lock that ends with its holder. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessMark {
  readonly pid: number;
  /** When it was started, as the system tells it: after a container's restart the same numbers are used again. */
  readonly started: string;
}

/** Undefined when there is no such process, or only a zombie of it. */
export function markOf(pid: number): ProcessMark | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0 || !exists(pid)) return undefined;
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

export function isAlive({ pid, started }: ProcessMark): boolean {
  return markOf(pid)?.started === started;
}

/** Runs `work` while no other process that locks the same file does. Throws when a living one holds it for a minute. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 60_000;
  while (!take(file)) {
    breakStale(file);
    if (Date.now() > deadline) {
      throw new Error(
        `Process ${holderOf(file)?.pid ?? 'unknown'} has held ${file} for a minute: end it and start again`,
      );
    }
    await sleep(20);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** proc(5): the fields after the command's name, which may itself hold spaces and brackets. */
function startedOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // A killed process is a zombie while the last of its threads still holds its files and ports.
    const over = /[ZX]/.test(fields[0] ?? '') && readdirSync(`/proc/${pid}/task`).length <= 1;
    return over ? undefined : `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function startedByPs(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [, state = '', started] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout ?? '') ?? [];
  return state.startsWith('Z') ? undefined : started;
}

function take(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify(markOf(process.pid)), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Under a second lock: of two that find a dead holder, the slower one would else remove the lock of the faster. */
function breakStale(file: string): void {
  if (!isStale(file)) return;
  const breaker = `${file}.break`;
  if (!take(breaker)) {
    if (ageOf(breaker) > 10_000) rmSync(breaker, { force: true });
    return;
  }
  if (isStale(file)) rmSync(file, { force: true });
  rmSync(breaker, { force: true });
}

/** A lock without a holder in it is one that is being written, unless it is old. */
function isStale(file: string): boolean {
  const holder = holderOf(file);
  return holder === undefined ? ageOf(file) > 5_000 : !isAlive(holder);
}

function holderOf(file: string): ProcessMark | undefined {
  try {
    const holder: Partial<ProcessMark> | null = JSON.parse(readFileSync(file, 'utf8'));
    const { pid, started } = holder ?? {};
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

function ageOf(file: string): number {
  const mtimeMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return mtimeMs === undefined ? 0 : Date.now() - mtimeMs;
}
