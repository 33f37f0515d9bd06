/** Listens to one call bridge by an event stream, and keeps the picture that its news make; throws where they make none. */
import type { Dispatcher } from 'undici';
import { expect, vi } from 'vitest';
import type { CallNews, EventNews, ParticipantNews } from '../../../src/cms/events/news.ts';
import { EventStream, type EventStreamOptions } from '../../../src/cms/events/stream.ts';

export interface Place {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** Of a loaded machine nothing is asked that a fast one does. */
const patient = { opening: 20_000, ack: 20_000 };

export class Ear implements AsyncDisposable {
  readonly news: EventNews[] = [];
  /** `open`, or `closed` with the reason. */
  readonly states: string[] = [];
  readonly calls = new Map<string, CallNews>();
  readonly rosters = new Map<string, Map<string, ParticipantNews>>();
  readonly stream: EventStream;

  constructor(
    { url: address, username, password }: Place,
    dispatcher: Dispatcher,
    options: Pick<EventStreamOptions, 'limits' | 'times'> = {},
  ) {
    this.stream = new EventStream({
      ...{ callBridge: { address, username, password }, dispatcher, ...options },
      times: { ...patient, firstPause: 20, lastPause: 200, pause: 20, grace: 50, ...options.times },
      onNews: (news) => {
        this.news.push(news);
        this.#take(news);
      },
      onState: (state, why) => this.states.push(why === undefined ? state : `${state}: ${why}`),
    });
    this.stream.start();
  }

  get resets(): number {
    return this.news.filter(({ kind }) => kind === 'reset').length;
  }

  /** The names of those in the call, or undefined where its roster is not told. */
  names(call: string): string[] | undefined {
    const roster = this.stream.covered().has(call) ? this.rosters.get(call) : undefined;
    return roster && [...roster.values()].map(({ name = '' }) => name).sort();
  }

  /** Resolves once the check throws no more. */
  async until(check: () => void, timeout = 20_000): Promise<void> {
    await vi.waitFor(check, { timeout, interval: 5 });
  }

  async untilOpen(times = 1): Promise<void> {
    await this.until(() => {
      expect(this.states.at(-1)).toBe('open');
      expect(this.resets).toBe(times);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stream.close();
  }

  #take(news: EventNews): void {
    if (news.kind === 'reset') {
      this.calls.clear();
      this.rosters.clear();
    } else if (news.kind === 'roster-reset') {
      this.rosters.set(news.call, new Map());
    } else if (news.kind === 'call') {
      put(this.calls, news.call, news);
    } else {
      const roster = this.rosters.get(news.call);
      if (roster === undefined) throw new Error('news of a roster that was not begun');
      put(roster, news.participant, news);
    }
  }
}

function put<T extends CallNews | ParticipantNews>(picture: Map<string, T>, id: string, news: T): void {
  const before = picture.get(id);
  if ((before === undefined) !== (news.update === 'add')) throw new Error(`${news.update} of ${id}`);
  if (news.update === 'remove') picture.delete(id);
  else picture.set(id, { ...before, ...news });
}
