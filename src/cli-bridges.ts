/** The commands about rooms and call bridges. */
import type { Command } from 'commander';
import { type Ground, reaching, type Ways, wishesIn } from './cli-ground.ts';
import { byDefault } from './completion.ts';

interface ListCommand extends Ways {
  readonly json?: boolean;
}

interface DrainCommand extends Ways {
  readonly at?: string;
  readonly until?: string;
  readonly moveRunning?: string;
  readonly force?: boolean;
}

interface WhatIfCommand extends Ways {
  readonly from: string;
  readonly to: string;
}

/** @returns the command `rooms`, for what else concerns the list of rooms */
export function addRoomCommands(program: Command, { reach, out }: Ground): Command {
  const rooms = program
    .command('rooms')
    .description('the rooms, and whether their calendars are read; and what makes the list of them');
  byDefault(reaching(rooms.command('list', { isDefault: true })))
    .description('every room of the running program')
    .option('--json', 'as JSON')
    .action(async (given: ListCommand) => {
      const { tellRooms } = await import('./rooms-command.ts');
      await tellRooms(await reach(given), given, out);
    });
  return rooms;
}

export function addBridgeCommands(program: Command, { reach, out, say }: Ground): void {
  const bridges = program
    .command('bridges')
    .alias('bridge')
    .description('clusters and call bridges of the running program; takes one out of service, and back');
  byDefault(reaching(bridges.command('list', { isDefault: true })))
    .description('every call bridge, with what is said of it')
    .option('--json', 'as JSON')
    .action(async (given: ListCommand) => {
      const { tellCallBridges } = await import('./bridge-command.ts');
      await tellCallBridges(await reach(given), given, out);
    });
  reaching(bridges.command('drain <address>'))
    .description(
      'start no conference there; what cannot start in its cluster any more gets another number now',
    )
    .option('--at <time>', 'from then on, such as 2026-11-27T20:00:00Z; else now')
    .option('--until <time>', 'until then; else until it is resumed')
    .option('--move-running <time>', 'move what still runs there then; else it is left to end')
    .option('--force', 'though meetings are left without a call bridge or without a number')
    .action(async (address: string, given: DrainCommand) => {
      const { drainCallBridge } = await import('./bridge-command.ts');
      say(await drainCallBridge(await reach(given), address, wishesIn(given)));
    });
  reaching(bridges.command('resume <address>'))
    .description('start conferences there again; what has gone elsewhere stays there')
    .action(async (address: string, ways: Ways) => {
      const { resumeCallBridge } = await import('./bridge-command.ts');
      say(await resumeCallBridge(await reach(ways), address));
    });
  reaching(bridges.command('what-if <address>'))
    .description('what would become of the meetings that start there in that time; changes nothing')
    .requiredOption('--from <time>', 'such as 2026-11-27T20:00:00Z')
    .requiredOption('--to <time>', 'such as 2026-11-28T06:00:00Z')
    .action(async (address: string, { from, to, ...ways }: WhatIfCommand) => {
      const { askWhatIf } = await import('./bridge-command.ts');
      say(await askWhatIf(await reach(ways), address, { from, to }));
    });
}
