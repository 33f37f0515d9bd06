/** The commands by which a shell completes what is typed. */
import { Argument, type Command } from 'commander';
import type { Ground } from './cli-ground.ts';
import { type Choice, completionsAt } from './completion.ts';
import type { Shell } from './completion-scripts.ts';
import { harmless } from './terminal.ts';

export function addCompletionCommands(program: Command, { reach, out }: Ground): void {
  program
    .command('completion')
    .description('a script that has your shell complete commands, options and names; see deploy/README.md')
    .addArgument(new Argument('<shell>', 'yours').choices(['bash', 'zsh', 'fish'] satisfies Shell[]))
    .action(async (shell: Shell) => {
      const { completionScript } = await import('./completion-scripts.ts');
      await out.write(completionScript(shell));
    });
  program
    .command('complete', { hidden: true })
    .argument('[words...]', 'what follows the name of the program, up to the cursor')
    // Somebody who has pressed a key waits so long gladly.
    .option('--within <milliseconds>', 'for the answer of the running program', Number, 1_000)
    .action(async (words: string[], { within }: { within: number }) => {
      const { choices, source, given } = completionsAt(program, words);
      if (source === 'files') return await out.write(':files\n');
      const current = words.at(-1) ?? '';
      let more: readonly Choice[] = [];
      if (source !== undefined) {
        const { choicesOf } = await import('./completion-sources.ts');
        more = await choicesOf(source, () => reach(given), within);
      }
      const lines = [...choices, ...more.filter(({ value }) => value.startsWith(current))];
      await out.write(
        lines.map(({ value, description }) => `${harmless(value)}\t${harmless(description)}\n`).join(''),
      );
    });
}
