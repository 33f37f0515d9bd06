/** The meetings that were found, a row to each; only rows in sight are drawn, and the next page is asked for near the end. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Meeting } from '../answers.ts';
import { StateChip } from '../now/state-chip.tsx';
import { nameOf } from '../now/verdict.ts';
import { useRoomNames } from '../room-names.ts';
import { Link, meetingHref } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { useMeetings } from './use-meetings.ts';

const columns = ['when', 'title', 'state', 'rooms', 'organizer', 'number', 'where'] as const;

export function MeetingRows({ search }: { readonly search: URLSearchParams }) {
  const { t, number } = useWords();
  const meetings = useMeetings(search);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = meetings;
  const found = meetings.data?.pages.flatMap((page) => page.meetings) ?? [];
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = window.innerWidth < 900;
  const rows = useVirtualizer({
    count: found.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isNarrow ? 78 : 38),
    overscan: 12,
    getItemKey: (index) => found[index]?.key ?? index,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= found.length - 20) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, found.length]);
  const shown = { count: found.length, more: hasNextPage ? '+' : '' };
  return (
    <>
      {!meetings.data && <Troubled of={meetings} />}
      {meetings.data && (
        <p className="summary" role="status">
          {t('meetings.found', { count: `${number(shown.count)}${shown.more}` })}
        </p>
      )}
      <div
        className="list"
        ref={scroller}
        role="table"
        aria-label={t('nav.meetings')}
        aria-rowcount={found.length + 1}
        hidden={!meetings.data}
      >
        <div role="row" className="list-row head" aria-rowindex={1}>
          {columns.map((column) => (
            <span key={column} role="columnheader" className={`of-${column}`}>
              {t(`column.${column}`)}
            </span>
          ))}
        </div>
        <div role="rowgroup" className="rows" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start, size }) => {
            const meeting = found[index];
            return (
              meeting && <Row key={meeting.key} meeting={meeting} index={index} top={start} height={size} />
            );
          })}
        </div>
      </div>
      {meetings.data && found.length === 0 && <p className="panel empty">{t('meetings.none')}</p>}
    </>
  );
}

function Row(props: {
  readonly meeting: Meeting;
  readonly index: number;
  readonly top: number;
  readonly height: number;
}) {
  const { meeting, index, top, height } = props;
  const { span } = useWords();
  const roomName = useRoomNames();
  const { key, title, start, end, rooms, organizer, number, callBridge, cluster } = meeting;
  const [from, to] = span(start, end);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="list-row"
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <span role="cell" className="of-when">
        <time dateTime={start}>{from}</time> – <time dateTime={end}>{to}</time>
      </span>
      <span role="cell" className="of-title">
        <Link href={meetingHref(key)}>{title}</Link>
      </span>
      <span role="cell" className="of-state">
        <StateChip {...meeting} />
      </span>
      <span role="cell" className="of-rooms" title={rooms.join(', ')}>
        {rooms.map(roomName).join(', ')}
      </span>
      <span role="cell" className="of-organizer">
        {organizer ?? '–'}
      </span>
      <span role="cell" className="of-number">
        {number ?? '–'}
      </span>
      <span role="cell" className="of-where">
        {callBridge === null ? (cluster ?? '–') : nameOf(callBridge)}
      </span>
    </div>
  );
}
