/**
 * Takes the clock, the timers and the chance of this process away from Node and gives them to the stage, for all that is
 * loaded from then on: the product, its libraries and the simulators alike. To be called before any of them is loaded, in
 * a process that does nothing else.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import waiting from 'node:timers/promises';
import { bytes, type Lots } from './lots.ts';
import type { Due, Stage } from './stage.ts';

/** What `setTimeout` gives. */
class Timer {
  readonly #stage: Stage;
  readonly #act: () => void;
  readonly #every: number | undefined;
  readonly #wait: number;
  #due: Due | undefined;

  constructor(stage: Stage, act: () => void, wait: number, repeats: boolean) {
    this.#stage = stage;
    this.#act = act;
    this.#wait = wait;
    this.#every = repeats ? wait : undefined;
    this.refresh();
  }

  refresh(): this {
    this.stop();
    this.#due = this.#stage.after(this.#wait, () => {
      if (this.#every !== undefined) this.refresh();
      this.#act();
    });
    return this;
  }

  stop(): void {
    if (this.#due !== undefined) this.#due.action = undefined;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  close(): this {
    this.stop();
    return this;
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}

type Callback = (...args: unknown[]) => void;

export function takeGlobals(stage: Stage, draw: Lots): void {
  takeClock(stage);
  takeTimers(stage);
  takeChance(draw);
  syncBuiltinESMExports();
}

function takeClock(stage: Stage): void {
  const Real = globalThis.Date;
  const now = () => Math.floor(stage.now + stage.current.clockAhead);
  class Virtual extends Real {
    constructor(...args: ConstructorParameters<DateConstructor> | []) {
      if (args.length === 0) super(now());
      else super(...(args as [number]));
    }

    static override now(): number {
      return now();
    }
  }
  globalThis.Date = Virtual as DateConstructor;
  // Clocks that are stepped do not move this one.
  Object.defineProperty(globalThis.performance, 'now', { value: () => stage.now - stage.began + 1_000 });
  Object.defineProperty(globalThis.performance, 'timeOrigin', { value: stage.began - 1_000 });
  const hrtime = () => {
    const ms = stage.now - stage.began;
    return [Math.floor(ms / 1_000), Math.floor((ms % 1_000) * 1e6)];
  };
  Object.assign(process, {
    hrtime: Object.assign(hrtime, { bigint: () => BigInt(Math.floor((stage.now - stage.began) * 1e6)) }),
  });
}

function takeTimers(stage: Stage): void {
  const wait = (ms: unknown) => {
    const number = Number(ms ?? 0);
    return number >= 1 && number <= 2 ** 31 - 1 ? Math.trunc(number) : 1;
  };
  const stop = (timer: unknown) => {
    if (timer instanceof Timer) timer.stop();
  };
  const later = (act: Callback, ms?: unknown, ...args: unknown[]) =>
    new Timer(stage, () => act(...args), wait(ms), false);
  const repeatedly = (act: Callback, ms?: unknown, ...args: unknown[]) =>
    new Timer(stage, () => act(...args), wait(ms), true);
  const soon = (act: Callback, ...args: unknown[]) => new Timer(stage, () => act(...args), 0, false);
  const taken = {
    ...{ setTimeout: later, setInterval: repeatedly, setImmediate: soon },
    ...{ clearTimeout: stop, clearInterval: stop, clearImmediate: stop },
  };
  Object.assign(globalThis, taken);
  Object.assign(timers, taken);
  const pause = (begin: (act: () => void) => Timer, value: unknown, signal?: AbortSignal) =>
    new Promise((resolve, reject) => {
      const refuse = () => {
        timer.stop();
        reject(new DOMException('The operation was aborted', 'AbortError'));
      };
      const timer = begin(() => {
        signal?.removeEventListener('abort', refuse);
        resolve(value);
      });
      if (signal?.aborted) refuse();
      else signal?.addEventListener('abort', refuse, { once: true });
    });
  Object.assign(waiting, {
    setTimeout: (ms?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
      pause((act) => later(act, ms), value, options?.signal),
    setImmediate: (value?: unknown, options?: { signal?: AbortSignal }) =>
      pause((act) => soon(act), value, options?.signal),
  });
  AbortSignal.timeout = (ms: number) => {
    const controller = new AbortController();
    later(
      () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
      ms,
    );
    return controller.signal;
  };
}

function takeChance(draw: Lots): void {
  const randomBytes = (size: number, tell?: (error: null, made: Buffer) => void) => {
    const made = bytes(draw, Buffer.alloc(size)) as Buffer;
    if (tell === undefined) return made;
    setImmediate(() => tell(null, made));
    return undefined;
  };
  const randomUUID = () => {
    const made = bytes(draw, Buffer.alloc(16)) as Buffer;
    made[6] = ((made[6] ?? 0) & 15) | 64;
    made[8] = ((made[8] ?? 0) & 63) | 128;
    const hex = made.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
  const randomInt = (low: number, high?: number) =>
    high === undefined ? Math.floor(draw() * low) : low + Math.floor(draw() * (high - low));
  const fill = <T extends ArrayBufferView>(into: T): T => {
    bytes(draw, new Uint8Array(into.buffer, into.byteOffset, into.byteLength));
    return into;
  };
  Math.random = draw;
  Object.assign(crypto, { randomBytes, randomUUID, randomInt, randomFillSync: fill });
  for (const [name, value] of Object.entries({ randomUUID, getRandomValues: fill }))
    Object.defineProperty(crypto.webcrypto, name, { value, configurable: true });
}
