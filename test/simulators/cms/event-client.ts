/** For tests: a client at the websocket for events, by somebody else's hand (undici's), that acknowledges what it hears. */
import { type Dispatcher, WebSocket } from 'undici';
import type { CmsBridge } from './bridge.ts';
import type { TestCluster } from './test-client.ts';

export type Message = { messageId: number; type: string; [more: string]: unknown };
export interface Wished {
  index: number;
  type: string;
  call?: string;
  elements?: string[];
}

export class EventClient {
  /** What was heard and not taken yet, acknowledgements among it as `{ type: 'ack', … }`. */
  readonly heard: Message[] = [];
  /** Of the closing; undefined while it is open. */
  closed: { code: number; reason: string } | undefined;
  acknowledges = true;
  readonly #socket: WebSocket;
  #waiting: (() => void) | undefined;
  #lastMessage = 0;

  private constructor(url: string, dispatcher: Dispatcher) {
    this.#socket = new WebSocket(url, { dispatcher });
    this.#socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data))));
    this.#socket.addEventListener('close', ({ code, reason }) => {
      this.closed = { code, reason };
      this.#waiting?.();
    });
    this.#socket.addEventListener('error', () => {});
  }

  /** Rejects where it is not let in. */
  static async open(bridge: CmsBridge, token: string, { dispatcher }: TestCluster): Promise<EventClient> {
    const url = `${bridge.url.replace('https', 'wss')}/events/v1?authToken=${token}`;
    const client = new EventClient(url, dispatcher);
    await new Promise<void>((resolve, reject) => {
      client.#socket.addEventListener('open', () => resolve());
      client.#socket.addEventListener('error', () => reject(new Error('not let in')));
    });
    return client;
  }

  /** Answers the message's id. */
  request(...subscriptions: Wished[]): number {
    this.#lastMessage += 1;
    const message = { messageId: this.#lastMessage, type: 'subscribeRequest', subscriptions };
    this.send({ type: 'message', message });
    return this.#lastMessage;
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  close(): void {
    this.#socket.close();
  }

  /** The next message, in order; waits for it for ten seconds. */
  async take(): Promise<Message> {
    await this.#wait(() => this.heard.length > 0);
    const message = this.heard.shift();
    if (message === undefined) throw new Error('nothing heard');
    return message;
  }

  /** The next message of a subscription, past all others. */
  async takeOf(subscriptionIndex: number): Promise<Message> {
    let message = await this.take();
    while (message.subscriptionIndex !== subscriptionIndex) message = await this.take();
    return message;
  }

  async untilClosed(): Promise<{ code: number; reason: string } | undefined> {
    await this.#wait(() => this.closed !== undefined);
    return this.closed;
  }

  acknowledge(messageId: number): void {
    this.send({ type: 'messageAck', messageAck: { messageId, status: 'success' } });
  }

  #hear(said: { type: string; message?: Message; messageAck?: { messageId: number; status: string } }): void {
    if (said.message !== undefined) {
      this.heard.push(said.message);
      if (this.acknowledges) this.acknowledge(said.message.messageId);
    } else if (said.messageAck !== undefined) {
      this.heard.push({ ...said.messageAck, type: 'ack' });
    }
    this.#waiting?.();
  }

  async #wait(isSo: () => boolean): Promise<void> {
    const until = performance.now() + 10_000;
    while (!isSo() && performance.now() < until) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - performance.now());
        this.#waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
