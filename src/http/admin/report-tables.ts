/** Reports as tables: a row a day, or a row a day and room, below a row of names. */
import type { ReportDay } from '../api/reports.ts';

type Figures = NonNullable<ReportDay['figures']>;
export type Row = readonly (string | number | null)[];

const figureColumns: Readonly<Record<string, (figures: Figures) => number | null>> = {
  booked: ({ booked }) => booked,
  held: ({ held }) => held,
  noShows: ({ noShows }) => noShows,
  cancelled: ({ cancelled }) => cancelled,
  unplaced: ({ unplaced }) => unplaced,
  notOpened: ({ notOpened }) => notOpened,
  opened: ({ lateness }) => lateness.opened,
  latenessP50: ({ lateness }) => lateness.p50,
  latenessP99: ({ lateness }) => lateness.p99,
  latenessMax: ({ lateness }) => lateness.max,
  failovers: ({ failovers }) => failovers,
  recoveries: ({ recoveries }) => recoveries,
  rehomings: ({ rehomings }) => rehomings,
  extensions: ({ extensions }) => extensions,
  extendedMinutes: ({ extendedMinutes }) => extendedMinutes,
  mostRooms: ({ mostRooms }) => mostRooms,
};

const clusterColumns = ['conferences', 'minutes', 'mostSlots', 'slots'] as const;

/** A day of which nothing is known has its cells empty. */
export function* dayRows(days: readonly ReportDay[]): Generator<Row> {
  const clusters = [
    ...new Set(days.flatMap(({ figures }) => figures?.clusters.map(({ name }) => name) ?? [])),
  ].sort();
  const ofClusters = clusters.flatMap((name) => clusterColumns.map((column) => `${name} ${column}`));
  yield ['date', 'state', ...Object.keys(figureColumns), ...ofClusters];
  for (const { date, state, figures } of days) {
    const cells = Object.values(figureColumns).map((of) => (figures === null ? null : of(figures)));
    const here = clusters.flatMap((name) => {
      const cluster = figures?.clusters.find((one) => one.name === name);
      return clusterColumns.map((column) => cluster?.[column] ?? null);
    });
    yield [date, state, ...cells, ...here];
  }
}

const roomColumns = ['booked', 'held', 'noShows', 'cancelled', 'minutes'] as const;

export function* roomRows(days: readonly ReportDay[]): Generator<Row> {
  yield ['date', 'state', 'room', ...roomColumns];
  for (const { date, state, figures } of days) {
    if (figures === null) yield [date, state, null, ...roomColumns.map(() => null)];
    for (const room of figures?.rooms ?? [])
      yield [date, state, room.mailbox, ...roomColumns.map((column) => room[column])];
  }
}
