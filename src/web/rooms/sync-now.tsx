/** Has a room's calendar read now, and says that it is being read and when it was; pressed twice it is read once. */
import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { ArrowSyncRegular } from '@fluentui/react-icons/svg/arrow-sync';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RoomDetail, SyncAsked } from '../answers.ts';
import { post } from '../asking.ts';
import { useActing } from '../me.ts';
import { useWords } from '../words.tsx';

export function SyncNow({ room }: { readonly room: RoomDetail }) {
  const { t, exactly } = useWords();
  const { may, by } = useActing();
  const client = useQueryClient();
  const { mailbox, error, errorSince, lastSync, reading } = room;
  const ask = useMutation({
    mutationFn: () => post<SyncAsked>(`/api/rooms/${encodeURIComponent(mailbox)}/sync`, by),
    onSettled: () => client.invalidateQueries({ queryKey: ['room', mailbox] }),
  });
  const isAllowed = may('operator');
  const said =
    reading.begun !== null
      ? t('room.being-read', { at: exactly(reading.begun) })
      : reading.asked !== null
        ? t('room.asked', { at: exactly(reading.asked) })
        : lastSync === null
          ? t('room.not-read-yet')
          : t('room.was-read', { at: exactly(lastSync) });
  return (
    <>
      <div className="actions">
        <Button
          appearance="primary"
          icon={<ArrowSyncRegular />}
          disabled={!isAllowed}
          disabledFocusable={isAllowed && ask.isPending}
          onClick={() => ask.mutate()}
        >
          {t('room.sync')}
        </Button>
        <span className="summary" role="status">
          {said} {!isAllowed && t('order.not-allowed')}
        </span>
      </div>
      {error !== null && (
        <MessageBar intent="error">
          <MessageBarBody>
            {t('room.unread-since', { since: errorSince === null ? '–' : exactly(errorSince), why: error })}
          </MessageBarBody>
        </MessageBar>
      )}
      {ask.error !== null && (
        <MessageBar intent="error">
          <MessageBarBody>{ask.error.message}</MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}
