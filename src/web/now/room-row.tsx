/** One room and its meetings in the window; drawn anew only when something of it has changed. */
import { memo, useMemo } from 'react';
import type { Bar, Now } from '../answers.ts';
import { Link, meetingHref, roomHref } from '../router.tsx';
import { useWords } from '../words.tsx';
import { overAt } from './day.ts';
import { kindOf } from './kind.ts';
import { KindIcon } from './kind-icon.tsx';
import { lanesOf, type Placed } from './lanes.ts';

interface Props {
  readonly room: Now['rooms'][number];
  readonly index: number;
  readonly top: number;
  /** Undefined until they are known. */
  readonly bars: readonly Bar[] | undefined;
  readonly from: number;
  readonly to: number;
  /** Which of its places Tab leads to: 0 is the room itself. */
  readonly active: number | undefined;
}

export const RoomRow = memo(function RoomRow({ room, index, top, bars, from, to, active }: Props) {
  const { t } = useWords();
  const { placed, lanes } = useMemo(() => lanesOf(bars ?? [], from, to), [bars, from, to]);
  const name = room.name ?? room.mailbox;
  const place = Math.min(active ?? -1, placed.length);
  return (
    <div
      className="row"
      role="row"
      aria-rowindex={index + 2}
      data-row={index}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="rowheader" className="room">
        <Link
          href={roomHref(room.mailbox)}
          title={room.mailbox}
          data-place={0}
          tabIndex={place === 0 ? 0 : -1}
        >
          {name}
        </Link>
      </span>
      <span role="gridcell" className="lane" aria-busy={bars === undefined}>
        {bars === undefined && <i className="unknown" role="img" aria-label={t('loading')} />}
        {placed.map((one, i) => (
          <BarLink key={one.bar.key} of={one} lanes={lanes} place={i + 1} isStop={place === i + 1} />
        ))}
      </span>
    </div>
  );
});

function BarLink(props: {
  readonly of: Placed;
  readonly lanes: number;
  readonly place: number;
  readonly isStop: boolean;
}) {
  const { of, lanes, place, isStop } = props;
  const { bar, left, width, extension, lane } = of;
  const { t, span, direction } = useWords();
  const kind = kindOf(bar);
  const [start, end] = span(bar.start, overAt(bar));
  const said = t('bar.label', {
    ...{ title: bar.title, start, end },
    ...{ kind: t(`kind.${kind}`), number: bar.number ?? '–' },
  });
  return (
    <Link
      href={meetingHref(bar.key)}
      className={`bar ${kind}`}
      aria-label={said}
      title={said}
      data-place={place}
      tabIndex={isStop ? 0 : -1}
      style={{
        [direction === 'rtl' ? 'right' : 'left']: `${left}%`,
        width: `${width}%`,
        top: `${(100 * lane) / lanes}%`,
        height: `${100 / lanes}%`,
      }}
    >
      <KindIcon kind={kind} />
      <span dir="auto">{bar.title}</span>
      {extension > 0 && <i className="extension" style={{ width: `${extension}%` }} />}
    </Link>
  );
}
