/**
 * One websocket for events: acknowledges each message at once, and is lost, once and with a reason, when it closes or when
 * the other end gives no sign of life in time.
 */
import { ping } from 'undici';
import type { OpenSocket } from './handshake.ts';
import { acknowledgement, readFrame, type ServerMessage, subscribeRequest, type Wish } from './messages.ts';
import { type EventTimes, within } from './times.ts';

export interface Listener {
  hear(message: ServerMessage): void;
  /** It cannot be told whether the bridge is there: something is to be asked that it must acknowledge. */
  poke(): void;
  /** Not where we closed it. Nothing is heard after it. */
  lost(why: string): void;
}

/** Milliseconds for the other end to close as well. */
const farewell = 1_000;

export class EventSocket {
  readonly closed: Promise<void>;
  readonly #open: OpenSocket;
  readonly #times: EventTimes;
  #listener: Listener | undefined;
  #lastMessage = 0;
  readonly #awaited = new Map<number, (isSuccess: boolean) => void>();
  readonly #timers = new Set<() => void>();
  #isAlive = true;
  #isHeard = false;
  #messages = 0;
  #beat: number;

  constructor(open: OpenSocket, times: EventTimes) {
    this.#open = open;
    this.#times = times;
    this.#beat = times.beat;
    const { socket, connection } = open;
    connection.on('data', () => {
      this.#isHeard = true;
    });
    socket.addEventListener('message', ({ data }) => this.#hear(data));
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code }) => {
        this.#lose(code === 1006 ? 'the connection broke off' : `it closed the socket (${code})`);
        resolve();
      });
    });
    // What goes wrong shows in the close that follows.
    socket.addEventListener('error', () => {});
    this.#waitForBeat();
  }

  /** To be set in the turn in which it was opened: what is heard before that is lost. */
  set listener(listener: Listener) {
    this.#listener = listener;
  }

  /** Messages heard since it was opened, acknowledgements not among them. */
  get messages(): number {
    return this.#messages;
  }

  /** Takes the place of what was subscribed to before. Tells whether the bridge took it; not at all once the socket is lost. */
  request(subscriptions: readonly Wish[], answered: (isSuccess: boolean) => void): void {
    if (!this.#isAlive) return;
    this.#lastMessage += 1;
    const id = this.#lastMessage;
    const cancel = this.#within(this.#times.ack, () => this.drop('it acknowledges nothing'));
    this.#awaited.set(id, (isSuccess) => {
      cancel();
      answered(isSuccess);
    });
    this.#open.socket.send(subscribeRequest(id, subscriptions));
  }

  /** Lets go of it at once, as lost. */
  drop(why: string): void {
    this.#open.connection.destroy();
    this.#lose(why);
  }

  /** In peace. Resolves when nothing of it is left. */
  async close(): Promise<void> {
    const { socket, connection } = this.#open;
    this.#end();
    socket.close(1000);
    const cancel = within(farewell, () => connection.destroy());
    await this.closed;
    cancel();
  }

  #hear(data: unknown): void {
    if (!this.#isAlive) return;
    const frame = typeof data === 'string' ? readFrame(data) : undefined;
    if (frame === undefined) {
      this.drop('what it said is no JSON');
      return;
    }
    if (frame.what === 'message') {
      this.#messages += 1;
      if (frame.id !== undefined) this.#open.socket.send(acknowledgement(frame.id));
      if (frame.message !== undefined) this.#listener?.hear(frame.message);
    } else if (frame.what === 'ack' && frame.id !== undefined) {
      const answered = this.#awaited.get(frame.id);
      this.#awaited.delete(frame.id);
      answered?.(frame.isSuccess);
    }
  }

  #waitForBeat(): void {
    this.#isHeard = false;
    this.#within(this.#beat, () => {
      if (this.#isHeard) this.#waitForBeat();
      else this.#ping();
    });
  }

  /**
   * Not every web server answers pings, although the protocol (RFC 6455, 5.5.2) wants it; where none is answered, an
   * acknowledgement is to be had all the same, at the price of all that is told again. So it is asked for less often then.
   */
  #ping(): void {
    ping(this.#open.socket);
    this.#within(this.#times.ack, () => {
      if (!this.#isHeard) {
        this.#beat = Math.min(this.#beat * 2, this.#times.quiet);
        this.#listener?.poke();
      }
      this.#waitForBeat();
    });
  }

  #lose(why: string): void {
    if (!this.#isAlive) return;
    this.#end();
    this.#listener?.lost(why);
  }

  #end(): void {
    this.#isAlive = false;
    this.#awaited.clear();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #within(wait: number, late: () => void): () => void {
    const stop = within(wait, () => {
      this.#timers.delete(cancel);
      late();
    });
    const cancel = (): void => {
      stop();
      this.#timers.delete(cancel);
    };
    this.#timers.add(cancel);
    return cancel;
  }
}
