/** `roombridge reports`: what became of the meetings of each day, as the running product has counted them. */
import type { z } from 'zod';
import type { reportDay } from './http/api/reports.ts';
import { rowsIn, tellJson, tellTable } from './listing.ts';
import { askRunning, type Reach, streamRunning } from './running.ts';
import type { Column } from './table.ts';
import type { Out } from './terminal.ts';

type Day = z.infer<typeof reportDay>;
type Figures = NonNullable<Day['figures']>;

export interface ReportsOptions {
  /** Days such as 2026-11-27; both are among them. */
  readonly from: string;
  readonly to: string;
  /** By whose calendar days are days; IANA. */
  readonly zone: string;
  readonly by?: 'day' | 'room';
  readonly json?: boolean;
  readonly csv?: boolean;
}

function figure(title: string, of: (figures: Figures) => number | string | null): Column<Day> {
  return { title, of: ({ figures }) => (figures === null ? null : of(figures)), isRight: true };
}

const columns: readonly Column<Day>[] = [
  { title: 'day', of: ({ date }) => date },
  figure('booked', ({ booked }) => booked),
  figure('held', ({ held }) => held),
  figure('no-shows', ({ noShows }) => noShows),
  figure('cancelled', ({ cancelled }) => cancelled),
  figure('unplaced', ({ unplaced }) => unplaced),
  figure('not opened', ({ notOpened }) => notOpened),
  figure('late, p99', ({ lateness: { p99 } }) => (p99 === null ? null : `${(p99 / 1_000).toFixed(1)} s`)),
  figure('failovers', ({ failovers }) => failovers),
  figure('extensions', ({ extensions }) => extensions),
  { title: '', of: ({ state }) => (state === 'final' ? '' : state), tone: () => 'dim' },
];

type RoomDay = NonNullable<Figures['rooms']>[number] & { readonly date: string };

const roomColumns: readonly Column<RoomDay>[] = [
  { title: 'day', of: ({ date }) => date },
  { title: 'room', of: ({ mailbox }) => mailbox, cut: { turn: 1, least: 12 } },
  { title: 'booked', of: ({ booked }) => booked, isRight: true },
  { title: 'held', of: ({ held }) => held, isRight: true },
  { title: 'no-shows', of: ({ noShows }) => noShows, isRight: true },
  { title: 'cancelled', of: ({ cancelled }) => cancelled, isRight: true },
  { title: 'minutes', of: ({ minutes }) => minutes, isRight: true },
];

/** @throws NotDone */
export async function tellReports(reach: Reach, options: ReportsOptions, out: Out): Promise<void> {
  const { from, to, zone, by = 'day', json = false, csv = false } = options;
  const query = new URLSearchParams({ from, to, zone, by });
  if (csv) {
    for await (const piece of streamRunning(reach, `/api/reports.csv?${query}`)) await out.write(piece);
    return;
  }
  const answer = await askRunning(reach, `/api/reports?${query}`);
  if (json) return await tellJson(out, answer);
  const days = rowsIn<Day>(answer, 'days');
  if (by === 'day') return await tellTable(out, columns, [days], 'no day is counted');
  const rooms = days.flatMap(({ date, figures }) => figures?.rooms?.map((one) => ({ ...one, date })) ?? []);
  await tellTable(out, roomColumns, [rooms], 'nothing was booked');
}

/** The day of an instant in epoch milliseconds, by the calendar of a zone. */
export function dayAt(instant: number, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(instant);
}

export function daysBefore(count: number, day: string): string {
  return new Date(Date.parse(day) - count * 86_400_000).toISOString().slice(0, 10);
}
