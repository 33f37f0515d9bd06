/** One room: what was told last against what changed last, and what the last audit found. */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle';
import { WarningFilled } from '@fluentui/react-icons/svg/warning';
import type { Room } from '../answers.ts';
import { Link, roomHref } from '../router.tsx';
import { useWords } from '../words.tsx';
import { isFailing } from './failing.ts';

interface Props {
  readonly room: Room;
  readonly index: number;
  readonly top: number;
  readonly height: number;
}

export function RoomLine({ room, index, top, height }: Props) {
  const { t, time } = useWords();
  const { mailbox, name, error, errorSince, subscriptionError, subscription, hearing } = room;
  const { lastNotification, lastChange, lastSync, lastAudit } = room;
  const isBad = isFailing(room, Date.now());
  const why = error ?? subscriptionError ?? (hearing === 'missed' ? t('room.not-told') : null);
  const differences = Object.entries(lastAudit?.differences ?? {}).filter(([, count]) => count > 0);
  const when = (at: string | null) => (at === null ? '–' : <time dateTime={at}>{time(at)}</time>);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="list-row"
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <span role="cell" className="of-title" title={mailbox}>
        <Link href={roomHref(mailbox)}>{name ?? mailbox}</Link> {name !== null && <small>{mailbox}</small>}
      </span>
      <span role="cell" className={isBad ? 'mark wrong' : 'mark well'} title={why ?? ''}>
        {isBad ? (
          <WarningFilled fontSize={16} aria-hidden="true" />
        ) : (
          <CheckmarkCircleFilled fontSize={16} aria-hidden="true" />
        )}
        <span>{isBad ? (why ?? t('rooms.waiting')) : t('state.well')}</span>
        {errorSince !== null && <small>{time(errorSince)}</small>}
      </span>
      <span role="cell" data-name={t('rooms.told')}>
        {when(lastNotification)}
      </span>
      <span role="cell" data-name={t('rooms.change')}>
        {when(lastChange)}
      </span>
      <span role="cell" data-name={t('rooms.read')}>
        {when(lastSync)}
      </span>
      <span role="cell" data-name={t('rooms.subscribed')}>
        {when(subscription?.expires ?? null)}
      </span>
      <span role="cell" data-name={t('rooms.audit')}>
        {when(lastAudit?.at ?? null)}{' '}
        {lastAudit !== null && (
          <small>
            {differences.length === 0
              ? t('rooms.no-differences')
              : differences.map(([what, count]) => `${what}: ${count}`).join(', ')}
          </small>
        )}
      </span>
    </div>
  );
}
