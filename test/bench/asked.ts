/** What pages ask of the product, by path; and others that ask as much and follow what changes, without a browser each. */
import type { Page } from 'playwright-core';

export interface Request {
  readonly path: string;
  /** The first that was asked so. */
  readonly url: string;
  count: number;
}

/** What a page asks from now on, until it is taken. */
export class Asked {
  #requests = new Map<string, Request>();
  #since = performance.now();

  constructor(page: Page) {
    page.on('request', (request) => {
      const url = request.url();
      const path = new URL(url).pathname;
      const known = this.#requests.get(path);
      if (known === undefined) this.#requests.set(path, { path, url, count: 1 });
      else known.count += 1;
    });
  }

  /** @returns those since the last time, and in how many seconds */
  take(): { readonly requests: readonly Request[]; readonly seconds: number } {
    const taken = {
      requests: [...this.#requests.values()],
      seconds: (performance.now() - this.#since) / 1_000,
    };
    this.#requests = new Map();
    this.#since = performance.now();
    return taken;
  }
}

/** Somebody who follows what changes, and asks as often as a page was seen to. */
export class Follower {
  readonly #ended = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  /** Bytes. */
  received = 0;

  /** @param last of `/api/now` */
  async follow(admin: string, last: string): Promise<void> {
    const { signal } = this.#ended;
    const answer = await fetch(`${admin}/api/changes?after=${last}`, { signal });
    if (!answer.ok || answer.body === null) throw new Error(`/api/changes: ${answer.status}`);
    const read = async (body: AsyncIterable<Uint8Array>) => {
      for await (const chunk of body) this.received += chunk.byteLength;
    };
    read(answer.body).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  ask(url: string, perSecond: number): void {
    const { signal } = this.#ended;
    const once = async () => {
      const answer = await fetch(url, { signal, headers: { 'accept-encoding': 'br' } });
      this.received += (await answer.arrayBuffer()).byteLength;
    };
    this.#timers.push(setInterval(() => void once().catch(() => undefined), 1_000 / perSecond));
  }

  leave(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#ended.abort();
  }
}
