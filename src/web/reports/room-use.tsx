/** One room's figures over all of the days; each leads to the meetings behind it where they can be asked for. */
import type { ReportRoom } from '../answers.ts';
import type { Key } from '../catalogue.ts';
import { Link } from '../router.tsx';
import { useWords } from '../words.tsx';
import { meetingsOf, type Period } from './period.ts';

export const roomColumns = {
  mailbox: 'timeline.room',
  minutes: 'reports.hours',
  booked: 'reports.booked',
  held: 'reports.held',
  noShows: 'reports.no-shows',
  cancelled: 'reports.cancelled',
} as const satisfies Readonly<Record<keyof ReportRoom, Key>>;

interface Props {
  readonly room: ReportRoom;
  readonly name: string;
  readonly period: Period;
  /** Minutes of the room that was used most. */
  readonly most: number;
  readonly index: number;
  readonly top: number;
  readonly height: number;
}

export function RoomUse({ room, name, period: { from, to }, most, index, top, height }: Props) {
  const { t, number } = useWords();
  const { mailbox, minutes } = room;
  // A conference that was given back is closed; it is for the meeting's own page to say why.
  const links = {
    booked: meetingsOf(from, to, { room: mailbox }),
    held: undefined,
    noShows: meetingsOf(from, to, { room: mailbox, state: 'closed' }),
    cancelled: meetingsOf(from, to, { room: mailbox, state: 'cancelled' }),
  } as const;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="list-row"
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <span role="cell" title={mailbox}>
        {links.booked === undefined ? name : <Link href={links.booked}>{name}</Link>}
      </span>
      <span role="cell" data-name={t('reports.hours')} className="share">
        {number(minutes / 60)}
        <span className="track" aria-hidden="true">
          <i style={{ width: `${(100 * minutes) / most}%` }} />
        </span>
      </span>
      {(['booked', 'held', 'noShows', 'cancelled'] as const).map((column) => {
        const href = room[column] > 0 ? links[column] : undefined;
        const said = number(room[column]);
        return (
          <span key={column} role="cell" data-name={t(roomColumns[column])}>
            {href === undefined ? (
              said
            ) : (
              <Link href={href} aria-label={`${name}, ${t(roomColumns[column])}: ${said}`}>
                {said}
              </Link>
            )}
          </span>
        );
      })}
    </div>
  );
}
