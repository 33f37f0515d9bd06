/** `roombridge backup` and `restore`, thin. */
import type { Command } from 'commander';
import type { Ground } from './cli-ground.ts';

interface Given {
  readonly config: string;
}

export function addBackupCommands(program: Command, { configOption, configured, end }: Ground): void {
  program
    .command('backup')
    .description(
      'write what of Redis cannot be rebuilt to a new file, beside a running program or without one',
    )
    .argument('<file>', 'the new file; it holds what passwords and tokens are known by')
    .addOption(configOption)
    .action(async (file: string, { config }: Given) => {
      const loaded = await configured(config);
      const { backUp } = await import('./backup-command.ts');
      end({ text: await backUp(loaded, file, Date.now()), well: true });
    });
  program
    .command('restore')
    .description('write such a file into an empty Redis, on which no program runs; the rest is rebuilt')
    .argument('<file>', 'what backup has written')
    .addOption(configOption)
    .option('--merge', 'also where something is already: of one thing the word of the file counts')
    .action(async (file: string, { config, ...how }: Given & { merge?: boolean }) => {
      const loaded = await configured(config);
      const { restore } = await import('./backup-command.ts');
      end({ text: await restore(loaded, file, how), well: true });
    });
}
