/** A room's meetings of today and the days to come. */
import { useQuery } from '@tanstack/react-query';
import type { Meeting, RoomDetail } from '../answers.ts';
import { useClock } from '../clock.ts';
import { StateChip } from '../now/state-chip.tsx';
import { questions } from '../questions.ts';
import { Link, meetingHref } from '../router.tsx';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { byDay, laterDay, midnight } from './days.ts';

const days = 7;

export function RoomMeetings({ room }: { readonly room: RoomDetail }) {
  const { t, day } = useWords();
  const today = midnight(useClock(60_000));
  const meetings = useQuery(questions.meetingsOf(room.mailbox, today, laterDay(today, days)));
  const found = meetings.data?.meetings;
  return (
    <section className="panel" aria-labelledby="meetings-of-room">
      <h2 id="meetings-of-room">{t('room.meetings')}</h2>
      {!found && <Troubled of={meetings} />}
      {found?.length === 0 && <p className="empty">{t('room.no-meetings')}</p>}
      {[...byDay(found ?? [])].map(([at, ofDay]) => (
        <div key={at}>
          <h3 className="of-day">{day(at)}</h3>
          <ul className="lines of-meetings">
            {ofDay.map((meeting) => (
              <Line key={meeting.key} meeting={meeting} />
            ))}
          </ul>
        </div>
      ))}
      <p className="inside">
        <Link href={`/meetings?room=${encodeURIComponent(room.mailbox)}`}>{t('room.all-meetings')}</Link>
      </p>
    </section>
  );
}

function Line({ meeting }: { readonly meeting: Meeting }) {
  const { clock } = useWords();
  const { key, title, start, end, number } = meeting;
  return (
    <li>
      <Link href={meetingHref(key)}>
        <span className="hours">
          {clock(start)} – {clock(end)}
        </span>
        <span className="grow" dir="auto">
          {title}
        </span>
        <span dir="ltr">{number ?? ''}</span>
        <StateChip {...meeting} />
      </Link>
    </li>
  );
}
