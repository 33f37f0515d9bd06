/** What fails of a room's work, and the open tickets that are about it or a meeting of it. */
import type { RoomDetail } from '../answers.ts';
import { Link, meetingHref } from '../router.tsx';
import { SeverityMark } from '../tickets/severity-mark.tsx';
import { useWords } from '../words.tsx';

export function RoomTrouble({ room }: { readonly room: RoomDetail }) {
  const { t, time } = useWords();
  const { failing, tickets } = room;
  return (
    <section className="panel" aria-labelledby="wrong-with-room">
      <h2 id="wrong-with-room">{t('room.wrong')}</h2>
      {failing.length + tickets.length === 0 && <p className="empty">{t('room.nothing-wrong')}</p>}
      <ul className="lines">
        {tickets.map(({ id, severity, title, detail }) => (
          <li key={id}>
            <Link href={`/tickets#${id}`}>
              <SeverityMark severity={severity} />
              <span className="grow">
                {title}
                <br />
                <small>{detail}</small>
              </span>
            </Link>
          </li>
        ))}
        {failing.map(({ queue, key, since, times, why }) => (
          <li key={`${queue} ${key}`}>
            <span className="line">
              <span className="grow">
                <Link href="/queue-states">{queue}</Link>{' '}
                {queue === 'conference' && <Link href={meetingHref(key)}>{t('tickets.the-meeting')}</Link>}{' '}
                <small>{t('queues.since', { times, since: time(since) })}</small>
                <br />
                <span className="bad">{why}</span>
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
