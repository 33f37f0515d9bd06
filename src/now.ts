/**
 * What the page of the present shows, read from the stores: how everything stands, the days of rooms, the next starts. How
 * everything stands is kept from one question to the next, and only what has changed is read again, for it is asked for every
 * second.
 */
import type { Queue } from 'bullmq';
import { clusterStates, line } from './administration-clusters.ts';
import { type RoomLines, roomLines } from './administration-rooms.ts';
import { isDrained } from './cluster/drain.ts';
import { ticketKinds } from './cluster/ticket-codes.ts';
import { barOf, startOf } from './conference/bar.ts';
import { isOver, openRun, opensAt } from './conference/meeting.ts';
import { iso } from './conference/view.ts';
import type { Config } from './config.ts';
import type { SignInState } from './graph/sign-in.ts';
import { RunningNow } from './now-running.ts';
import type { Agenda } from './redis/agenda.ts';
import type { BridgeStore } from './redis/bridges.ts';
import type { MeetingStore } from './redis/meetings.ts';
import type { RoomStore } from './redis/rooms.ts';
import type { Start, StartStore } from './redis/starts.ts';
import type { TicketStore } from './redis/tickets.ts';

export interface NowDeps {
  readonly config: Config;
  readonly meetings: MeetingStore;
  readonly rooms: RoomStore;
  readonly bridges: BridgeStore;
  readonly tickets: TicketStore;
  readonly starts: StartStore;
  /** What is to be done, by the queue that does it. */
  readonly work: readonly { readonly queue: Queue; readonly agenda: Agenda }[];
  /** Undefined in a process that never signs in. */
  signInState(): SignInState | undefined;
  redisState(): { readonly ok: boolean; readonly since: number; readonly why?: string };
}

/** What has changed since the last question. */
export interface ChangedSince {
  /** Mailboxes. */
  readonly rooms: ReadonlySet<string>;
  /** Keys. */
  readonly meetings: ReadonlySet<string>;
}

const day = 86_400_000;
/** Milliseconds for which what is known is believed: a subscription runs out without anybody's doing. */
const knownFor = 60_000;
const failingShown = 10;
/** Next starts are looked for so far ahead. */
const startsWithin = 2 * day;
/** What should have begun longer ago and has not is a ticket by then. */
const overdueFor = 900_000;

export class Now {
  readonly #deps: NowDeps;
  readonly #rooms = new Map<string, RoomLines>();
  readonly #running: RunningNow;
  #allReadAt = Number.NEGATIVE_INFINITY;
  #starts: Start[] = [];

  constructor(deps: NowDeps) {
    this.#deps = deps;
    this.#running = new RunningNow(deps.meetings);
  }

  /** What is configured, in its order. */
  rooms() {
    return this.#deps.config.rooms.map(({ mailbox, name }) => ({ mailbox, name: name ?? null }));
  }

  /** @param changed of what something has changed since the last question; `all` where nobody knows */
  async standing(now: number, changed: ChangedSince | 'all' = 'all') {
    const { redisState, signInState } = this.#deps;
    const redis = redisState();
    const token = signInState();
    const isAll =
      changed === 'all' ||
      now - this.#allReadAt > knownFor ||
      this.#rooms.size !== this.#deps.config.rooms.length;
    const [push, running, clusters, tickets, starts, queues] = await Promise.all([
      this.#push(now, isAll ? 'all' : changed.rooms),
      this.#running.look(isAll ? 'all' : changed.meetings),
      this.#clusters(now),
      this.#tickets(),
      this.#lateness(now),
      this.queues(now),
    ]);
    if (isAll) this.#allReadAt = now;
    const ok =
      redis.ok &&
      (token?.ok ?? true) &&
      push.ok &&
      tickets.critical === 0 &&
      clusters.every(
        (one) => one.slots.ok && one.callBridges.every(({ state, drained }) => drained || state === 'up'),
      );
    return {
      ...{ ok, redis: line(redis.ok, redis.since, redis.why) },
      token:
        token === undefined ? line(true, undefined, undefined) : line(token.ok, token.since, token.error),
      ...{ push, running, clusters, tickets, starts, queues },
    };
  }

  /** The meetings of these rooms in that time, once each. */
  async bars(mailboxes: readonly string[], from: number, to: number, now: number) {
    const { meetings, config } = this.#deps;
    const keys = await meetings.keysOfRooms(mailboxes.map((mailbox) => ({ mailbox, from, to })));
    const found = await meetings.loadMany(keys);
    return found
      .filter(({ last, run }) => last.start < to && Math.max(last.end, run?.extension?.until ?? 0) > from)
      .map((meeting) => barOf(meeting, config.conference.setup, now));
  }

  /** Of meetings by their keys; what is not known any more is left out. */
  async barsOf(keys: readonly string[], now: number) {
    const { meetings, config } = this.#deps;
    return (await meetings.loadMany(keys)).map((meeting) => barOf(meeting, config.conference.setup, now));
  }

  /** What opens next, and what should have opened. */
  async nextStarts(limit: number, now: number) {
    const { meetings, config } = this.#deps;
    const { setup } = config.conference;
    const found = [];
    let cursor: { key: string; start: number } | undefined;
    const pageSize = 2 * limit;
    while (found.length < limit) {
      const page = await meetings.byStart(now - overdueFor, now + startsWithin, cursor, pageSize);
      for (const meeting of await meetings.loadMany(page.map(({ key }) => key))) {
        const { booked, run, early } = meeting;
        if (booked === undefined || openRun(run) !== undefined || isOver(meeting) || booked.end <= now)
          continue;
        found.push({ meeting, at: opensAt(booked, early, setup) });
      }
      cursor = page.at(-1);
      if (page.length < pageSize) break;
    }
    return found
      .sort((a, b) => a.at - b.at)
      .slice(0, limit)
      .map(({ meeting }) => startOf(meeting, setup, now));
  }

  async #push(now: number, changed: ReadonlySet<string> | 'all') {
    const all = this.#deps.config.rooms.map(({ mailbox }) => mailbox);
    const asked = changed === 'all' ? all : all.filter((mailbox) => changed.has(mailbox));
    const lines = await roomLines(this.#deps.rooms, asked, now);
    for (const [i, mailbox] of asked.entries()) {
      const found = lines[i];
      if (found !== undefined) this.#rooms.set(mailbox, found);
    }
    const known = [...this.#rooms];
    const failing = known.flatMap(([mailbox, { room, subscription }]) => {
      const why = room.why ?? subscription.why;
      return why === null ? [] : [{ mailbox, why }];
    });
    return {
      ok: failing.length === 0,
      rooms: all.length,
      subscribed: known.filter(([, { isSubscribed }]) => isSubscribed).length,
      unread: known.filter(([, { room }]) => !room.ok).length,
      failing: failing.slice(0, failingShown),
    };
  }

  async #clusters(now: number) {
    const [states, drains] = await Promise.all([clusterStates(this.#deps), this.#deps.bridges.drains()]);
    return states.map(({ name, slots, callBridges }) => ({
      name,
      slots,
      callBridges: callBridges.map(({ address, state, since, why, ...status }) => ({
        ...{ address, state, since, why, drained: isDrained(drains.get(address), now) },
        callLegs: ('callLegsActive' in status ? status.callLegsActive : undefined) ?? null,
      })),
    }));
  }

  async #tickets() {
    const open = await this.#deps.tickets.list('open');
    const of = (severity: string) =>
      open.filter(({ code }) => ticketKinds[code].severity === severity).length;
    const acknowledged = open.filter((ticket) => ticket.acknowledged !== undefined).length;
    return { open: open.length, critical: of('critical'), warning: of('warning'), acknowledged };
  }

  /** Of the last 24 hours. Two conferences may open in one millisecond, so the last one known is asked for again. */
  async #lateness(now: number) {
    const last = this.#starts.at(-1)?.at;
    const fresh = await this.#deps.starts.since(Math.max(last ?? 0, now - day));
    const kept = this.#starts.filter(({ at }) => at >= now - day && at !== last);
    this.#starts = [...kept, ...fresh];
    const late = this.#starts.map((start) => start.late).sort((a, b) => a - b);
    const at = (share: number) => late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? null;
    return { opened: late.length, p50: at(0.5), p99: at(0.99), max: late.at(-1) ?? null };
  }

  /** What is to be done, in the order of the queues. */
  async queues(now: number) {
    return await Promise.all(
      this.#deps.work.map(async ({ queue, agenda }) => {
        const [standing, paused] = await Promise.all([agenda.standing(now), queue.isPaused()]);
        // Rounded, or it would be news at every look.
        const late = Math.floor(standing.late / 1_000) * 1_000;
        return { name: queue.name, ...standing, late, paused };
      }),
    );
  }
}

/** As `/api/now` gives it. */
export async function tellNow(now: Now, last: string, at: number) {
  return { at: iso(at), standing: await now.standing(at), rooms: now.rooms(), last };
}
