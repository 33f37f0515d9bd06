/** Whether a room can be read, and is told of its changes: for all who ask after the health of rooms. */
import { type Line, line } from './administration-clusters.ts';
import { iso, isoOrNull } from './conference/view.ts';
import type { RoomConfig } from './config.ts';
import { hearingOf } from './meeting/hearing.ts';
import type { AuditReport, RoomStanding, RoomStatus, RoomStore, RoomSubscription } from './redis/rooms.ts';

export interface RoomLines {
  readonly room: Line;
  readonly subscription: Line;
  /** Graph tells of its changes, though it may have refused to go on with that. */
  readonly isSubscribed: boolean;
}

/** In the order of the mailboxes. @param now epoch ms */
export async function roomLines(
  rooms: RoomStore,
  mailboxes: readonly string[],
  now: number,
): Promise<RoomLines[]> {
  return (await rooms.standings(mailboxes)).map((standing) => linesOf(standing, now));
}

/** @param now epoch ms */
export function linesOf({ status, subscription }: RoomStanding, now: number): RoomLines {
  const isSubscribed = subscription !== undefined && subscription.expires > now;
  const notTold = status.subscriptionError ?? (isSubscribed ? undefined : 'no subscription yet');
  const since = isSubscribed ? subscription.since : status.subscriptionErrorSince;
  const { error, errorSince, lastSync } = status;
  const isRead = error === undefined && lastSync !== undefined;
  const notRead = error ?? (isRead ? undefined : 'not read yet');
  return {
    room: line(isRead, errorSince ?? lastSync, notRead),
    subscription: line(isSubscribed && status.subscriptionError === undefined, since, notTold),
    isSubscribed,
  };
}

interface RoomKnown {
  readonly status: RoomStatus;
  readonly subscription: RoomSubscription | undefined;
  readonly audit: AuditReport | undefined;
}

/** What the API shows of a room wherever it shows one. */
export function roomView(
  { mailbox, name, sip }: Pick<RoomConfig, 'mailbox' | 'name' | 'sip'>,
  { status, subscription, audit }: RoomKnown,
  now: number,
) {
  const isLiving = subscription !== undefined && subscription.expires > now;
  return {
    mailbox,
    name: name ?? null,
    sip: sip ?? null,
    subscriptionError: status.subscriptionError ?? null,
    hearing: hearingOf({ ...status, subscribedSince: isLiving ? subscription.since : undefined }, now),
    lastNotification: isoOrNull(status.lastNotification),
    lastSync: isoOrNull(status.lastSync),
    lastChange: isoOrNull(status.lastChange),
    lastPush: isoOrNull(status.lastPush),
    lastSwept: isoOrNull(status.lastSwept),
    lastAudit: audit === undefined ? null : { at: iso(audit.at), differences: audit.counts },
    error: status.error ?? null,
    errorSince: isoOrNull(status.errorSince),
  };
}
