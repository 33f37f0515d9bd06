/** The websockets for events of all bridges, and the tokens that open them. */
import { randomBytes } from 'node:crypto';
import type { BridgeState } from './bridge-state.ts';
import { EventStream, type Knock } from './event-stream.ts';
import type { LogEntry } from './journal.ts';
import { found, type Routes } from './routes.ts';
import { closeCodes, flawOf, refuse } from './websocket.ts';
import type { World } from './world.ts';

const PATH = '/events/v1';
/** Milliseconds that it may take to look for what there is to tell, in all that is subscribed to, without a rest after it. */
const brief = 2;
/** How many times as long the rest is: with thousands of calls it would else be all that the bridges do. */
const rest = 3;

export class EventStreams {
  readonly #world: World;
  readonly #tokens = new Map<string, { bridge: BridgeState; until: number }>();
  readonly #streams = new Set<EventStream>();
  #unwatch: (() => void) | undefined;
  #resting: NodeJS.Timeout | undefined;
  #isBehind = false;

  constructor(world: World) {
    this.#world = world;
  }

  routes(): Routes {
    return { authtokens: { POST: ({ bridge }) => ({ ...found(), token: this.#issue(bridge) }) } };
  }

  /** Answers the status that the client is given. */
  open(bridge: BridgeState, { path, query }: Pick<LogEntry, 'path' | 'query'>, knock: Knock): number {
    const refusal = this.#refusal(bridge, path, new URLSearchParams(query).get('authToken') ?? '', knock);
    if (refusal !== undefined) return refuse(knock.socket, refusal);
    const stream: EventStream = new EventStream(this.#world, bridge, knock, () => this.#lose(stream));
    this.#streams.add(stream);
    this.#unwatch ??= this.#world.journal.watch(() => this.#pump());
    return 101;
  }

  count(bridge: BridgeState): number {
    return this.#of(bridge).length;
  }

  /** Closes those of that bridge. */
  drop(bridge: BridgeState): void {
    for (const stream of this.#of(bridge)) stream.close(closeCodes.goingAway);
  }

  /** With the end of the bridge. */
  forget(bridge: BridgeState): void {
    for (const [token, entry] of this.#tokens) if (entry.bridge === bridge) this.#tokens.delete(token);
    for (const stream of this.#of(bridge)) stream.hush();
  }

  #pump(): void {
    this.#isBehind = this.#resting !== undefined;
    if (this.#isBehind) return;
    const begun = performance.now();
    for (const each of this.#streams) each.pump();
    const took = performance.now() - begun;
    if (took < brief) return;
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      if (this.#isBehind) this.#pump();
    }, took * rest);
    this.#resting.unref();
  }

  #of(bridge: BridgeState): EventStream[] {
    return [...this.#streams].filter((stream) => stream.bridge === bridge);
  }

  #lose(stream: EventStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size === 0) {
      this.#unwatch?.();
      this.#unwatch = undefined;
    }
    this.#world.journal.changed();
  }

  #refusal(bridge: BridgeState, path: string, token: string, { request }: Knock): number | undefined {
    if (path !== PATH) return 404;
    const flaw = flawOf(request);
    if (flaw !== undefined) return flaw;
    if (!this.#isGood(bridge, token)) return 401;
    return this.count(bridge) >= this.#world.settings.events.sockets ? 503 : undefined;
  }

  #issue(bridge: BridgeState): string {
    const token = randomBytes(24).toString('base64url');
    const { journal, settings } = this.#world;
    this.#tokens.set(token, { bridge, until: journal.now() + settings.events.tokenLife });
    return token;
  }

  #isGood(bridge: BridgeState, token: string): boolean {
    const entry = this.#tokens.get(token);
    return entry?.bridge === bridge && entry.until > this.#world.journal.now();
  }
}
