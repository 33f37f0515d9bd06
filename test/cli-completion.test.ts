/** What a shell completes: of a tree of commands, of the built program, and in a real bash. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byDefault, completionsAt } from '../src/completion.ts';
import { choicesOf } from '../src/completion-sources.ts';
import { type Admin, openAdmin } from './http/admin-fixture.ts';
import { room } from './http/answers.ts';
import { run } from './world/command.ts';
import { builtCli } from './world/world.ts';

const minute = 60_000;

describe('offered is', () => {
  const program = new Command('it').version('1').option('--quiet', 'says less');
  program.command('hidden', { hidden: true });
  const bridges = program.command('bridges').alias('bridge').description('all of them');
  byDefault(bridges.command('list', { isDefault: true })).option('--json');
  bridges.command('drain <address>').option('--config <file>').option('--room <mailbox>', 'a room');
  program
    .command('show')
    .addArgument(new Argument('<what>').choices(['one', 'other']))
    .argument('[queue...]')
    .addOption(new Option('--state <state>').choices(['open', 'closed']))
    .option('--name <name>');
  const words = (line: string) => {
    const { choices, source } = completionsAt(program, line.split(' '));
    return [...choices.map(({ value }) => value), ...(source === undefined ? [] : [`:${source}`])];
  };

  it.each([
    ['', ['bridges', 'show', 'help']],
    ['b', ['bridges']],
    ['--', ['--version', '--quiet', '--help']],
    ['bridges ', ['list', 'drain', 'help']],
    ['bridge d', ['drain']],
    ['bridges --', ['--json', '--help', '--quiet']],
    ['bridges --json --', ['--help', '--quiet']],
    ['bridges drain ', [':call-bridges']],
    ['bridges drain x ', []],
    ['bridges drain --config ', [':files']],
    ['bridges drain --config x ', [':call-bridges']],
    ['bridges drain --config=x ', [':call-bridges']],
    ['bridges drain --room ', [':rooms']],
    ['bridges drain --c', ['--config']],
    ['bridges drain --config x --', ['--room', '--help', '--quiet']],
    ['show ', ['one', 'other']],
    ['show one ', [':queues']],
    ['show one two three ', [':queues']],
    ['show --state ', ['open', 'closed']],
    ['show --state=o', ['--state=open']],
    ['show --name ', []],
    ['show --name x o', ['one', 'other']],
    ['show --unknown o', ['one', 'other']],
    ['show -- --', []],
    ['show -- o', ['one', 'other']],
    ['nothing ', []],
  ])('after "%s": %j', (line, offered) => {
    expect(words(line)).toEqual(offered);
  });

  it('tells what options were given, with their values', () => {
    expect(completionsAt(program, ['bridges', 'drain', '--config', 'a.yaml', '--room=b', '']).given).toEqual({
      ...{ config: 'a.yaml', room: 'b' },
    });
  });
});

describe('of the running program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'roombridge-completion-'));
  let admin: Admin;
  let url: string;
  beforeAll(async () => {
    admin = await openAdmin({
      listRooms: async () => [
        { ...room, name: 'Board\x1b[2J' },
        { ...room, mailbox: 'huddle@example.com', name: 'Huddle' },
      ],
      listCallBridges: async () => [
        { address: 'https://cms1.example.com:445', cluster: 'emea', drain: null },
        { address: 'https://cms2.example.com:445', cluster: 'emea', drain: null },
      ],
    });
    url = `http://127.0.0.1:${admin.port}`;
    // As it is in the path; what is waited for a second in a terminal may take longer here.
    const start = `#!/bin/sh
      [ "$1" = complete ] && { shift; set -- complete --within ${minute} "$@"; }
      exec "${process.execPath}" "${builtCli()}" "$@"`;
    writeFileSync(join(folder, 'roombridge'), start, { mode: 0o755 });
    writeFileSync(join(folder, 'config.yaml'), '');
    writeFileSync(join(folder, 'config two.yaml'), '');
  });
  afterAll(async () => {
    await admin.instance.close();
    rmSync(folder, { recursive: true });
  });

  it('the names are offered', async () => {
    const names = async (source: Parameters<typeof choicesOf>[0]) =>
      (await choicesOf(source, async () => ({ url }), minute)).map(({ value }) => value);
    expect(await names('rooms')).toEqual(['board@example.com', 'huddle@example.com']);
    expect(await names('call-bridges')).toEqual([
      'https://cms1.example.com:445',
      'https://cms2.example.com:445',
    ]);
    expect(await names('queues')).toContain('calendar');
  });

  it('nothing is offered, and nothing said, where it says nothing itself', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    expect(await choicesOf('rooms', async () => ({ url: `http://127.0.0.1:${port}` }), 50)).toEqual([]);
    silent.close();
    const nobody = async () => {
      throw new Error('nobody has said where');
    };
    expect(await choicesOf('rooms', nobody, minute)).toEqual([]);
  });

  it('every word of the command line itself is offered, with what it does', async () => {
    const asked = (...words: string[]) =>
      run(['complete', '--within', `${minute}`, '--', ...words], { env: { ROOMBRIDGE_URL: url } });
    const [commands, states, rooms, operations] = await Promise.all([
      asked(''),
      asked('meetings', '--state', ''),
      asked('meetings', '--room', 'b'),
      asked('operate', '80991000', 'un'),
    ]);
    for (const name of ['meetings', 'meeting', 'rooms', 'bridges', 'queues', 'tickets', 'completion'])
      expect(commands.stdout).toMatch(new RegExp(`^${name}\t\\S`, 'm'));
    expect(commands.stdout).not.toMatch(/^complete\t/m);
    expect(states.stdout).toBe('planned\t\nopen\t\nclosed\t\ncancelled\t\nunplaced\t\n');
    expect(rooms.stdout).toBe('board@example.com\tBoard␛[2J\n');
    expect(operations.stdout).toBe('unmute\t\nunlock\t\n');
  });

  /** Presses the key at the end of each line, as bash calls a completion. */
  async function inBash(lines: readonly string[]): Promise<string[][]> {
    const script = `
      eval "$(roombridge completion bash)"
      [[ $(complete -p roombridge) == *_roombridge* ]] || exit 9
      for line; do
        COMP_LINE=$line COMP_POINT=\${#line} COMP_WORDS=()
        # The words as readline takes them apart.
        while IFS= read -r word; do COMP_WORDS+=("$word"); done < <(grep -oE '[:=]+|[^:= ]+' <<< "$line")
        [[ $line == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
        _roombridge
        printf '%s|' "\${COMPREPLY[@]}"
        echo
      done`;
    const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, ROOMBRIDGE_URL: url };
    const args = ['--norc', '-c', script, 'bash', ...lines];
    const { code, stdout, stderr } = await run(args, { program: ['bash'], env, cwd: folder });
    expect([code, stderr]).toEqual([0, '']);
    return stdout
      .trimEnd()
      .split('\n')
      .map((offered) => offered.split('|').filter((one) => one !== ''));
  }

  it('bash completes words, and what stands behind the last colon of an address that it has taken apart', async () => {
    const expected = {
      'roombridge meeti': ['meeting', 'meetings'],
      'roombridge queues pause co': ['conference'],
      'roombridge meetings --st': ['--state'],
      'roombridge meetings --state=op': ['open'],
      'roombridge meetings --room h': ['huddle@example.com'],
      'roombridge bridge drain https:': ['//cms1.example.com:445', '//cms2.example.com:445'],
      'roombridge bridge drain https://cms1.example.com:4': ['445'],
      'roombridge bridge drain https://cms1.example.com:445 --mo': ['--move-running'],
      'roombridge check --config co': ['config two.yaml', 'config.yaml'],
      'roombridge meetings --q ': [],
    };
    const offered = await inBash(Object.keys(expected));
    expect(offered.map((values) => values.sort())).toEqual(Object.values(expected));
  });

  it.each(['bash', 'zsh', 'fish'])(
    'there is a script for %s, which that shell can read where it is',
    async (shell) => {
      const { code, stdout } = await run(['completion', shell]);
      expect(code).toBe(0);
      expect(stdout).toContain('roombridge complete -- ');
      const parse = `command -v ${shell} > /dev/null || exit 0; ${shell} -n "$1"`;
      const file = join(folder, `script.${shell}`);
      writeFileSync(file, stdout);
      expect(await run(['-c', parse, 'bash', file], { program: ['bash'] })).toEqual({
        ...{ code: 0, stdout: '', stderr: '' },
      });
    },
  );
});
