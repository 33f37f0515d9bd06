/** Where the story is told: a step is waited for until it is seen, or its deadline, or the audience has gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Product } from '../world/world.ts';
import type { Terminal } from './terminal.ts';

/** What was seen, and when (epoch ms). */
export interface Sighting {
  readonly at: number;
  readonly text: string;
}

export interface Step {
  /** What its line begins with. */
  readonly word: string;
  /** What a failure calls it. */
  readonly name: string;
  readonly expected: string;
  /** Ms from now. */
  readonly within: number;
  readonly look: () => Sighting | undefined | Promise<Sighting | undefined>;
  /** What there is to see where nothing was seen. */
  readonly instead: () => string;
}

export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly step: string;
  readonly expected: string;
  readonly seen: string;

  constructor(step: string, expected: string, seen: string) {
    super(`${step}: expected ${expected}; seen: ${seen}`);
    this.step = step;
    this.expected = expected;
    this.seen = seen;
  }
}

export class Stage {
  readonly terminal: Terminal;
  /** Steps seen so far. */
  seen = 0;
  readonly #signal: AbortSignal;
  #ended: number | string | undefined;

  constructor(terminal: Terminal, product: Product, signal: AbortSignal) {
    this.terminal = terminal;
    this.#signal = signal;
    void product.ended.then((code) => {
      this.#ended = code;
    });
  }

  get productEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Tells the step once it is seen. @throws StepFailed */
  async expect(step: Step): Promise<Sighting> {
    const { word, name, expected, within, look, instead } = step;
    for (const deadline = Date.now() + within; ; await this.until(Date.now() + 40)) {
      const sighting = await look();
      if (sighting !== undefined) {
        this.seen += 1;
        this.terminal.tell(sighting.at, word, sighting.text);
        return sighting;
      }
      const limit = `${expected}, within ${Math.ceil(within / 1_000)} s`;
      if (this.#ended !== undefined) throw new StepFailed(name, limit, `Roombridge ended (${this.#ended})`);
      if (Date.now() > deadline) throw new StepFailed(name, limit, instead());
    }
  }

  /** Waits for the instant; throws when the demo is stopped. */
  async until(at: number): Promise<void> {
    await sleep(Math.max(0, at - Date.now()), undefined, { signal: this.#signal });
  }
}
