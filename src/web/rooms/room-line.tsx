/** One room: what was told last against what changed last, and what the last audit found. */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle';
import { WarningFilled } from '@fluentui/react-icons/svg/warning';
import type { Room } from '../answers.ts';
import { roomHref } from '../router.tsx';
import { RowLink, type RowPlace, VirtualRow } from '../virtual-table.tsx';
import { useWords } from '../words.tsx';
import { isFailing } from './failing.ts';

export function RoomLine({ room, ...place }: RowPlace & { readonly room: Room }) {
  const { t, time } = useWords();
  const { mailbox, name, error, errorSince, subscriptionError, subscription, hearing } = room;
  const { lastNotification, lastChange, lastSync, lastAudit } = room;
  const isBad = isFailing(room, Date.now());
  const why = error ?? subscriptionError ?? (hearing === 'missed' ? t('room.not-told') : null);
  const differences = Object.entries(lastAudit?.differences ?? {}).filter(([, count]) => count > 0);
  const when = (at: string | null) => (at === null ? '–' : <time dateTime={at}>{time(at)}</time>);
  return (
    <VirtualRow {...place}>
      <span role="gridcell" className="of-title" title={mailbox}>
        <RowLink href={roomHref(mailbox)}>{name ?? mailbox}</RowLink>{' '}
        {name !== null && <small>{mailbox}</small>}
      </span>
      <span role="gridcell" className={isBad ? 'mark wrong' : 'mark well'} title={why ?? ''}>
        {isBad ? (
          <WarningFilled fontSize={16} aria-hidden="true" />
        ) : (
          <CheckmarkCircleFilled fontSize={16} aria-hidden="true" />
        )}
        <span>{isBad ? (why ?? t('rooms.waiting')) : t('state.well')}</span>
        {errorSince !== null && <small>{time(errorSince)}</small>}
      </span>
      <span role="gridcell" data-name={t('rooms.told')}>
        {when(lastNotification)}
      </span>
      <span role="gridcell" data-name={t('rooms.change')}>
        {when(lastChange)}
      </span>
      <span role="gridcell" data-name={t('rooms.read')}>
        {when(lastSync)}
      </span>
      <span role="gridcell" data-name={t('rooms.subscribed')}>
        {when(subscription?.expires ?? null)}
      </span>
      <span role="gridcell" data-name={t('rooms.audit')}>
        {when(lastAudit?.at ?? null)}{' '}
        {lastAudit !== null && (
          <small>
            {differences.length === 0
              ? t('rooms.no-differences')
              : differences.map(([what, count]) => `${what}: ${count}`).join(', ')}
          </small>
        )}
      </span>
    </VirtualRow>
  );
}
