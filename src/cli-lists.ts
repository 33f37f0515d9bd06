/** The commands that show what the running program has: meetings, queues, the audit log, reports. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AuditLogOptions } from './audit-log-command.ts';
import { type Ground, reaching, type Ways, wishesIn } from './cli-ground.ts';
import { byDefault } from './completion.ts';
import { meetingStates } from './conference/meeting.ts';
import type { MeetingsOptions } from './meetings-command.ts';
import type { ReportsOptions } from './reports-command.ts';

export function addListCommands(program: Command, ground: Ground): void {
  addMeetings(program, ground);
  addQueues(program, ground);
  addAuditLog(program, ground);
  addReports(program, ground);
}

function limitOption(): Option {
  return new Option('--limit <count>', 'so many, 1000 at most').argParser(countIn).default(100);
}

function addMeetings(program: Command, { reach, out }: Ground): void {
  reaching(program.command('meetings'))
    .description('what is booked, runs and has run, by its start; a day back and a week ahead unless told')
    .option('--q <words>', 'beginnings of words in title, room, organizer or number')
    .option('--room <mailbox>', 'in this room')
    .option('--organizer <address>', 'of this organizer')
    .option('--number <number>', 'at this number')
    .addOption(new Option('--state <state>', 'in this state').choices(meetingStates))
    .option('--from <time>', 'such as 2026-11-27, 2026-11-27T09:00 or 2026-11-27T09:00:00Z', startIn)
    .option('--to <time>', 'until then; a day alone to its end', endIn)
    .addOption(limitOption())
    .addOption(new Option('--all', 'all of them').conflicts('limit'))
    .option('--json', 'as JSON: what the API answers; with --all one array of all')
    .action(async (given: Ways & MeetingsOptions) => {
      const { tellMeetings } = await import('./meetings-command.ts');
      await tellMeetings(await reach(given), wishesIn(given), out);
    });
}

function addQueues(program: Command, { reach, out, say }: Ground): void {
  const queues = program
    .command('queues')
    .description('the work that waits, what fails of it, and what is done about that');
  byDefault(reaching(queues.command('list', { isDefault: true })))
    .description('every queue, with what waits in it')
    .option('--json', 'as JSON')
    .action(async (given: Ways & { json?: boolean }) => {
      const { tellQueues } = await import('./queues-command.ts');
      await tellQueues(await reach(given), given, out);
    });
  reaching(queues.command('failing [queue]'))
    .description('what has failed and is tried again, in one queue or in all')
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, given: Ways & { json?: boolean }) => {
      const { tellFailing } = await import('./queues-command.ts');
      await tellFailing(await reach(given), name, given, out);
    });
  const actions = {
    'retry <queue> <key>': 'try now what `queues failing` has under this key',
    'drop <queue> <key>': 'give it up, until somebody asks for it again',
    'pause <queue>': 'begin nothing of it until it is resumed',
    'resume <queue>': 'go on with it',
  } as const;
  for (const [usage, description] of Object.entries(actions)) {
    const what = usage.split(' ')[0] as 'retry' | 'drop' | 'pause' | 'resume';
    const command = reaching(queues.command(usage)).description(description);
    command.action(async () => {
      const { actOnQueue } = await import('./queues-command.ts');
      const [name = '', key] = command.args;
      say(await actOnQueue(await reach(command.opts<Ways>()), name, what, key));
    });
  }
}

function addAuditLog(program: Command, { reach, out }: Ground): void {
  reaching(program.command('audit-log'))
    .description('who did what, the newest first')
    .addOption(limitOption())
    .addOption(new Option('--all', 'all of it').conflicts('limit'))
    .addOption(new Option('--json', 'as JSON: what the API answers; with --all one array of all'))
    .addOption(new Option('--csv', 'as CSV, all of it').conflicts(['json', 'limit']))
    .action(async (given: Ways & AuditLogOptions) => {
      const { tellAuditLog } = await import('./audit-log-command.ts');
      await tellAuditLog(await reach(given), given, out);
    });
}

function addReports(program: Command, { reach, out }: Ground): void {
  reaching(program.command('reports'))
    .description('what became of the meetings of each day; of seven days up to today unless told')
    .option('--from <day>', 'such as 2026-11-21', dayIn)
    .option('--to <day>', 'the last day', dayIn)
    .option('--zone <zone>', "whose calendar it is, such as Europe/Berlin; else this machine's", zoneIn)
    .addOption(new Option('--by <what>', 'a line a day, or a day and room').choices(['day', 'room']))
    .option('--json', 'as JSON')
    .addOption(new Option('--csv', 'as CSV').conflicts('json'))
    .action(async ({ zone = out.screen.zone, ...given }: Ways & Partial<ReportsOptions>) => {
      const { dayAt, daysBefore, tellReports } = await import('./reports-command.ts');
      const { to = dayAt(Date.now(), zone), from = daysBefore(6, to), ...wanted } = given;
      await tellReports(await reach(given), { from, to, zone, ...wanted }, out);
    });
}

function countIn(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 1_000)
    throw new InvalidArgumentError('expected a whole number from 1 to 1000');
  return count;
}

function dayIn(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError('expected a day such as 2026-11-27');
  return text;
}

function zoneIn(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidArgumentError('expected a time zone such as Europe/Berlin');
  }
}

/** Of the calendar: a date that is none would be read as one of the next month. */
function isDay(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text)
  );
}

function startIn(text: string): string {
  return instantIn(text, 0);
}

function endIn(text: string): string {
  return instantIn(text, 1);
}

/** Without a zone it is this machine's; a day alone is its beginning, or that of a day so many later. */
function instantIn(text: string, later: number): string {
  const [year = 0, month = 1, date = 1] = text.slice(0, 10).split('-').map(Number);
  const clock = /^T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/;
  const isTime = clock.test(text.slice(10)) && !Number.isNaN(Date.parse(text));
  if (!isDay(text.slice(0, 10)) || !(isTime || text.length === 10))
    throw new InvalidArgumentError('expected a day or a time such as 2026-11-27 or 2026-11-27T09:00');
  return (isTime ? new Date(text) : new Date(year, month - 1, date + later)).toISOString();
}
