/**
 * Watches whether Redis still is the one we wrote to. Found empty, everything is rung: the bridges are asked what runs,
 * every room is read anew, and from both the meetings come back with their numbers.
 */
import type { Logger } from 'pino';
import type { Config } from '../src/config.ts';
import type { QueueName } from '../src/queues.ts';
import type { Agenda } from '../src/redis/agenda.ts';
import type { EpochStore } from '../src/redis/epoch.ts';
import { strangersKey } from './calendar.ts';
import { runningKey } from './running.ts';

export interface GuardianDeps {
  readonly config: Pick<Config, 'clusters'>;
  readonly mailboxes: readonly string[];
  readonly agendas: Readonly<Record<QueueName, Agenda>>;
  readonly epochs: EpochStore;
  readonly log: Logger;
}

const checkEvery = 5_000;

export class Guardian {
  readonly #deps: GuardianDeps;
  #timer: NodeJS.Timeout | undefined;
  #epoch: string | undefined;
  /** The epoch in which every room has been read. */
  #readIn: string | undefined;

  constructor(deps: GuardianDeps) {
    this.#deps = deps;
  }

  /** Rings everything once, as after any absence, and watches from then on. */
  async start(): Promise<void> {
    await this.check();
    await this.#ringAll();
    this.#timer = setInterval(() => {
      this.check().catch((error: unknown) => this.#deps.log.warn({ err: error }, 'redis did not answer'));
    }, checkEvery);
  }

  /** Whether every room has been read in this epoch; once true, only the epoch is asked for. */
  async allRoomsRead(): Promise<boolean> {
    const { epochs, mailboxes } = this.#deps;
    const epoch = await epochs.current();
    if (epoch === undefined) return false;
    if (this.#readIn !== epoch.id && (await epochs.allRead(mailboxes))) this.#readIn = epoch.id;
    return this.#readIn === epoch.id;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Begins an epoch where there is none; rings everything when it is another than before. */
  async check(): Promise<void> {
    const { epochs, log } = this.#deps;
    const found = await epochs.current();
    const epoch = found ?? (await epochs.begin(Date.now())).epoch;
    if (epoch.id === this.#epoch) return;
    const known = this.#epoch !== undefined;
    this.#epoch = epoch.id;
    if (!known) return;
    log.error({ epoch: epoch.id }, 'redis has lost what we wrote; everything is rebuilt');
    await this.#ringAll();
  }

  async #ringAll(): Promise<void> {
    const { agendas, config, mailboxes } = this.#deps;
    const at = Date.now();
    const bridge = config.clusters.flatMap(({ name }) => [name, runningKey(name)]);
    await agendas.bridge.ring(bridge.map((key) => ({ key, at })));
    await agendas.calendar.ring([...mailboxes, strangersKey].map((key) => ({ key, at })));
  }
}
