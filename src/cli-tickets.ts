/** The commands about tickets: what an administrator must see to, and that somebody does. */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type Ground, reaching, type Ways } from './cli-ground.ts';

interface TicketsCommand extends Ways {
  readonly all?: boolean;
  readonly json?: boolean;
}

interface AcknowledgeCommand {
  readonly note: string;
  readonly by?: string;
}

export function addTicketCommands(program: Command, { reach, say }: Ground): void {
  const tickets = reaching(program.command('tickets'))
    .description('what the running program wants an administrator to see to')
    .option('--all', 'also what was closed in the last 30 days')
    .option('--json', 'as JSON')
    .action(async (given: TicketsCommand) => {
      const { listTickets } = await import('./tickets.ts');
      say(await listTickets(await reach(given), given));
    });
  tickets
    .command('acknowledge <id>')
    .description('say that somebody knows of a ticket; it closes by itself when its cause is mended')
    .requiredOption('--note <text>', 'what is being done about it')
    .option('--by <name>', 'who says so; else the name of the user of this machine')
    .configureHelp({ showGlobalOptions: true })
    .action(async (id: string, { note, by }: AcknowledgeCommand, self: Command) => {
      const { acknowledgeTicket } = await import('./tickets.ts');
      const reached = await reach(self.optsWithGlobals<TicketsCommand>());
      say(await acknowledgeTicket(reached, id, { note, by: by ?? userInfo().username }));
    });
}
