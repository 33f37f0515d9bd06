/** The built command line, run as anybody would from a shell. */
import { type ChildProcess, spawn } from 'node:child_process';
import { builtCli } from './world.ts';

export interface Ended {
  /** The exit code, or the signal's name. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Both streams so far. */
  readonly output: () => string;
  readonly ended: Promise<Ended>;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Instead of Node.js with the built command line. */
  readonly program?: readonly string[];
}

export function launch(args: readonly string[], options: CommandOptions = {}): Running {
  const [program = '', ...first] = options.program ?? [process.execPath, builtCli()];
  const child = spawn(program, [...first, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal ?? -1, stdout, stderr }));
  });
  return { child, output: () => stdout + stderr, ended };
}

/** To its end. */
export function run(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return launch(args, options).ended;
}
