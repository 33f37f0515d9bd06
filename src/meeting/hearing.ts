/** Whether a room's changes are told to us, or are only found by reading: a room that is never told of is read too late. */

/**
 * - `told`: what changed last was notified
 * - `quiet`: it is subscribed to, and nothing has changed since
 * - `late`: a change was found by reading just now; its notification may still come
 * - `missed`: a change was found by reading, and its notification has not come
 * - `not-subscribed`: nobody tells of its changes
 */
export const hearingStates = ['told', 'quiet', 'late', 'missed', 'not-subscribed'] as const;
export type HearingState = (typeof hearingStates)[number];

/** Instants in epoch ms; undefined for never. */
export interface Heard {
  /** Since when there is a living subscription. */
  readonly subscribedSince?: number | undefined;
  readonly lastNotification?: number | undefined;
  /** When the latest change was made that was found by reading, without having been told. */
  readonly lastUntold?: number | undefined;
}

/** Milliseconds in which Graph notifies of a change, even on a bad day: https://learn.microsoft.com/graph/change-notifications-overview#latency */
const patience = 300_000;

export function hearingOf(heard: Heard, now: number): HearingState {
  const { subscribedSince, lastNotification = 0, lastUntold = 0 } = heard;
  if (subscribedSince === undefined) return 'not-subscribed';
  // What was changed before there was a subscription nobody had to tell of.
  if (lastUntold > Math.max(lastNotification, subscribedSince))
    return now - lastUntold < patience ? 'late' : 'missed';
  return lastNotification > 0 ? 'told' : 'quiet';
}
