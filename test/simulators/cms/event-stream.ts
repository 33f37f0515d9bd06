/** One websocket for events: what its client subscribes to, and what is said to it, as fast as it acknowledges. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { BridgeState } from './bridge-state.ts';
import { readWishes, Subscription, type Wish } from './event-subscription.ts';
import { closeCodes, ServerSocket } from './websocket.ts';
import type { World } from './world.ts';

/** A request for a websocket. */
export interface Knock {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  /** False while nothing is heard on the bridge's connections. */
  isHeard: () => boolean;
}

export class EventStream {
  readonly bridge: BridgeState;
  readonly #world: World;
  readonly #isHeard: () => boolean;
  readonly #socket: ServerSocket;
  #subscriptions: Subscription[] = [];
  /** Said ahead of everything else. */
  #announcements: object[] = [];
  readonly #unacknowledged = new Set<number>();
  #lastMessage = 0;
  #isHushed = false;

  /** `closed` is called once, whoever closed it and however. */
  constructor(world: World, bridge: BridgeState, knock: Knock, closed: () => void) {
    this.#world = world;
    this.bridge = bridge;
    this.#isHeard = () => !this.#isHushed && knock.isHeard();
    this.#socket = new ServerSocket(knock.request, knock.socket, knock.head, {
      text: (text) => this.#hear(text),
      isHeard: this.#isHeard,
      pongs: world.settings.events.pongs,
      closed,
    });
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  /** Says and hears nothing any more; the connection is cut by others. */
  hush(): void {
    this.#isHushed = true;
  }

  /** Says what there is to say, as far as the client has acknowledged what was said before. */
  pump(): void {
    const { unacknowledged } = this.#world.settings.events;
    while (this.#isHeard() && this.#unacknowledged.size < unacknowledged) {
      const message = this.#next();
      if (message === undefined) return;
      this.#lastMessage += 1;
      this.#unacknowledged.add(this.#lastMessage);
      this.#send({ type: 'message', message: { messageId: this.#lastMessage, ...message } });
    }
  }

  #next(): object | undefined {
    const ended = this.#subscriptions.filter((one) => one.state === 'active' && !one.isOfSomething);
    for (const one of ended) one.state = 'deactivated';
    if (ended.length > 0) this.#announcements.push(announce(ended));
    const announcement = this.#announcements.shift();
    if (announcement !== undefined) return announcement;
    for (const one of this.#subscriptions) {
      const message = one.state === 'active' ? one.next() : undefined;
      if (message !== undefined) return message;
    }
    return undefined;
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #hear(text: string): void {
    const said = parse(text);
    const { messageId, type, subscriptions } = objectIn(said, 'message');
    const acknowledged = objectIn(said, 'messageAck').messageId;
    if (said.type === 'messageAck' && typeof acknowledged === 'number') {
      this.#unacknowledged.delete(acknowledged);
    } else if (said.type === 'message' && typeof messageId === 'number') {
      const wishes = type === 'subscribeRequest' ? readWishes(subscriptions) : undefined;
      const status = wishes === undefined ? 'failure' : 'success';
      this.#send({ type: 'messageAck', messageAck: { messageId, status } });
      if (wishes !== undefined) this.#subscribe(wishes);
    } else {
      this.close(closeCodes.protocol);
    }
    this.pump();
  }

  /** What was subscribed to before is over, also where it is asked for again: all is told anew. */
  #subscribe(wishes: Wish[]): void {
    const { subscriptions: most } = this.#world.settings.events;
    this.#subscriptions = wishes.map((wish) => new Subscription(this.#world, this.bridge, wish));
    this.#announcements = [announce(this.#subscriptions)];
    this.#subscriptions.forEach((one, position) => {
      one.state = position < most && one.isOfSomething ? 'active' : 'deactivated';
    });
    if (this.#subscriptions.length > 0) this.#announcements.push(announce(this.#subscriptions));
  }
}

function announce(subscriptions: readonly Subscription[]): object {
  const states = subscriptions.map(({ wish: { index }, state }) => ({ index, state }));
  return { type: 'subscriptionUpdate', subscriptions: states };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function objectIn(parent: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = parent[name];
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
