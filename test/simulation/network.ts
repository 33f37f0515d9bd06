/**
 * The network of one machine, as undici's clients see it: requests go to simulated servers and come back, each way in its
 * own time, so that they overtake one another. A way may be cut, and a request or its answer may be lost.
 */
import { Dispatcher, errors } from 'undici';
import type { Asked, Door, Seen } from '../simulators/cms/in-process.ts';
import { among, type Lots } from './lots.ts';
import type { Machine, Stage } from './stage.ts';
import type { Trace } from './trace.ts';

/** From one machine to one server. */
export interface Way {
  /** Nothing gets through, in either direction. */
  isCut: boolean;
  /** Of each message, 0 to 1. */
  loss: number;
  /** Milliseconds, each way: at least, and how much more at most. */
  delay: readonly [least: number, more: number];
}

export interface BridgeServer {
  readonly door: Door;
  ask(asked: Asked, tell: (seen: Seen) => void): void;
}

export interface NetworkDeps {
  readonly stage: Stage;
  readonly draw: Lots;
  readonly trace: Trace;
  /** By origin. */
  readonly bridges: ReadonlyMap<string, BridgeServer>;
  /** Everything else. */
  readonly others: Dispatcher;
  way(machine: Machine, origin: string): Way;
}

const failures: Readonly<Record<Exclude<Door, 'open' | 'silent'>, [code: string, message: string]>> = {
  refused: ['ECONNREFUSED', 'connect ECONNREFUSED'],
  tls: ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'unsupported protocol'],
  untrusted: ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'],
};

export class Network extends Dispatcher {
  readonly #deps: NetworkDeps;
  readonly #machine: Machine;

  constructor(deps: NetworkDeps, machine: Machine) {
    super();
    this.#deps = deps;
    this.#machine = machine;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { stage, trace, bridges } = this.#deps;
    const origin = String(options.origin).replace(/\/$/, '');
    const bridge = bridges.get(origin);
    if (bridge === undefined) {
      if (!stage.mayAct(this.#machine)) return true;
      trace.add(
        stage,
        this.#machine,
        'http',
        `${options.method} ${origin}${options.path} ${String(options.body ?? '')}`,
      );
      this.#toOthers(options, handler, this.#deps.way(this.#machine, origin));
    } else new Exchange(this.#deps, this.#machine, options, handler, origin, bridge).connect();
    return true;
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  override destroy(): Promise<void> {
    return Promise.resolve();
  }

  /** Their own answers, a while later, as undici's fetch is told them. */
  #toOthers(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, way: Way): void {
    const { stage, others } = this.#deps;
    if (way.isCut || this.#isLost(way)) return;
    const isAnswerLost = this.#isLost(way);
    const back = this.#time(way);
    const tell =
      (name: keyof Dispatcher.DispatchHandler, wait: number) =>
      (...args: unknown[]): boolean => {
        const act = () =>
          (handler[name] as ((...args: unknown[]) => unknown) | undefined)?.apply(handler, args);
        if (!isAnswerLost) stage.after(wait, act, this.#machine);
        return true;
      };
    const relay: Dispatcher.DispatchHandler = {};
    for (const name of ['onConnect', 'onHeaders', 'onData', 'onComplete', 'onError'] as const)
      Object.assign(relay, { [name]: tell(name, back) });
    stage.after(this.#time(way), () => others.dispatch(options, relay), stage.world);
  }

  #isLost({ loss }: Way): boolean {
    return loss > 0 && this.#deps.draw() < loss;
  }

  #time({ delay: [least, more] }: Way): number {
    return least + this.#deps.draw() * more;
  }
}

/** One request to a call bridge. */
class Exchange {
  readonly #deps: NetworkDeps;
  readonly #machine: Machine;
  readonly #options: Dispatcher.DispatchOptions;
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #origin: string;
  readonly #bridge: BridgeServer;
  #isOver = false;

  constructor(
    deps: NetworkDeps,
    machine: Machine,
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    origin: string,
    bridge: BridgeServer,
  ) {
    this.#deps = deps;
    this.#machine = machine;
    this.#options = options;
    this.#handler = handler;
    this.#origin = origin;
    this.#bridge = bridge;
  }

  connect(): void {
    this.#here(() => {
      const { door } = this.#bridge;
      if (door === 'silent' || this.#way.isCut) return;
      if (door !== 'open') return this.#fail(...failures[door]);
      this.#send();
    });
  }

  get #way(): Way {
    return this.#deps.way(this.#machine, this.#origin);
  }

  readonly #controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: null,
    rawTrailers: null,
    pause: () => {},
    resume: () => {},
    abort: () => {
      this.#isOver = true;
    },
  };

  #send(): void {
    const { stage, trace } = this.#deps;
    try {
      this.#handler.onRequestStart?.(this.#controller, {});
    } catch (error) {
      this.#end(error as Error);
      return;
    }
    if (!stage.mayAct(this.#machine)) return;
    const { method, path, body, headers } = this.#options;
    const text = String(body ?? '');
    trace.add(stage, this.#machine, 'http', `${method} ${this.#origin}${path} ${text}`);
    if (this.#isLost()) return;
    const authorization = (headers as Record<string, string> | undefined)?.authorization;
    const asked = { method, path, authorization, body: text };
    stage.after(this.#time(), () => this.#bridge.ask(asked, (seen) => this.#tell(seen)), stage.world);
  }

  #tell(seen: Seen): void {
    if (this.#way.isCut || this.#isLost()) return;
    this.#here(() => {
      this.#deps.trace.add(this.#deps.stage, this.#machine, 'seen', JSON.stringify(seen));
      if (seen.kind === 'cut')
        return this.#fail(among(this.#deps.draw, ['ECONNRESET', 'UND_ERR_SOCKET']), 'other side closed');
      if (seen.kind === 'garbage')
        return this.#end(new errors.HTTPParserError('Response does not match the HTTP/1.1 protocol'));
      this.#handler.onResponseStart?.(this.#controller, seen.status, { ...seen.headers }, '');
      if (seen.body !== '') this.#handler.onResponseData?.(this.#controller, Buffer.from(seen.body));
      if (seen.end === 'never') return;
      if (seen.end === 'cut') return this.#fail('UND_ERR_SOCKET', 'other side closed');
      this.#isOver = true;
      this.#handler.onResponseEnd?.(this.#controller, {});
    });
  }

  #here(act: () => void): void {
    this.#deps.stage.after(
      this.#time(),
      () => {
        if (!this.#isOver) act();
      },
      this.#machine,
    );
  }

  #fail(code: string, message: string): void {
    this.#end(Object.assign(new Error(message), { code }));
  }

  #end(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.onResponseError?.(this.#controller, error);
  }

  #isLost(): boolean {
    const { loss } = this.#way;
    return loss > 0 && this.#deps.draw() < loss;
  }

  #time(): number {
    const [least, more] = this.#way.delay;
    return least + this.#deps.draw() * more;
  }
}
