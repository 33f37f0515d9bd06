/** `roombridge meetings`: what is booked, has run and runs, as a table or as JSON. */
import type { z } from 'zod';
import type { meeting } from './http/api/meetings.ts';
import { firstOf, type Paged, pagesOf, tellJson, tellJsonRows, tellTable } from './listing.ts';
import { askRunning, type Reach } from './running.ts';
import type { Column } from './table.ts';
import { type Out, timesIn } from './terminal.ts';

type Meeting = z.infer<typeof meeting>;

export interface MeetingsOptions {
  readonly q?: string;
  readonly room?: string;
  readonly organizer?: string;
  readonly number?: string;
  readonly state?: string;
  /** ISO 8601. */
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** At once, where all are asked for. */
const atOnce = 1_000;

const tones = {
  open: 'green',
  unplaced: 'red',
  cancelled: 'dim',
  closed: 'dim',
  planned: undefined,
} as const;

function columnsIn(zone: string): readonly Column<Meeting>[] {
  const times = timesIn(zone);
  const until = ({ start, end, extendedUntil }: Meeting) => times.span(start, extendedUntil ?? end);
  return [
    { title: `time (${zone})`, of: until },
    { title: 'number', of: ({ number }) => number },
    { title: 'state', of: ({ state }) => state, tone: ({ state }) => tones[state] },
    { title: 'title', of: ({ title }) => title, cut: { turn: 4, least: 12 } },
    { title: 'rooms', of: ({ rooms }) => rooms.join(', '), cut: { turn: 3, least: 10 } },
    { title: 'organizer', of: ({ organizer }) => organizer, cut: { turn: 2, least: 9 } },
    { title: 'where', of: where, cut: { turn: 1, least: 8 } },
  ];
}

/** The call bridge, else the cluster; why it has none, where it should. */
function where({ state, callBridge, cluster, reason }: Meeting): string {
  if (state === 'unplaced') return reason ?? '';
  return callBridge?.replace(/^https:\/\//, '') ?? cluster ?? '';
}

/** @throws NotDone */
export async function tellMeetings(reach: Reach, options: MeetingsOptions, out: Out): Promise<void> {
  const { limit, all = false, json = false, ...wanted } = options;
  const query = {
    ...(Object.fromEntries(
      Object.entries(wanted).filter(([, value]) => value !== undefined),
    ) as typeof wanted),
    limit: String(all ? atOnce : limit),
  };
  const path = '/api/meetings';
  if (json && !all)
    return await tellJson(out, await askRunning(reach, `${path}?${new URLSearchParams(query)}`));
  const paged: Paged = { path, query, rows: 'meetings', cursor: 'after' };
  const pages = pagesOf<Meeting>(reach, paged);
  if (json) return await tellJsonRows(out, pages);
  const more = () => out.remark(`There are more than these ${limit}: --limit or --all shows them.`);
  const shown = all ? pages : firstOf(pages, limit, more);
  await tellTable(out, columnsIn(out.screen.zone), shown, 'no meeting is as you want it');
}
