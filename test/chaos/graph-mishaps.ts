/** What goes wrong with Exchange in a long run: it is away, throttles, breaks off, forgets, tells nothing, or twice and shuffled. */
import type { Fault } from '../simulators/graph/faults.ts';
import type { GraphSimulator } from '../simulators/graph/simulator.ts';
import type { Misfortunes } from './misfortunes.ts';
import { Outages } from './outages.ts';

/** Milliseconds after which a mailbox that nobody tells of is read. */
export const sweptEvery = 20_000;

const endless = Number.MAX_SAFE_INTEGER;

/** Of every request. */
const refusals: Readonly<Record<string, Fault>> = {
  'Exchange away': { kind: 'status', status: 503 },
  'Exchange throttles': { kind: 'status', status: 429, retryAfter: 5, code: 'ApplicationThrottled' },
  'Exchange answers with a page of HTML': { kind: 'html' },
  'Exchange never answers': { kind: 'hang' },
  'answers of Exchange are cut': { kind: 'half-body' },
  'Exchange does it and cuts the connection': { kind: 'drop-after' },
};

export class GraphMishaps {
  /** Within this after it is back, all must be known: what waits to be tried again, and the sweep of what nobody told. */
  readonly outages = new Outages(sweptEvery + 20_000);
  readonly #graph: GraphSimulator;
  readonly #with: Misfortunes;

  constructor(graph: GraphSimulator, misfortunes: Misfortunes) {
    this.#graph = graph;
    this.#with = misfortunes;
  }

  begin(): void {
    this.#with.every(60, 180, () => this.#harm());
  }

  async #harm(): Promise<void> {
    const { roll } = this.#with;
    const kinds = Object.entries(refusals);
    const chosen = roll(kinds.length + 4);
    const [name, fault] = kinds[chosen] ?? [];
    if (name !== undefined && fault !== undefined) return await this.#refuse(name, fault);
    const { knobs } = this.#graph;
    switch (chosen - kinds.length) {
      case 0:
        this.#with.count('Exchange forgets what it has told');
        this.#graph.forgetDeltaTokens();
        return;
      case 1:
        this.#with.count('notifications twice and shuffled');
        knobs.notificationCopies = 2;
        knobs.reorderNotifications = 1 + roll(1_000);
        await this.#with.lasting(10, 40);
        knobs.notificationCopies = 1;
        knobs.reorderNotifications = undefined;
        return;
      case 2:
        this.#with.count('tokens revoked');
        this.#graph.revokeTokens();
        return;
      default: {
        this.#with.count('notifications lost');
        const over = this.outages.begin();
        knobs.dropNotifications = true;
        await this.#with.lasting(10, 40);
        knobs.dropNotifications = false;
        over();
      }
    }
  }

  async #refuse(name: string, fault: Fault): Promise<void> {
    this.#with.count(name);
    const over = this.outages.begin();
    const back = this.#graph.fail({ ...fault, times: endless, path: /^\/v1\.0\// });
    // An hour of a day that is lived twenty-four times as fast.
    await this.#with.lasting(5, this.#with.roll(5) === 0 ? 150 : 30);
    back();
    over();
  }
}
