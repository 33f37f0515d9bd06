/** The queues in virtual time: a doorbell for each key, as the agenda has them, and handlers called at their times. */
import type { QueueName } from '../../src/queues.ts';
import type { VirtualClock } from '../simulators/graph/clock.ts';

/** Brings a key to where it should be; returns when to look again (epoch ms), or undefined for never. */
export type Bring = (key: string) => Promise<number | undefined>;

/** Who works: a process with a handler for each queue, until it dies. */
export interface Worker {
  readonly handlers: Readonly<Partial<Record<QueueName, Bring>>>;
  readonly ended: Promise<void>;
  readonly dead: boolean;
}

interface Entry {
  readonly queue: QueueName;
  readonly key: string;
  at: number;
  /** How often it was rung. */
  revision: number;
  inHand: boolean;
  /** Somebody rang since it was last worked on. */
  rung: boolean;
  /** To be done soon; false of sweeps and renewals. */
  urgent: boolean;
  takeBack: () => void;
}

/** After an unexpected failure of a handler, as the processor has it. */
const retryAfter = 3_000;
/** Until the claims of a process that died are void. */
const claimLife = 5_000;
/** Only sweeps, renewals and ends of meetings are asked for further ahead than this. */
const soon = 120_000;

export interface Failure {
  readonly queue: QueueName;
  readonly key: string;
  readonly error: unknown;
}

export class VirtualQueues {
  /** Handlers that threw. */
  readonly failures: Failure[] = [];
  /** Handlers called, by queue. */
  readonly calls: Record<QueueName, number> = {
    ...{ calendar: 0, conference: 0, invitation: 0, bridge: 0, attendance: 0, notice: 0 },
  };
  /** Real ms that handlers took, by queue and by whether somebody rang. */
  readonly spent = new Map<string, { ms: number; times: number }>();
  /** What was begun last, and whether somebody rang for it or its time had come. */
  inHand: { readonly queue: QueueName; readonly key: string; readonly why: 'rung' | 'time' } | undefined;
  readonly #clock: VirtualClock;
  readonly #choose: (count: number) => number;
  readonly #entries = new Map<string, Entry>();
  readonly #ready = new Set<Entry>();

  /** `choose` says which of several that are due at once comes first. */
  constructor(clock: VirtualClock, choose: (count: number) => number = () => 0) {
    this.#clock = clock;
    this.#choose = choose;
  }

  /** Asks that these keys be looked at, at their times or sooner. */
  ring(queue: QueueName, rings: readonly { readonly key: string; readonly at: number }[]): void {
    for (const { key, at } of rings) {
      const id = `${queue} ${key}`;
      const known = this.#entries.get(id);
      if (known !== undefined) {
        known.revision += 1;
        known.rung = true;
        if (at < known.at && !known.inHand) this.#due(known, at);
        continue;
      }
      const entry: Entry = {
        queue,
        key,
        at,
        revision: 1,
        inHand: false,
        rung: true,
        urgent: true,
        takeBack: () => {},
      };
      this.#entries.set(id, entry);
      this.#due(entry, at);
    }
  }

  /** Whether something is due now that nobody is at. */
  get ready(): boolean {
    return this.#ready.size > 0;
  }

  /** What is due soon and more than a look for what was missed. */
  get urgentOnes(): { queue: QueueName; key: string; at: number }[] {
    return [...this.#entries.values()].filter(({ urgent }) => urgent);
  }

  /** Keys and times of all that is due, in no order. */
  due(queue: QueueName): { key: string; at: number }[] {
    return [...this.#entries.values()].filter((entry) => entry.queue === queue);
  }

  /** Everything is lost, as the agenda is with Redis. */
  clear(): void {
    for (const entry of this.#entries.values()) entry.takeBack();
    this.#entries.clear();
    this.#ready.clear();
  }

  /** Takes one of those that are due now and works on it; false where the worker died over it. */
  async work(worker: Worker): Promise<boolean> {
    const entry = [...this.#ready][this.#ready.size === 1 ? 0 : this.#choose(this.#ready.size)];
    if (entry === undefined) return true;
    this.#ready.delete(entry);
    entry.inHand = true;
    this.inHand = { queue: entry.queue, key: entry.key, why: entry.rung ? 'rung' : 'time' };
    entry.rung = false;
    this.calls[entry.queue] += 1;
    const { revision } = entry;
    const handler = worker.handlers[entry.queue];
    const brought = (handler?.(entry.key) ?? Promise.resolve(undefined)).catch((error: unknown) => {
      this.failures.push({ queue: entry.queue, key: entry.key, error });
      return this.#clock.now() + retryAfter;
    });
    const [begun, what] = [performance.now(), `${entry.queue}, ${this.inHand.why}`];
    const next = await Promise.race([brought, worker.ended.then(() => 'died' as const)]);
    entry.inHand = false;
    const spent = this.spent.get(what) ?? { ms: 0, times: 0 };
    this.spent.set(what, { ms: spent.ms + performance.now() - begun, times: spent.times + 1 });
    // Lost with Redis meanwhile: what was rung anew is another entry.
    if (this.#entries.get(`${entry.queue} ${entry.key}`) !== entry) return next !== 'died';
    if (next === 'died') this.#due(entry, this.#clock.now() + claimLife);
    else if (entry.revision !== revision) this.#due(entry, this.#clock.now());
    else if (next === undefined) this.#entries.delete(`${entry.queue} ${entry.key}`);
    else this.#due(entry, next);
    return next !== 'died';
  }

  #due(entry: Entry, at: number): void {
    entry.takeBack();
    this.#ready.delete(entry);
    entry.at = at;
    const wait = at - this.#clock.now();
    entry.urgent = wait < soon;
    if (wait <= 0) this.#ready.add(entry);
    else entry.takeBack = this.#clock.after(wait, () => this.#ready.add(entry));
  }
}
