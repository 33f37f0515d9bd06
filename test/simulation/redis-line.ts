/**
 * A machine's connections to the simulated Redis, as ioredis has them: bytes go there and back in order and take their
 * time. One that is cut loses what is on its way; the dead keep what they have sent, and nothing else.
 */
import { EventEmitter } from 'node:events';
import type { RedisSimulator, Session } from '../simulators/redis/simulator.ts';
import type { Lots } from './lots.ts';
import type { Machine, Stage } from './stage.ts';
import type { Trace } from './trace.ts';

export interface RedisLineDeps {
  readonly stage: Stage;
  readonly redis: RedisSimulator;
  readonly draw: Lots;
  readonly trace: Trace;
}

export class RedisLines {
  /** Nobody gets through. */
  isAway = false;
  /** How often every connection was cut. */
  cuts = 0;
  /** Milliseconds that each way takes at most. */
  slowness = 1;
  readonly #deps: RedisLineDeps;
  readonly #open = new Set<Line>();

  constructor(deps: RedisLineDeps) {
    this.#deps = deps;
  }

  /** For the options of ioredis. */
  connectorOf(machine: Machine) {
    const lines = this;
    return class {
      #line: Line | undefined;

      async connect(): Promise<Line> {
        this.#line = lines.#connect(machine);
        return this.#line;
      }

      check(): boolean {
        return true;
      }

      disconnect(): void {
        this.#line?.destroy();
      }
    };
  }

  /** Every connection is cut. */
  cut(): void {
    this.cuts += 1;
    for (const line of this.#open) line.fail('ECONNRESET', 'read ECONNRESET');
  }

  delay(): number {
    return 0.1 + this.#deps.draw() * this.slowness;
  }

  #connect(machine: Machine): Line {
    const { stage, redis, trace } = this.#deps;
    const line: Line = new Line(stage, machine, {
      delay: () => this.delay(),
      sent: (text) => trace.add(stage, machine, 'redis', text),
      left: () => this.#open.delete(line),
    });
    machine.mourners.push(() => line.hangUp());
    stage.after(this.delay(), () => {
      if (this.isAway) return line.fail('ECONNREFUSED', 'connect ECONNREFUSED');
      this.#open.add(line);
      line.open((send) => redis.connect(send));
    });
    return line;
  }
}

interface Way {
  delay(): number;
  sent(text: string): void;
  left(): void;
}

/** What ioredis wants of a socket. */
class Line extends EventEmitter {
  connecting = true;
  destroyed = false;
  writable = true;
  readonly #stage: Stage;
  readonly #machine: Machine;
  readonly #way: Way;
  #session: Session | undefined;
  /** What was written in this event goes together. */
  #breath: { readonly event: number; text: string } | undefined;
  #arrivesThere = 0;
  #arrivesHere = 0;

  constructor(stage: Stage, machine: Machine, way: Way) {
    super();
    this.#stage = stage;
    this.#machine = machine;
    this.#way = way;
  }

  open(connect: (send: (text: string) => void) => Session): void {
    if (this.destroyed) return;
    this.connecting = false;
    this.#session = connect((text) => {
      this.#arrivesHere = Math.max(this.#arrivesHere, this.#stage.now + this.#way.delay());
      this.#later(this.#arrivesHere, () => {
        if (!this.destroyed) this.emit('data', Buffer.from(text, 'latin1'));
      });
    });
    this.emit('connect');
  }

  write(data: string | Uint8Array): boolean {
    if (this.destroyed || !this.#stage.mayAct(this.#machine)) return true;
    const text = typeof data === 'string' ? bytesOf(data) : Buffer.from(data).toString('latin1');
    this.#way.sent(text);
    const { world, now, events } = this.#stage;
    const breath = this.#breath;
    if (breath?.event === events) {
      breath.text += text;
      return true;
    }
    const begun = { event: events, text };
    this.#breath = begun;
    this.#arrivesThere = Math.max(this.#arrivesThere, now + this.#way.delay());
    const session = this.#session;
    this.#stage.after(this.#arrivesThere - now, () => session?.receive(begun.text), world);
    return true;
  }

  /** On its own side. */
  destroy(): this {
    if (this.destroyed) return this;
    this.#end();
    process.nextTick(() => this.emit('close'));
    return this;
  }

  end(): this {
    return this.destroy();
  }

  /** From outside. */
  fail(code: string, message: string): void {
    if (this.destroyed) return;
    this.#end();
    this.#session?.close();
    this.#later(this.#stage.now, () => {
      this.emit('error', Object.assign(new Error(message), { code }));
      this.emit('close');
    });
  }

  /** Its machine is dead: what it has sent arrives, and then its end. */
  hangUp(): void {
    if (!this.destroyed) this.#end();
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  resume(): this {
    return this;
  }

  pause(): this {
    return this;
  }

  #end(): void {
    this.destroyed = true;
    this.writable = false;
    this.#way.left();
    const session = this.#session;
    const { world, now } = this.#stage;
    this.#stage.after(Math.max(0, this.#arrivesThere - now), () => session?.close(), world);
  }

  #later(at: number, action: () => void): void {
    this.#stage.after(at - this.#stage.now, action, this.#machine);
  }
}

function bytesOf(text: string): string {
  for (let at = 0; at < text.length; at += 1)
    if (text.charCodeAt(at) > 127) return Buffer.from(text, 'utf8').toString('latin1');
  return text;
}
