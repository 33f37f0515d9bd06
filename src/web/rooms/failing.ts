/** Whether a room is not read, or Microsoft 365 does not tell of its changes. */
import type { Room } from '../answers.ts';

export function isFailing(room: Room, now: number): boolean {
  const { error, subscriptionError, subscription, lastSync } = room;
  const isSubscribed = subscription !== null && Date.parse(subscription.expires) > now;
  return error !== null || subscriptionError !== null || !isSubscribed || lastSync === null;
}
