/** Whether a room is not read, or Microsoft 365 does not tell of its changes, though it may say that it would. */
import type { Room } from '../answers.ts';

export function isFailing(room: Room, now: number): boolean {
  const { error, subscriptionError, subscription, lastSync, hearing } = room;
  const isSubscribed = subscription !== null && Date.parse(subscription.expires) > now;
  const isWrong = error !== null || subscriptionError !== null || hearing === 'missed';
  return isWrong || !isSubscribed || lastSync === null;
}
