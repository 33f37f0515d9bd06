/** Rooms, and whether they are read and told of: those in trouble first. */
import { SearchBox, Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { questions } from '../questions.ts';
import { narrow, usePlace } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { isFailing } from './failing.ts';
import { RoomLine } from './room-line.tsx';

const columns = ['name', 'state', 'told', 'change', 'read', 'subscribed', 'audit'] as const;

export function RoomsPage() {
  const { t } = useWords();
  const { search } = usePlace();
  const rooms = useQuery(questions.rooms);
  const [wanted, setWanted] = useState('');
  const isOnlyFailing = search.get('show') === 'failing';
  const all = rooms.data?.rooms;
  const shown = useMemo(() => {
    const text = wanted.trim().toLowerCase();
    const now = Date.now();
    return (all ?? [])
      .filter(({ mailbox, name }) => `${name ?? ''} ${mailbox}`.toLowerCase().includes(text))
      .filter((room) => !isOnlyFailing || isFailing(room, now))
      .sort((a, b) => Number(isFailing(b, now)) - Number(isFailing(a, now)));
  }, [all, wanted, isOnlyFailing]);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (window.innerWidth < 900 ? 64 : 40),
    overscan: 12,
  });
  return (
    <div className="page fill">
      <h1>{t('nav.rooms')}</h1>
      <search className="filters">
        <SearchBox
          size="small"
          className="main"
          aria-label={t('timeline.filter')}
          placeholder={t('timeline.filter')}
          value={wanted}
          onChange={(_, { value }) => setWanted(value)}
        />
        <Select
          size="small"
          aria-label={t('rooms.show')}
          value={isOnlyFailing ? 'failing' : ''}
          onChange={(_, { value }) => narrow({ show: value })}
        >
          <option value="">{t('rooms.all')}</option>
          <option value="failing">{t('rooms.failing')}</option>
        </Select>
      </search>
      <p className="summary" role="status">
        {all === undefined ? '' : t('rooms.found', { count: shown.length, all: all.length })}
      </p>
      {!rooms.data && <Troubled of={rooms} />}
      <div
        className="list of-room-lines"
        ref={scroller}
        role="table"
        aria-label={t('nav.rooms')}
        aria-rowcount={shown.length + 1}
        hidden={!rooms.data || shown.length === 0}
      >
        <div role="row" className="list-row head" aria-rowindex={1}>
          {columns.map((column) => (
            <span key={column} role="columnheader">
              {t(`rooms.${column}`)}
            </span>
          ))}
        </div>
        <div role="rowgroup" className="rows" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, size }) => {
            const room = shown[index];
            return (
              room && <RoomLine key={room.mailbox} room={room} index={index} top={start} height={size} />
            );
          })}
        </div>
      </div>
      {rooms.data && shown.length === 0 && <p className="panel empty">{t('rooms.none')}</p>}
    </div>
  );
}
