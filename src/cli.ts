#!/usr/bin/env node
/** The commands, thin. Exit codes: 0 well, 1 a failure at work, 2 bad usage or configuration. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, Option } from 'commander';
import { type Role, roles, startApp } from './app.ts';
import { check } from './check.ts';
import { type Config, loadConfig } from './config.ts';
import { ConfigError, describeConfigError } from './config-problems.ts';
import { createLog } from './log.ts';

/** The promise of the contract: SIGTERM to exit. */
const shutdownWithin = 10_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function fail(text: string, code: 1 | 2): never {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

function configured(file: string): Config {
  try {
    return loadConfig(file, process.env);
  } catch (error) {
    if (error instanceof ConfigError) fail(describeConfigError(file, error), 2);
    throw error;
  }
}

async function start({ config: file, role }: { config: string; role: Role }): Promise<void> {
  const config = configured(file);
  const log = createLog(config.log);
  let stopping = false;
  let app: Awaited<ReturnType<typeof startApp>> | undefined;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), shutdownWithin - 500).unref();
    // A signal during the start is obeyed once there is something to close.
    if (app !== undefined) void app.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'roombridge has failed');
    process.exit(1);
  });
  try {
    app = await startApp(config, role, log);
  } catch (error) {
    fail(`roombridge could not start: ${whyNotStarted(error, config)}`, 1);
  }
  if (stopping) {
    await app.close();
    process.exit(0);
  }
  log.info({ role, ...app.addresses }, 'roombridge is running');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An address that cannot be listened at is told with the key that names it. */
function whyNotStarted(error: unknown, { http }: Config): string {
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall !== 'listen') return messageOf(error);
  // Where both have the same port, they differ in their hosts.
  const isAdmin = port === http.admin.port && (port !== http.public.port || address !== http.public.host);
  const key = isAdmin ? 'http.admin' : 'http.public';
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${address} (${key}) is in use: end the program that has it, perhaps another roombridge, or configure another port`;
    case 'EACCES':
      return `this user may not listen at port ${port} of ${address} (${key}): configure a port from 1024 on`;
    case 'EADDRNOTAVAIL':
      return `${address} (${key}) is not an address of this machine`;
    default:
      return `${messageOf(error)} (${key})`;
  }
}

/** The demo is a program of its own: it plays Outlook and the bridges, and starts this one as anybody would. */
function demo({ once }: { once?: boolean }): void {
  const script = fileURLToPath(new URL('../test/demo/demo.js', import.meta.url));
  if (!existsSync(script)) fail(`the demo is not part of this installation: ${script} is missing`, 1);
  const child = spawn(process.execPath, [script, ...(once === true ? ['--once'] : [])], { stdio: 'inherit' });
  // The terminal signals the demo itself; this process only waits for its word.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

function version(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  return String(JSON.parse(readFileSync(manifest, 'utf8')).version);
}

const program = new Command('roombridge')
  .description('Connects Outlook room bookings to conferences on Cisco Meeting Server.')
  .version(version())
  .exitOverride();
const configOption = new Option('--config <file>', 'configuration file (YAML)').makeOptionMandatory();

program
  .command('start')
  .description('run the receiver, the workers, or both')
  .addOption(configOption)
  .addOption(new Option('--role <role>', 'what this process does').choices(roles).default('all'))
  .action(start);
program
  .command('check')
  .description('validate the configuration, then try everything it names')
  .addOption(configOption)
  .action(async ({ config: file }: { config: string }) => {
    const well = await check(configured(file), say);
    // A name that DNS still looks for would keep the process for long; what was said goes out first.
    process.stdout.write('', () => process.exit(well ? 0 : 1));
  });
program
  .command('demo')
  .description('a minute in the life of a meeting, against simulated Exchange and bridges')
  .option('--once', 'exit after the story: 0 when every step was seen, else 1')
  .action(demo);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  fail(`roombridge failed: ${messageOf(error)}`, 1);
}
