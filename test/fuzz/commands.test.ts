/** Whatever is typed behind the program's name: it is done, or refused with one clear sentence; never with a stack. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Command, CommanderError } from 'commander';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addAdminCommands } from '../../src/cli-admin.ts';
import { addBridgeCommands, addRoomCommands } from '../../src/cli-bridges.ts';
import { addCompletionCommands } from '../../src/cli-completion.ts';
import { addConferenceCommands } from '../../src/cli-conferences.ts';
import { createGround, type Ground } from '../../src/cli-ground.ts';
import { addListCommands } from '../../src/cli-lists.ts';
import { addTicketCommands } from '../../src/cli-tickets.ts';
import { NotDone } from '../../src/running.ts';
import { builtCli } from '../world/world.ts';
import { holds, timeout, watchForThrown } from './hunting.ts';
import { awkward } from './mutations.ts';

watchForThrown();

/** The tree of commands as the program has it, which says what it says into a list, and never leaves this process. */
function commandTree() {
  const said: string[] = [];
  const program = new Command('roombridge').version('1').exitOverride();
  program.configureOutput({
    writeOut: (text) => void said.push(text),
    writeErr: (text) => void said.push(text),
  });
  const own = createGround(program, {}, async () => {
    throw new NotDone('there is no configuration here');
  });
  const ground: Ground = {
    ...own,
    out: {
      screen: { width: 80, isColoured: false, zone: 'UTC' },
      write: async (text) => void said.push(text),
      remark: (text) => void said.push(text),
    },
    say: (text) => void said.push(text),
    end: ({ text }) => void said.push(text),
  };
  addRoomCommands(program, ground);
  addListCommands(program, ground);
  addBridgeCommands(program, ground);
  addConferenceCommands(program, ground);
  addTicketCommands(program, ground);
  addAdminCommands(program, ground);
  addCompletionCommands(program, ground);
  return { program, said };
}

const words = new Set<string>();
const collect = (command: Command): void => {
  for (const { long, short } of command.options) for (const name of [long, short]) if (name) words.add(name);
  for (const one of command.commands) {
    words.add(one.name());
    collect(one);
  }
};
collect(commandTree().program);

const beginnings = commandTree().program.commands.flatMap((one) => [
  [one.name()],
  ...one.commands.map((inner) => [one.name(), inner.name()]),
]);
/** Nobody listens there: it is known at once that nothing can be asked. */
const nowhere = ['--url', 'http://127.0.0.1:9'];
const word = fc.oneof(
  awkward,
  fc.constantFrom(...words),
  fc.constantFrom(
    '80991000',
    '2026-11-27',
    '2026-11-27T09:00',
    'emea',
    'board@example.com',
    'https://cms1',
    'all',
    '--',
    '-',
    '-h',
    '--help',
    '--config',
  ),
  fc.constantFrom(
    '--json',
    '--limit=1e9',
    '--from=2026-13-45',
    '--to',
    '--zone=Mars/Base',
    '--state=',
    '--meeting=\0',
    '--no-such',
    '-xyz',
    '--url=ftp://x',
    '--within=x',
  ),
);
// Of these one waits until somebody interrupts it.
const lines = fc
  .tuple(fc.constantFrom(...beginnings), fc.array(word, { maxLength: 6 }), fc.boolean())
  .map(([begin, more, isReaching]) => [
    ...begin,
    ...more.filter((one) => !one.startsWith('--w')),
    ...(isReaching ? nowhere : []),
  ]);

it('every line is done or refused in one clear sentence', { timeout }, async () => {
  await holds(lines, 400, async (line) => {
    const { program, said } = commandTree();
    const failure = await program.parseAsync(line, { from: 'user' }).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) return;
    // What the program itself makes 2, or 0 for help; anything else it says, and makes 1.
    const isUsage = failure instanceof CommanderError;
    expect(isUsage || failure instanceof NotDone).toBe(true);
    const { message } = failure as Error;
    const shown = isUsage ? said.join('') : message;
    expect(shown).not.toMatch(/\bat .*\.[jt]s:\d|node_modules|\bundefined\b|\[object /);
    // A group of commands shows what is in it.
    if (isUsage && failure.exitCode !== 0 && failure.code !== 'commander.help')
      expect(shown.match(/^error: /gm)).toHaveLength(1);
    if (!isUsage) expect(message.length).toBeLessThan(2_000);
  });
});

/** In a process of its own, as people do. */
async function run(...line: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [builtCli(), ...line], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
}

it.each([
  [['start']],
  [['start', '--config', '/dev/null', '--role', '__proto__']],
  [['check', '--config', '/dev/null/x']],
  [['explain', '--config', '\ud800\u202e', '--room', 'x', '--event', '']],
  [['no-such-command', '--\x1b[2J']],
])('%j is refused with exit code 2', async (line) => {
  const { code, out, err } = await run(...line);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).not.toMatch(/\bat .*\.[jt]s:\d|node_modules/);
  // No escape of a terminal.
  expect(err).not.toContain('\u001b');
  expect(err.trim().split('\n').length).toBeLessThanOrEqual(3);
});
