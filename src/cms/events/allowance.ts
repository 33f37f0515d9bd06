/** What a call bridge was found to let a client have: rosters on each socket, and sockets. Nothing of it is published. */

export class Allowance {
  /** One after the other to open a socket, or to keep it. */
  failures = 0;
  /** No socket is to be opened for a while. */
  isHeldUp = false;
  readonly #sockets: number;
  #most: number;
  readonly #rooms = new Map<object, number>();
  #usual = Number.POSITIVE_INFINITY;

  /** @param sockets that we may have at most */
  constructor(sockets: number) {
    this.#sockets = sockets;
    this.#most = sockets;
  }

  /** How many rosters the bridge takes on it; no end to them before it has turned some away. */
  roomOn(lane: object): number {
    return this.#rooms.get(lane) ?? this.#usual;
  }

  /** It takes so many there, and about as many elsewhere. */
  learn(lane: object, room: number, isUsual: boolean): void {
    this.#rooms.set(lane, room);
    if (isUsual) this.#usual = room;
  }

  forget(lane: object): void {
    this.#rooms.delete(lane);
  }

  /** Another one beside so many, now or soon: not where it has failed too often. */
  mayOpen(open: number): boolean {
    return open < this.#most && !(this.isHeldUp && this.failures > 2);
  }

  /** The bridge lets no more in than these, or has no use for more. */
  stopAt(open: number): void {
    this.#most = open;
  }

  tryAgain(): void {
    this.#most = this.#sockets;
  }
}
