/** `roombridge audit-log`: who did what in the running product, the newest first. */
import type { z } from 'zod';
import type { auditEntry } from './http/api/audit-log.ts';
import { firstOf, pagesOf, tellJson, tellJsonRows, tellTable } from './listing.ts';
import { askRunning, type Reach, streamRunning } from './running.ts';
import type { Column } from './table.ts';
import { type Out, timesIn } from './terminal.ts';

type Entry = z.infer<typeof auditEntry>;

export interface AuditLogOptions {
  readonly limit: number;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
}

const atOnce = '1000';

function columnsIn(zone: string): readonly Column<Entry>[] {
  const { at } = timesIn(zone);
  return [
    { title: `at (${zone})`, of: (entry) => at(entry.at) },
    { title: 'by', of: ({ by }) => by, cut: { turn: 3, least: 10 } },
    { title: 'what', of: whatOf, cut: { turn: 2, least: 20 } },
    { title: 'outcome', of: ({ outcome }) => outcome },
    { title: 'said', of: ({ said }) => saidOf(said), cut: { turn: 1, least: 6 } },
  ];
}

/** The path with what stood in it. */
function whatOf({ what, about }: Entry): string {
  return what.replace(/:(\w+)/g, (place, name: string) => about[name] ?? place);
}

function saidOf(said: Entry['said']): string {
  return Object.entries(said)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

/** @throws NotDone */
export async function tellAuditLog(reach: Reach, options: AuditLogOptions, out: Out): Promise<void> {
  const { limit, all = false, json = false, csv = false } = options;
  if (csv) {
    for await (const piece of streamRunning(reach, '/api/audit-log.csv')) await out.write(piece);
    return;
  }
  const path = '/api/audit-log';
  if (json && !all) return await tellJson(out, await askRunning(reach, `${path}?limit=${limit}`));
  const query = { limit: all ? atOnce : String(limit) };
  const pages = pagesOf<Entry>(reach, { path, query, rows: 'entries', cursor: 'before' });
  if (json) return await tellJsonRows(out, pages);
  const more = () => out.remark(`There are more than these ${limit}: --limit or --all shows them.`);
  const shown = all ? pages : firstOf(pages, limit, more);
  await tellTable(out, columnsIn(out.screen.zone), shown, 'nothing was done yet');
}
