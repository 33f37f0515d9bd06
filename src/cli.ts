#!/usr/bin/env node
/**
 * The commands, thin. Exit codes: 0 well, 1 a failure at work, 2 bad usage or configuration. What only one of them needs is
 * loaded by that one: somebody waits for the others to answer.
 */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, Option } from 'commander';
import type { Role } from './app.ts';
import { addAdminCommands } from './cli-admin.ts';
import { addBackupCommands } from './cli-backup.ts';
import { addBridgeCommands, addRoomCommands } from './cli-bridges.ts';
import { addCompletionCommands } from './cli-completion.ts';
import { addConferenceCommands } from './cli-conferences.ts';
import { createGround } from './cli-ground.ts';
import { addListCommands } from './cli-lists.ts';
import { addTicketCommands } from './cli-tickets.ts';
import type { Config, RoomConfig } from './config.ts';
import { ConfigError, describeConfigError } from './config-problems.ts';
import { harmlessLines } from './terminal.ts';
import { version } from './version.ts';

function fail(text: string, code: 1 | 2): never {
  process.stderr.write(`${harmlessLines(text)}\n`);
  process.exit(code);
}

async function configured(file: string): Promise<Config> {
  const { loadConfig } = await import('./config.ts');
  return await told(file, async () => loadConfig(file, process.env));
}

/** What `work` gives; mistakes in the configuration's file end the process. */
async function told<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) fail(describeConfigError(file, error), 2);
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface CheckCommand {
  readonly config: string;
  readonly room?: string;
  readonly outside?: string;
  readonly script?: string;
}

async function checkCommand({ config: file, script, ...options }: CheckCommand): Promise<void> {
  const config = await configured(file);
  if (options.room !== undefined) roomOf(config, file, options.room);
  const { check } = await import('./check.ts');
  const checked = await check(config, options);
  say(checked.table);
  if (script !== undefined) writeNew(script, checked.script);
  // A name that DNS still looks for would keep the process for long; what was said goes out first.
  process.stdout.write('', () => process.exit(checked.well ? 0 : 1));
}

function roomOf(config: Config, file: string, mailbox: string): RoomConfig {
  const room = config.rooms.find((one) => one.mailbox === mailbox.toLowerCase());
  return room ?? fail(`${mailbox} is not among the rooms of ${file}`, 2);
}

interface AuditCommand {
  readonly config: string;
  readonly room?: string;
}

async function auditCommand({ config: file, room }: AuditCommand): Promise<void> {
  const config = await configured(file);
  const mailbox = room === undefined ? undefined : roomOf(config, file, room).mailbox;
  const { auditRooms, tellAudit } = await import('./audit.ts');
  const { text, well } = tellAudit(await auditRooms(config, mailbox));
  say(text);
  process.stdout.write('', () => process.exit(well ? 0 : 1));
}

interface ExplainCommand {
  readonly config: string;
  readonly room: string;
  readonly event: string;
}

async function explainCommand({ config: file, room, event }: ExplainCommand): Promise<void> {
  const config = await configured(file);
  const { explainEntry } = await import('./explain-entry.ts');
  const { text, well } = await explainEntry(config, roomOf(config, file, room), event);
  say(text);
  process.stdout.write('', () => process.exit(well ? 0 : 1));
}

interface ImportCommand {
  readonly config: string;
  readonly list?: string;
  readonly csv?: string;
  readonly output?: string;
}

async function importCommand({ config: file, output, ...source }: ImportCommand): Promise<void> {
  if (source.csv !== undefined && source.list !== undefined) fail('give either --csv or --list', 2);
  const { importRooms } = await import('./rooms-import.ts');
  const imported = await told(file, () => importRooms(file, process.env, source));
  for (const note of imported.notes) process.stderr.write(`${note}\n`);
  if (output === undefined) process.stdout.write(imported.yaml);
  else writeNew(output, imported.yaml);
  process.stdout.write('', () => process.exit(imported.complete ? 0 : 1));
}

/** Nothing that is there is overwritten: it may be the configuration itself. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    fail(`${file} could not be written: ${isThere(error) ? 'it is there already' : messageOf(error)}`, 1);
  }
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
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

const program = new Command('roombridge')
  .description('Connects Outlook room bookings to conferences on Cisco Meeting Server.')
  .version(version)
  .exitOverride();
const roles: readonly Role[] = ['all', 'receiver', 'worker'];
const ground = createGround(program, process.env, configured);
const { configOption, say } = ground;

program
  .command('start')
  .description('run the receiver, the workers, or both')
  .addOption(configOption)
  .addOption(new Option('--role <role>', 'what this process does').choices(roles).default('all'))
  .action(async ({ config: file, role }: { config: string; role: Role }) => {
    const config = await configured(file);
    const [{ start }, { clearEnvironment }] = await Promise.all([
      import('./start.ts'),
      import('./discretion.ts'),
    ]);
    clearEnvironment(process.env, config);
    await start(config, role, (text) => fail(text, 1));
  });
program
  .command('check')
  .description('validate the configuration, then try everything it names')
  .addOption(configOption)
  .option('--room <mailbox>', 'look at this room only, and more closely')
  .option('--outside <mailbox>', 'a mailbox that the application should not reach: try whether it does')
  .option('--script <file>', 'write the PowerShell that mends what was found to a file; it is never run')
  .action(checkCommand);
program
  .command('audit')
  .description('have the running program compare its rooms with what it holds, and repair what differs')
  .addOption(configOption)
  .option('--room <mailbox>', 'this room only')
  .action(auditCommand);
program
  .command('explain')
  .description("say what would be done with an entry of a room's calendar, and why; changes nothing")
  .addOption(configOption)
  .requiredOption('--room <mailbox>', 'the room')
  .requiredOption('--event <id>', "the entry's id in the room's mailbox, or its iCalUId")
  .action(explainCommand);
addRoomCommands(program, ground)
  .command('import')
  .description('list rooms from Places, or from a CSV file, as YAML for the configuration')
  .addOption(configOption)
  .option('--list <smtp>', 'the rooms of this room list only')
  .option('--csv <file>', 'take them from a CSV file with a header line (mailbox, name, sip, …)')
  .option('--output <file>', 'write to a new file instead of standard output')
  .action(importCommand);
addListCommands(program, ground);
addBridgeCommands(program, ground);
addConferenceCommands(program, ground);
addTicketCommands(program, ground);
addAdminCommands(program, ground);
addBackupCommands(program, ground);
addCompletionCommands(program, ground);
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
