/** How long a call bridge is given on its websockets for events, and when it is tried again. */

/** Milliseconds. */
export interface EventTimes {
  /** For a token, and again for a socket that stands. */
  readonly opening: number;
  /** For the acknowledgement of a message of ours. */
  readonly ack: number;
  /** Without a sign of life before one is asked for. */
  readonly beat: number;
  /** Without a message on the socket of the list of calls before the list is asked for anew. */
  readonly quiet: number;
  /** Between two requests on one socket at least. */
  readonly pause: number;
  /** For the bridge to tell again what it told before. */
  readonly retelling: number;
  /** Before what the bridge turned away is tried elsewhere: it may be over, and the bridge not have said so yet. */
  readonly grace: number;
  /** Before another socket is tried where the bridge let no more in. */
  readonly patience: number;
  /** After the first failure; doubled with each one until the last pause. Up to a half of it more or less, by lot. */
  readonly firstPause: number;
  readonly lastPause: number;
  /** Before a release that knows no events is asked again. */
  readonly upgrade: number;
}

export const defaultTimes: EventTimes = {
  opening: 5_000,
  ack: 5_000,
  beat: 10_000,
  quiet: 30_000,
  pause: 250,
  retelling: 2_000,
  grace: 1_000,
  patience: 60_000,
  firstPause: 500,
  lastPause: 15_000,
  upgrade: 300_000,
};

/**
 * Milliseconds. A timer that comes later than this tells of our process, which was away: what it waits for may be here,
 * unread. The other side is given that time as well, up to a limit.
 */
const ownDelay = 50;
const mostGiven = 500;

/** Holds somebody else to a time. Answers what calls it off. */
export function within(wait: number, late: () => void): () => void {
  const due = performance.now() + wait;
  let cancel = (): void => clearTimeout(timer);
  const timer = setTimeout(() => {
    const away = performance.now() - due;
    if (away < ownDelay) late();
    else cancel = within(Math.min(away, mostGiven), late);
  }, wait);
  return () => cancel();
}

/** @param failures one after the other, from 1 */
export function pauseAfter(failures: number, { firstPause, lastPause }: EventTimes): number {
  return Math.min(lastPause, firstPause * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}
