/** When a service could not be asked: what people did meanwhile, or right before, could not be known until it was back. */

/** What was just done may not have been read when an outage begins, in milliseconds. */
const justBefore = 5_000;
/** Nor what was done in an outage when the next one begins so soon after it. */
const betweenTwo = 15_000;

interface Outage {
  readonly from: number;
  to?: number;
}

export class Outages {
  readonly #catchUp: number;
  readonly #outages: Outage[] = [];

  /** @param catchUp milliseconds after an outage by which all that was missed must be known */
  constructor(catchUp: number) {
    this.#catchUp = catchUp;
  }

  /** @returns what ends it */
  begin(): () => void {
    const outage: Outage = { from: Date.now() };
    this.#outages.push(outage);
    return () => {
      outage.to = Date.now();
    };
  }

  /** From when on what was done at that time must be known; epoch ms, both. */
  knownFrom(at: number): number {
    let unreadUntil: number | undefined;
    for (const { from, to = Date.now() } of this.#outages) {
      const isMissed = unreadUntil === undefined && at >= from - justBefore && at < to;
      if (isMissed || (unreadUntil !== undefined && from < unreadUntil + betweenTwo)) unreadUntil = to;
    }
    return unreadUntil === undefined ? at : unreadUntil + this.#catchUp;
  }
}
