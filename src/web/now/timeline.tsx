/**
 * The day of all rooms, a row to each. Only rows in sight are drawn, and only their meetings asked for; a change draws only
 * the rows anew that it is of. One stop of the Tab key for all of it, within it the arrow keys lead.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, memo, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import type { Now } from '../answers.ts';
import { useClock } from '../clock.ts';
import { useSteps } from '../use-steps.ts';
import { useWords } from '../words.tsx';
import { ticksOf, windowOf } from './lanes.ts';
import { Legend } from './legend.tsx';
import { RoomRow } from './room-row.tsx';
import { TimelineControls } from './timeline-controls.tsx';
import { useBars } from './use-bars.ts';
import { usePaging } from './use-paging.ts';

/** Pixels; a wall screen is looked at from afar. */
const heightOf = (isWall: boolean) => (isWall ? Math.max(40, window.innerWidth / 56) : 40);
/** Of the hours above the rows. */
const headHeight = 28;

interface Props {
  readonly rooms: Now['rooms'];
  /** Without controls, for a screen that nobody touches. */
  readonly isWall: boolean;
}

export const Timeline = memo(function Timeline({ rooms, isWall }: Props) {
  const { t, time, hour, day, direction } = useWords();
  const now = useClock(10_000);
  const [hours, setHours] = useState(() => (window.innerWidth < 700 ? 4 : 12));
  const [steps, setSteps] = useState(0);
  const [filter, setFilter] = useState('');
  const wanted = useDeferredValue(filter).trim().toLowerCase();
  const shown = useMemo(
    () => rooms.filter(({ mailbox, name }) => `${name ?? ''} ${mailbox}`.toLowerCase().includes(wanted)),
    [rooms, wanted],
  );
  const { from, to } = windowOf(now, hours, steps);
  // What ends at midnight does not reach into the day that begins there.
  const days = [...new Set([day(from), day(to - 1)])].join(' – ');
  const rowHeight = heightOf(isWall);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    // Another function would have all rows measured anew.
    getItemKey: useCallback((index: number) => shown[index]?.mailbox ?? index, [shown]),
  });
  const items = rows.getVirtualItems();
  const bars = useBars(shown, items[0]?.index ?? 0, items.at(-1)?.index ?? 0, from, to);
  const { active, onKeyDown, onFocus } = useSteps(scroller, shown.length, (index) =>
    rows.scrollToIndex(index),
  );
  usePaging(scroller, isWall);
  const share = (at: number) => `${(100 * (at - from)) / (to - from)}%`;
  const side = direction === 'rtl' ? 'right' : 'left';
  return (
    <section className="timeline" aria-labelledby="timeline">
      <div className="bar-of-controls">
        <h2 id="timeline">
          {t('timeline.title')} <small>{days}</small>
        </h2>
        {!isWall && <TimelineControls {...{ filter, setFilter, steps, setSteps, hours, setHours }} />}
      </div>
      <div
        ref={scroller}
        className="rooms"
        role="grid"
        aria-label={t('timeline.title')}
        aria-rowcount={shown.length + 1}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        // Else nothing of it could be come to while the row that was come to last is scrolled out of sight.
        tabIndex={items.some(({ index }) => index === active.row) ? -1 : 0}
      >
        <div className="ticks" role="row" aria-rowindex={1}>
          <span role="columnheader" className="corner">
            {t('timeline.room')}
          </span>
          <span role="columnheader" className="axis" aria-label={`${time(from)} – ${time(to)}`}>
            {ticksOf(from, to).map((at) => (
              <span key={at} style={{ [side]: share(at) }}>
                {hour(at)}
              </span>
            ))}
            {now > from && now < to && <b style={{ [side]: share(now) }}>{hour(now)}</b>}
          </span>
        </div>
        <div
          className="rows"
          role="presentation"
          style={{ height: rows.getTotalSize(), '--row': `${rowHeight}px` } as CSSProperties}
        >
          {now > from && now < to && (
            <div className="lane" aria-hidden="true">
              <i className="now-line" style={{ [side]: share(now) }} />
            </div>
          )}
          {items.map(({ index, start }) => {
            const room = shown[index];
            if (room === undefined) return null;
            return (
              <RoomRow
                key={room.mailbox}
                room={room}
                index={index}
                top={start - headHeight}
                bars={bars.get(room.mailbox)}
                from={from}
                to={to}
                active={active.row === index ? active.place : undefined}
              />
            );
          })}
        </div>
      </div>
      {shown.length === 0 && <p className="empty">{t('timeline.no-room')}</p>}
      <Legend />
    </section>
  );
});
