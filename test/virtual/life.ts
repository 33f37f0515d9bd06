/**
 * What one worker does to the outside, counted: every request and every command to Redis is two steps, sent and answered.
 * At a chosen step the worker dies: nothing of what stands behind that line in its program happens any more.
 */
import type { ChainableCommander, Redis } from 'ioredis';
import type { GraphCall, GraphClient } from '../../src/graph/client.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => {});

export class Life {
  /** Resolves when it dies. */
  readonly ended: Promise<void>;
  #end: () => void = () => {};
  #steps = 0;
  #last = Number.POSITIVE_INFINITY;
  #dead = false;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get steps(): number {
    return this.#steps;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Dies at the n-th step from now; 1 is the next. */
  endAfter(steps: number): void {
    this.#last = this.#steps + steps;
  }

  /** Something that is seen outside: begun only by the living, and the dead never hear what came of it. */
  async effect<T>(act: () => Promise<T>): Promise<T> {
    if (this.#step()) return await never();
    const outcome = await act().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (this.#step()) return await never();
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  end(): void {
    this.#dead = true;
    this.#end();
  }

  #step(): boolean {
    this.#steps += 1;
    if (!this.#dead && this.#steps >= this.#last) this.end();
    return this.#dead;
  }
}

/** A connection whose commands are steps of a life; a pipeline or transaction is one. */
export function mortalRedis(redis: Redis, life: Life): Redis {
  return new Proxy(redis, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name === 'pipeline' || name === 'multi') {
        return (...args: unknown[]) => {
          const chain = member.apply(target, args) as ChainableCommander;
          const exec = chain.exec.bind(chain);
          chain.exec = () => life.effect(() => exec());
          return chain;
        };
      }
      return (...args: unknown[]) => {
        const answer = (): unknown => member.apply(target, args);
        if (!commands.has(String(name))) return answer();
        return life.effect(async () => await answer());
      };
    },
  });
}

/** What is not a command of Redis: events and the connection's own affairs. */
const commands = {
  has: (name: string) => !/^(on|once|off|emit|addListener|removeListener|disconnect|duplicate)$/.test(name),
};

/** `before` runs ahead of every request, as time passes on the way. */
export function mortalGraph(graph: GraphClient, life: Life, before: (call: GraphCall) => void): GraphClient {
  const send = graph.send.bind(graph);
  graph.send = (call) =>
    life.effect(() => {
      before(call);
      return send(call);
    });
  return graph;
}
