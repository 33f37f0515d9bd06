/** The commands about conferences: what has a number, what runs now, and what is done with it. */
import { userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command, Option } from 'commander';
import type { Config } from './config.ts';
import { tellLive } from './live-command.ts';
import { tellMeeting } from './meeting-command.ts';
import { type OperateOptions, operations, tellOperation } from './operate-command.ts';
import { NotDone } from './running.ts';

interface Tools {
  readonly configOption: Option;
  /** The configuration of a file; mistakes in it end the process. */
  configured(file: string): Config;
  say(text: string): void;
}

interface ConfigCommand {
  readonly config: string;
}

interface LiveCommand extends ConfigCommand {
  readonly meeting?: string;
  readonly all?: boolean;
  readonly watch?: boolean;
}

/** Between two looks with `--watch`; milliseconds. */
const watchEvery = 1_000;

export function addConferenceCommands(program: Command, { configOption, configured, say }: Tools): void {
  const end = ({ text, well }: { readonly text: string; readonly well: boolean }) => {
    say(text);
    process.stdout.write('', () => process.exit(well ? 0 : 1));
  };
  program
    .command('meeting <number>')
    .description('what is open at this number of the running program, or comes next there')
    .addOption(configOption)
    .option('--verify', 'read the bridge back and compare it field by field; changes nothing')
    .option('--trace', 'everything that happened to it, with what was asked of call bridges and Graph')
    .action(
      async (
        number: string,
        { config: file, ...wanted }: ConfigCommand & { verify?: boolean; trace?: boolean },
      ) => end(await tellMeeting(configured(file), number, wanted)),
    );
  program
    .command('live')
    .description('what runs now, who is in it, and what is wrong')
    .addOption(configOption)
    .option('--meeting <number>', 'the conference at this number only')
    .option('--all', 'also those who have left')
    .option('--watch', 'again at every change, until interrupted')
    .action(async ({ config: file, watch = false, meeting: number, all }: LiveCommand) => {
      const { admin } = configured(file).http;
      const look = () => tellLive(admin, { number, all });
      if (watch) await watchOver(look, say);
      else say(await look());
    });
  program
    .command('operate <number> <what> [words...]')
    .description(
      `do something with the meeting at this number (of place-again and tell-again also its key): ${operations.join(', ')}`,
    )
    .addOption(configOption)
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
        { config: file, by = userInfo().username, ...options }: ConfigCommand & Partial<OperateOptions>,
      ) => end(await tellOperation(configured(file), number, what, words, { ...options, by })),
    );
}

/** Never ends by itself; a program that does not answer for a while is waited for. */
async function watchOver(look: () => Promise<string>, say: (text: string) => void): Promise<never> {
  const isTerminal = process.stdout.isTTY;
  for (let before = ''; ; await pause(watchEvery)) {
    const text = await look().catch((error: unknown) => {
      if (error instanceof NotDone) return error.message;
      throw error;
    });
    // The time of the look alone is no change.
    const now = text.replace(/^\S+/, '');
    if (now === before) continue;
    before = now;
    say(isTerminal ? `\x1b[2J\x1b[H${text}` : `${text}\n`);
  }
}
