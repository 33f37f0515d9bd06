/** Reports as the sheets of a workbook, with headings for people: what is a day is a date there, and what was counted a number. */
import type { RoomFigures } from '../../conference/report/figures.ts';
import type { ReportDay } from '../api/reports.ts';
import type { Cell, Sheet } from './workbook.ts';

type Figures = NonNullable<ReportDay['figures']>;
type Columns<T> = readonly (readonly [heading: string, of: (one: T) => Cell])[];

const ofDays: Columns<Figures> = [
  ['Booked', ({ booked }) => booked],
  ['Held', ({ held }) => held],
  ['No-shows', ({ noShows }) => noShows],
  ['Cancelled', ({ cancelled }) => cancelled],
  ['Without a number', ({ unplaced }) => unplaced],
  ['Not opened', ({ notOpened }) => notOpened],
  ['Conferences opened', ({ lateness }) => lateness.opened],
  ['Half opened within (ms)', ({ lateness }) => lateness.p50],
  ['99 % opened within (ms)', ({ lateness }) => lateness.p99],
  ['Latest (ms)', ({ lateness }) => lateness.max],
  ['Failovers', ({ failovers }) => failovers],
  ['Recoveries', ({ recoveries }) => recoveries],
  ['Moved to another number', ({ rehomings }) => rehomings],
  ['Extensions', ({ extensions }) => extensions],
  ['Extended by (minutes)', ({ extendedMinutes }) => extendedMinutes],
  ['Rooms in use at once', ({ mostRooms }) => mostRooms],
];

const ofRooms: Columns<RoomFigures> = [
  ['Room', ({ mailbox }) => mailbox],
  ['Booked', ({ booked }) => booked],
  ['Held', ({ held }) => held],
  ['No-shows', ({ noShows }) => noShows],
  ['Cancelled', ({ cancelled }) => cancelled],
  ['Held (minutes)', ({ minutes }) => minutes],
];

const ofClusters: Columns<Figures['clusters'][number]> = [
  ['Cluster', ({ name }) => name],
  ['Conferences', ({ conferences }) => conferences],
  ['Held (minutes)', ({ minutes }) => minutes],
  ['Slots in use at once', ({ mostSlots }) => mostSlots],
  ['Slots', ({ slots }) => slots],
];

const ofCallBridges: Columns<{ cluster: string; address: string; conferences: number }> = [
  ['Cluster', ({ cluster }) => cluster],
  ['Call bridge', ({ address }) => address],
  ['Conferences', ({ conferences }) => conferences],
];

/** @param sums of the rooms over all days; without them each has a row a day */
export function reportSheets(
  days: readonly ReportDay[],
  zone: string,
  sums: readonly RoomFigures[] | undefined,
): Sheet[] {
  const daily = <T>(name: string, columns: Columns<T>, of: (figures: Figures) => Iterable<T>): Sheet => ({
    name,
    columns: [`Day (${zone})`, 'State', ...columns.map(([heading]) => heading)],
    rows: dailyRows(days, columns, of),
  });
  return [
    daily('Days', ofDays, (figures) => [figures]),
    sums === undefined
      ? daily('Rooms', ofRooms, ({ rooms = [] }) => rooms)
      : {
          name: 'Rooms',
          columns: ofRooms.map(([heading]) => heading),
          rows: sums.map((room) => ofRooms.map(([, of]) => of(room))),
        },
    daily('Clusters', ofClusters, ({ clusters }) => clusters),
    daily('Call bridges', ofCallBridges, ({ clusters }) =>
      clusters.flatMap(({ name, callBridges }) => callBridges.map((one) => ({ ...one, cluster: name }))),
    ),
  ];
}

/** A day without figures has one row that says why, with nothing in its cells: not zeros. */
function* dailyRows<T>(
  days: readonly ReportDay[],
  columns: Columns<T>,
  of: (figures: Figures) => Iterable<T>,
): Generator<Cell[]> {
  for (const { date, state, figures } of days) {
    if (figures === null) yield [{ date }, state, ...columns.map(() => null)];
    else for (const one of of(figures)) yield [{ date }, state, ...columns.map(([, cellOf]) => cellOf(one))];
  }
}
