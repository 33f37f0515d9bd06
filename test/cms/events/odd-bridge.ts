/** A bare HTTPS server in a call bridge's place that gives tokens, and says on its websockets what a test tells it to. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { ServerSocket } from '../../simulators/cms/websocket.ts';
import { ca, issue } from '../raw-bridge.ts';

export interface Wished {
  readonly index: number;
  readonly type: string;
  readonly call?: string;
  readonly elements: readonly string[];
}

export class OddSocket {
  /** The message ids that were acknowledged. */
  readonly acknowledged: number[] = [];
  /** What was asked for, request by request. */
  readonly requests: (readonly Wished[])[] = [];
  isClosed = false;
  readonly #connection: Duplex;
  readonly #socket: ServerSocket;
  #lastMessage = 0;

  constructor(
    connection: Duplex,
    open: (text: (text: string) => void, closed: () => void) => ServerSocket,
    bridge: OddBridge,
  ) {
    this.#connection = connection;
    const take = (text: string): void => {
      const { message, messageAck } = JSON.parse(text);
      if (messageAck?.status === 'success') this.acknowledged.push(messageAck.messageId);
      if (message?.type !== 'subscribeRequest') return;
      this.requests.push(message.subscriptions);
      bridge.answer(this, message.messageId, message.subscriptions);
    };
    this.#socket = open(take, () => {
      this.isClosed = true;
    });
  }

  /** Answers the message's id. */
  say(message: object): number {
    this.#lastMessage += 1;
    this.send({ type: 'message', message: { messageId: this.#lastMessage, ...message } });
    return this.#lastMessage;
  }

  acknowledge(messageId: number, status = 'success'): void {
    this.send({ type: 'messageAck', messageAck: { messageId, status } });
  }

  states(subscriptions: readonly Wished[], state: string, type = 'subscriptionUpdate'): void {
    this.say({ type, subscriptions: subscriptions.map(({ index }) => ({ index, state })) });
  }

  send(said: object | string): void {
    this.#socket.send(typeof said === 'string' ? said : JSON.stringify(said));
  }

  /** The index of the subscription in the last request; 0 where there is none. */
  indexOf(call?: string): number {
    return this.requests.at(-1)?.find((wished) => wished.call === call)?.index ?? 0;
  }

  /** As they are, whatever they say. */
  write(bytes: Buffer): void {
    if (!this.isClosed) this.#connection.write(bytes);
  }

  /** Cuts it. */
  drop(): void {
    this.#connection.destroy();
  }

  /** From now on nothing is read. */
  freeze(): void {
    this.#connection.removeAllListeners('data');
    this.#connection.pause();
  }
}

/** Takes what is asked for, and tells nothing of it. */
export function takeAll(socket: OddSocket, messageId: number, wished: readonly Wished[]): void {
  socket.acknowledge(messageId);
  socket.states(wished, 'active');
}

export class OddBridge implements AsyncDisposable {
  readonly username = 'apiuser';
  readonly password = 'sw0rdfish';
  readonly sockets: OddSocket[] = [];
  tokens = 0;
  /** What is done with a request to subscribe. */
  answer: (socket: OddSocket, messageId: number, wished: readonly Wished[]) => void = takeAll;
  /** As the web servers of some products. */
  answersPings = true;
  readonly dispatcher: Dispatcher = new Agent({ connect: { ca } });
  readonly #server = createServer(issue(['localhost']), (request, response) => {
    request.resume();
    this.tokens += 1;
    response.writeHead(200, { 'X-Cisco-CMS-Auth-Token': `token-${this.tokens}` }).end();
  });
  readonly #connections = new Set<Socket>();

  static async start(): Promise<OddBridge> {
    const bridge = new OddBridge();
    bridge.#server.on('secureConnection', (socket: Socket) => {
      bridge.#connections.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => bridge.#connections.delete(socket));
    });
    bridge.#server.on('upgrade', (request, connection, head) => {
      const quiet = bridge.answersPings ? connection : withoutPongs(connection);
      bridge.sockets.push(
        new OddSocket(
          connection,
          (text, closed) => new ServerSocket(request, quiet, head, { text, closed }),
          bridge,
        ),
      );
    });
    bridge.#server.listen(0, '127.0.0.1');
    await once(bridge.#server, 'listening');
    return bridge;
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  get last(): OddSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('nobody has come yet');
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispatcher.destroy();
    for (const connection of this.#connections) connection.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function withoutPongs(connection: Duplex): Duplex {
  const write = connection.write.bind(connection);
  const isPong = (chunk: unknown): boolean => Buffer.isBuffer(chunk) && chunk[0] === 0x8a;
  return Object.assign(connection, { write: (chunk: Buffer) => isPong(chunk) || write(chunk) });
}
