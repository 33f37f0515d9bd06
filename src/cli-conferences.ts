/** The commands about conferences: what has a number, what runs now, and what is done with it. */
import { userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Argument, type Command, Option } from 'commander';
import { type Ground, reaching, type Ways } from './cli-ground.ts';
import type { OperateOptions } from './operate-command.ts';
import { operations } from './operate-usages.ts';

interface MeetingCommand extends Ways {
  readonly verify?: boolean;
  readonly trace?: boolean;
  readonly json?: boolean;
}

interface LiveCommand extends Ways {
  readonly meeting?: string;
  readonly all?: boolean;
  readonly watch?: boolean;
}

/** Between two looks with `--watch`; milliseconds. */
const watchEvery = 1_000;

export function addConferenceCommands(program: Command, ground: Ground): void {
  const { configured, reach, say, end } = ground;
  reaching(program.command('meeting <number>'))
    .description('what is open at this number of the running program, or comes next there')
    .option('--verify', 'read the bridge back and compare it field by field; changes nothing; with --config')
    .option('--trace', 'everything that happened to it, with what was asked of call bridges and Graph')
    .addOption(new Option('--json', 'as JSON').conflicts(['verify', 'trace']))
    .action(
      async (number: string, { verify = false, trace, json, ...ways }: MeetingCommand, self: Command) => {
        const { tellMeeting } = await import('./meeting-command.ts');
        const reached = await reach(ways);
        // What is read back are the call bridges themselves.
        if (verify && ways.config === undefined)
          self.error("error: option '--verify' needs option '--config <file>'", { exitCode: 2 });
        const config = verify && ways.config !== undefined ? await configured(ways.config) : undefined;
        end(await tellMeeting(reached, number, { verify: config, trace, json }));
      },
    );
  reaching(program.command('live'))
    .description('what runs now, who is in it, and what is wrong')
    .option('--meeting <number>', 'the conference at this number only')
    .option('--all', 'also those who have left')
    .option('--watch', 'again at every change, until interrupted')
    .action(async ({ watch = false, meeting: number, all, ...ways }: LiveCommand) => {
      const { tellLive } = await import('./live-command.ts');
      const reached = await reach(ways);
      const look = () => tellLive(reached, { number, all });
      if (watch) await watchOver(look, ground);
      else say(await look());
    });
  const what = new Argument('<what>', 'what to do');
  // Shown and completed; what is none of them is said by the command, which says how each is used.
  what.argChoices = [...operations];
  reaching(program.command('operate'))
    .description('do something with the meeting at this number (of place-again and tell-again also its key)')
    .argument('<number>')
    .addArgument(what)
    .argument('[words...]')
    .option('--all', 'with everybody')
    .option('--to <number>', 'of a move: the number of the other conference')
    .option('--past-lobby', 'of a move: also where guests wait for a host')
    .option('--seconds <count>', 'of a message: how long it is shown', '30')
    .option('--by <name>', 'who does it; else the name of the user of this machine')
    .action(
      async (
        number: string,
        what: string,
        words: string[],
        { by = userInfo().username, ...options }: Ways & Partial<OperateOptions>,
      ) => {
        const { tellOperation } = await import('./operate-command.ts');
        end(await tellOperation(await reach(options), number, what, words, { ...options, by }));
      },
    );
}

/** Never ends by itself; a program that does not answer for a while is waited for. */
async function watchOver(look: () => Promise<string>, { say, out }: Ground): Promise<never> {
  const isTerminal = process.stdout.isTTY;
  const { NotDone } = await import('./running.ts');
  for (let before = ''; ; await pause(watchEvery)) {
    const text = await look().catch((error: unknown) => {
      if (error instanceof NotDone) return error.message;
      throw error;
    });
    // The time of the look alone is no change.
    const now = text.replace(/^\S+/, '');
    if (now === before) continue;
    before = now;
    if (isTerminal) await out.write('\x1b[2J\x1b[H');
    say(isTerminal ? text : `${text}\n`);
  }
}
