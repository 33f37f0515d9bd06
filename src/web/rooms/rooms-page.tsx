/** Rooms, and whether they are read and told of: those in trouble first. */
import { Select } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { questions } from '../questions.ts';
import { narrow, usePlace } from '../router.tsx';
import { Search } from '../search.tsx';
import { Troubled } from '../troubled.tsx';
import { VirtualTable } from '../virtual-table.tsx';
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
  return (
    <div className="page fill">
      <h1>{t('nav.rooms')}</h1>
      <search className="filters">
        <Search className="main" label={t('timeline.filter')} value={wanted} onSay={setWanted} />
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
      <VirtualTable
        name={t('nav.rooms')}
        className="of-room-lines"
        columns={columns.map((key) => ({ key, title: t(`rooms.${key}`) }))}
        items={shown}
        heights={[40, 64]}
        hidden={!rooms.data || shown.length === 0}
        keyOf={({ mailbox }) => mailbox}
      >
        {(room, place) => <RoomLine key={room.mailbox} room={room} {...place} />}
      </VirtualTable>
      {rooms.data && shown.length === 0 && <p className="panel empty">{t('rooms.none')}</p>}
    </div>
  );
}
