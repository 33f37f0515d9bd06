/** How a room is read and told of: its subscription, and what was told last against what was found by reading. */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle';
import { WarningFilled } from '@fluentui/react-icons/svg/warning';
import type { RoomDetail } from '../answers.ts';
import { Fact } from '../fact.tsx';
import { useWords } from '../words.tsx';

export function RoomFacts({ room }: { readonly room: RoomDetail }) {
  const { t, exactly } = useWords();
  const { subscription, subscriptionError, hearing, reading, lastAudit } = room;
  const when = (at: string | null) => at !== null && <time dateTime={at}>{exactly(at)}</time>;
  const differences = Object.entries(lastAudit?.differences ?? {}).filter(([, count]) => count > 0);
  const isWell = hearing === 'told' || hearing === 'quiet' || hearing === 'late';
  return (
    <section className="panel" aria-labelledby="reading">
      <h2 id="reading">{t('room.reading')}</h2>
      <p className="inside hearing">
        <span className={isWell ? 'mark well' : 'mark wrong'}>
          {isWell ? (
            <CheckmarkCircleFilled fontSize={18} role="img" aria-label={t('mark.well')} />
          ) : (
            <WarningFilled fontSize={18} role="img" aria-label={t('mark.wrong')} />
          )}
        </span>
        <span>{t(`room.hearing-${hearing}`)}</span>
      </p>
      <dl className="facts stacked">
        <Fact name={t('rooms.read')}>
          {room.lastSync !== null && (
            <>
              {when(room.lastSync)}
              <small>
                {[
                  ...(reading.because === null ? [] : [t(`room.because-${reading.because}`)]),
                  t(reading.changed ? 'room.changed' : 'room.unchanged'),
                ].join(' · ')}
              </small>
            </>
          )}
        </Fact>
        <Fact name={t('rooms.told')}>{when(room.lastNotification)}</Fact>
        <Fact name={t('room.found-told')}>{when(room.lastPush)}</Fact>
        <Fact name={t('room.found-read')}>{when(room.lastSwept)}</Fact>
        <Fact name={t('rooms.audit')}>
          {lastAudit !== null && (
            <>
              {when(lastAudit.at)}
              <small>
                {differences.length === 0
                  ? t('rooms.no-differences')
                  : differences.map(([what, count]) => `${what}: ${count}`).join(', ')}
              </small>
            </>
          )}
        </Fact>
        <Fact name={t('room.subscription')}>
          {subscription === null ? t('room.none') : <code dir="ltr">{subscription.id}…</code>}
          {subscriptionError !== null && <span className="bad">{subscriptionError}</span>}
        </Fact>
        {subscription !== null && (
          <>
            <Fact name={t('room.made')}>{when(subscription.since)}</Fact>
            <Fact name={t('room.renewed')}>{when(subscription.renewed)}</Fact>
            <Fact name={t('room.renews')}>{when(subscription.renews)}</Fact>
            <Fact name={t('rooms.subscribed')}>{when(subscription.expires)}</Fact>
          </>
        )}
      </dl>
    </section>
  );
}
