/** What is booked, and where it runs: what one reads out to somebody who cannot join. */
import type { MeetingDetail } from '../answers.ts';
import { Fact } from '../fact.tsx';
import { nameOf } from '../now/verdict.ts';
import { useRoomNames } from '../room-names.ts';
import { Link, roomHref } from '../router.tsx';
import { useWords } from '../words.tsx';

export function Facts({ meeting }: { readonly meeting: MeetingDetail }) {
  const { t, exactly } = useWords();
  const roomName = useRoomNames();
  const { start, end, organizer, rooms, cluster, callBridge, number, uri, passcode, hosts, key } = meeting;
  return (
    <>
      <section className="panel" aria-labelledby="booked">
        <h2 id="booked">{t('facts.booked')}</h2>
        <dl className="facts">
          <Fact name={t('facts.start')}>{exactly(start)}</Fact>
          <Fact name={t('facts.end')}>{exactly(end)}</Fact>
          <Fact name={t('column.organizer')}>{organizer ?? t('facts.not-shown')}</Fact>
          <Fact name={t('column.rooms')}>
            {rooms.map((room, i) => (
              <span key={room}>
                {i > 0 && ', '}
                <Link href={roomHref(room)}>{roomName(room)}</Link>
              </span>
            ))}
          </Fact>
          <Fact name={t('facts.key')}>
            <code>{key}</code>
          </Fact>
        </dl>
      </section>
      <section className="panel" aria-labelledby="runs">
        <h2 id="runs">{t('facts.runs')}</h2>
        <dl className="facts">
          <Fact name={t('column.number')}>{number && <b dir="ltr">{number}</b>}</Fact>
          <Fact name={t('facts.uri')}>{uri && <code dir="ltr">{uri}</code>}</Fact>
          <Fact name={t('facts.passcode')}>{passcode && <code dir="ltr">{passcode}</code>}</Fact>
          {hosts && (
            <Fact name={t('facts.hosts')}>
              <code dir="ltr">{hosts.number}</code> <code dir="ltr">{hosts.uri}</code>{' '}
              {hosts.passcode !== null && <code dir="ltr">{hosts.passcode}</code>}{' '}
              <small>{hosts.policy}</small>
            </Fact>
          )}
          <Fact name={t('facts.cluster')}>{cluster && <Link href="/bridges">{cluster}</Link>}</Fact>
          <Fact name={t('facts.call-bridge')}>
            {callBridge && <Link href="/bridges">{nameOf(callBridge)}</Link>}
          </Fact>
        </dl>
      </section>
    </>
  );
}
