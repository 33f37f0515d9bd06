/** The meetings that were found, a row to each; the next page is asked for near the end. */
import type { Meeting } from '../answers.ts';
import { StateChip } from '../now/state-chip.tsx';
import { nameOf } from '../now/verdict.ts';
import { useRoomNames } from '../room-names.ts';
import { meetingHref } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { RowLink, type RowPlace, VirtualRow, VirtualTable } from '../virtual-table.tsx';
import { useWords } from '../words.tsx';
import { useMeetings } from './use-meetings.ts';

const columns = ['when', 'title', 'state', 'rooms', 'organizer', 'number', 'where'] as const;

export function MeetingRows({ search }: { readonly search: URLSearchParams }) {
  const { t, number } = useWords();
  const meetings = useMeetings(search);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = meetings;
  const found = meetings.data?.pages.flatMap((page) => page.meetings) ?? [];
  const shown = { count: found.length, more: hasNextPage ? '+' : '' };
  return (
    <>
      {!meetings.data && <Troubled of={meetings} />}
      {meetings.data && (
        <p className="summary" role="status">
          {t('meetings.found', { count: `${number(shown.count)}${shown.more}` })}
        </p>
      )}
      <VirtualTable
        name={t('nav.meetings')}
        columns={columns.map((key) => ({ key, title: t(`column.${key}`) }))}
        items={found}
        isCut={hasNextPage}
        heights={[38, 78]}
        hidden={!meetings.data}
        keyOf={({ key }) => key}
        onNearEnd={() => {
          if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
        }}
      >
        {(meeting, place) => <Row key={meeting.key} meeting={meeting} place={place} />}
      </VirtualTable>
      {meetings.data && found.length === 0 && <p className="panel empty">{t('meetings.none')}</p>}
    </>
  );
}

function Row({ meeting, place }: { readonly meeting: Meeting; readonly place: RowPlace }) {
  const { span } = useWords();
  const roomName = useRoomNames();
  const { key, title, start, end, rooms, organizer, number, callBridge, cluster } = meeting;
  const [from, to] = span(start, end);
  return (
    <VirtualRow {...place}>
      <span role="gridcell" className="of-when">
        <time dateTime={start}>{from}</time> – <time dateTime={end}>{to}</time>
      </span>
      <span role="gridcell" className="of-title">
        <RowLink href={meetingHref(key)}>{title}</RowLink>
      </span>
      <span role="gridcell" className="of-state">
        <StateChip {...meeting} />
      </span>
      <span role="gridcell" className="of-rooms" title={rooms.join(', ')}>
        {rooms.map(roomName).join(', ')}
      </span>
      <span role="gridcell" className="of-organizer">
        {organizer ?? '–'}
      </span>
      <span role="gridcell" className="of-number">
        {number ?? '–'}
      </span>
      <span role="gridcell" className="of-where">
        {callBridge === null ? (cluster ?? '–') : nameOf(callBridge)}
      </span>
    </VirtualRow>
  );
}
