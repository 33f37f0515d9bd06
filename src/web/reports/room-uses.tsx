/** How much each room was used over all of the days, by what one wants to see first. Only rows in sight are drawn. */
import { Field, SearchBox, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { questions } from '../questions.ts';
import { useRoomNames } from '../room-names.ts';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import type { Period } from './period.ts';
import { RoomUse, roomColumns } from './room-use.tsx';

type Column = keyof typeof roomColumns;
const columns = Object.keys(roomColumns) as readonly Column[];

interface Order {
  readonly by: Column;
  readonly isRising: boolean;
}

/** Names begin with A, figures with the highest. */
const orderBy = (by: Column): Order => ({ by, isRising: by === 'mailbox' });

export function RoomUses({ period, search }: { readonly period: Period; readonly search: string }) {
  const { t, language } = useWords();
  const answer = useQuery(questions.reportRooms(search));
  const nameOf = useRoomNames();
  const [wanted, setWanted] = useState('');
  const [{ by, isRising }, setOrder] = useState(orderBy('minutes'));
  const all = answer.data?.rooms;
  const shown = useMemo(() => {
    const text = wanted.trim().toLowerCase();
    const { compare } = new Intl.Collator(language, { numeric: true });
    const byName = new Map((all ?? []).map(({ mailbox }) => [mailbox, nameOf(mailbox)]));
    const name = (mailbox: string) => byName.get(mailbox) ?? mailbox;
    return (all ?? [])
      .filter(({ mailbox }) => `${name(mailbox)} ${mailbox}`.toLowerCase().includes(text))
      .sort((a, b) => {
        const names = compare(name(a.mailbox), name(b.mailbox));
        if (by === 'mailbox') return isRising ? names : -names;
        return (isRising ? a[by] - b[by] : b[by] - a[by]) || names;
      });
  }, [all, wanted, by, isRising, nameOf, language]);
  const most = useMemo(() => Math.max(1, ...(all ?? []).map(({ minutes }) => minutes)), [all]);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (window.innerWidth < 900 ? 100 : 38),
    overscan: 12,
  });
  return (
    <section className="panel room-uses" aria-labelledby="room-uses">
      <h2 id="room-uses">{t('reports.chart.room-uses')}</h2>
      <search className="filters">
        <Field label={t('timeline.filter')} size="small" className="main">
          <SearchBox size="small" value={wanted} onChange={(_, { value }) => setWanted(value)} />
        </Field>
        <Field label={t('reports.first')} size="small">
          <Select size="small" value={by} onChange={(_, { value }) => setOrder(orderBy(value as Column))}>
            {columns.map((column) => (
              <option key={column} value={column}>
                {t(roomColumns[column])}
              </option>
            ))}
          </Select>
        </Field>
      </search>
      {!answer.data && <Troubled of={answer} />}
      <p className="summary" role="status">
        {all === undefined ? '' : t('rooms.found', { count: shown.length, all: all.length })}
      </p>
      <div
        className="list of-room-uses"
        ref={scroller}
        role="table"
        aria-labelledby="room-uses"
        aria-rowcount={shown.length + 1}
        hidden={shown.length === 0}
      >
        <div role="row" className="list-row head" aria-rowindex={1}>
          {columns.map((column) => {
            const isFirst = column === by;
            return (
              <span
                key={column}
                role="columnheader"
                aria-sort={isFirst ? (isRising ? 'ascending' : 'descending') : 'none'}
              >
                <button
                  type="button"
                  onClick={() => setOrder(isFirst ? { by, isRising: !isRising } : orderBy(column))}
                >
                  {t(roomColumns[column])}
                  <span aria-hidden="true">{isFirst ? (isRising ? ' ▲' : ' ▼') : ''}</span>
                </button>
              </span>
            );
          })}
        </div>
        <div role="rowgroup" className="rows" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, size }) => {
            const room = shown[index];
            return (
              room && (
                <RoomUse
                  key={room.mailbox}
                  {...{ room, index, period, most }}
                  name={nameOf(room.mailbox)}
                  top={start}
                  height={size}
                />
              )
            );
          })}
        </div>
      </div>
      {all !== undefined && shown.length === 0 && <p className="empty">{t('reports.no-room')}</p>}
    </section>
  );
}
