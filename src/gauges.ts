/**
 * Reads what the shared gauges of `/metrics` show, each time that they are asked for. What Redis does not tell at once is
 * shown by none of them, while everything that is counted in this process is shown all the same.
 */
import { linesOf } from './administration-rooms.ts';
import { slotsNow } from './capacity-slots.ts';
import { isDrained } from './cluster/drain.ts';
import type { Config } from './config.ts';
import type { SignInState } from './graph/sign-in.ts';
import { type Metrics, showCertificate } from './http/metrics.ts';
import {
  type CallBridgeNow,
  type RoomsNow,
  showCallBridges,
  showOne,
  showQueues,
  showRooms,
  showSlots,
  showTickets,
} from './http/shared-gauges.ts';
import type { Agenda } from './redis/agenda.ts';
import type { BridgeStore } from './redis/bridges.ts';
import type { MeetingStore } from './redis/meetings.ts';
import type { RoomStore } from './redis/rooms.ts';
import type { SlotStore } from './redis/slots.ts';
import type { TicketStore } from './redis/tickets.ts';

/** Stores on a connection that answers soon or not at all. */
export interface GaugesDeps {
  readonly config: Pick<Config, 'clusters' | 'rooms' | 'http'>;
  readonly metrics: Metrics;
  readonly tickets: Pick<TicketStore, 'list'>;
  readonly slots: SlotStore;
  readonly bridges: Pick<BridgeStore, 'views' | 'health' | 'facts' | 'drains'>;
  readonly rooms: Pick<RoomStore, 'standings'>;
  readonly meetings: Pick<MeetingStore, 'countOpen' | 'countStarting'>;
  readonly agendas: ReadonlyMap<string, Pick<Agenda, 'standing'>>;
  redisState(): { readonly ok: boolean };
  /** Undefined in a process that never signs in. */
  signInState(): SignInState | undefined;
}

const hour = 3_600_000;
/** Subscriptions live for nearly seven days and are renewed at half of that; one that Graph grants for less is not late. */
const lapsesWithin = 24 * hour;
/** Milliseconds for which what is known of rooms is believed: there may be thousands. */
const roomsFor = 30_000;

export class Gauges {
  readonly #deps: GaugesDeps;
  #rooms: { readonly at: number; readonly read: Promise<RoomsNow | undefined> } | undefined;

  constructor(deps: GaugesDeps) {
    this.#deps = deps;
    const { http, clusters } = deps.config;
    // A series that begins with its first event hides that event from rate().
    for (const { name: cluster } of clusters)
      for (const one of ['startFailures', 'failovers', 'recoveries'] as const)
        deps.metrics[one].inc({ cluster }, 0);
    for (const listener of ['public', 'admin'] as const)
      showCertificate(deps.metrics, listener, http[listener].tls?.certificate);
  }

  /** Shows how it is. Never rejects. @param now epoch ms */
  async show(now: number): Promise<void> {
    const { config, metrics, tickets, slots, bridges, meetings, redisState, signInState } = this.#deps;
    metrics.redisUp.set(redisState().ok ? 1 : 0);
    const token = signInState();
    showOne(metrics.signedIn, token && (token.ok ? 1 : 0));
    await Promise.all([
      known(tickets.list('open')).then((open) => showTickets(metrics, open)),
      known(slotsNow(slots, config.clusters, now)).then((held) => showSlots(metrics, held)),
      known(this.#queues(now)).then((queues) => showQueues(metrics, queues)),
      known(this.#callBridges(now)).then((all) => showCallBridges(metrics, all)),
      this.#roomsNow(now).then((rooms) => showRooms(metrics, rooms)),
      known(bridges.views()).then((views) => showOne(metrics.workers, views?.size)),
      known(meetings.countOpen()).then((count) => showOne(metrics.running, count)),
      known(meetings.countStarting(now, now + hour)).then((count) => showOne(metrics.nextHour, count)),
    ]);
  }

  async #queues(now: number) {
    return await Promise.all(
      [...this.#deps.agendas].map(async ([queue, agenda]) => ({ queue, ...(await agenda.standing(now)) })),
    );
  }

  async #callBridges(now: number): Promise<CallBridgeNow[]> {
    const { config, bridges } = this.#deps;
    const [health, facts, drains] = await Promise.all([bridges.health(), bridges.facts(), bridges.drains()]);
    return config.clusters.flatMap(({ name: cluster, callBridges }) =>
      callBridges.map(({ address }) => ({
        ...{ cluster, address, state: health.get(address)?.state },
        drained: isDrained(drains.get(address), now),
        callLegs: health.get(address)?.callLegsActive,
        facts: facts.get(address),
      })),
    );
  }

  #roomsNow(now: number): Promise<RoomsNow | undefined> {
    if (this.#rooms === undefined || now - this.#rooms.at > roomsFor) {
      const read = known(this.#readRooms(now));
      this.#rooms = { at: now, read };
      void read.then((rooms) => {
        if (rooms === undefined) this.#rooms = undefined;
      });
    }
    return this.#rooms.read;
  }

  async #readRooms(now: number): Promise<RoomsNow> {
    const mailboxes = this.#deps.config.rooms.map(({ mailbox }) => mailbox);
    const standings = await this.#deps.rooms.standings(mailboxes);
    const lines = standings.map((standing) => linesOf(standing, now));
    const lapsing = standings.filter(({ subscription }) => {
      const { expires, renewAt } = subscription ?? { expires: 0, renewAt: 0 };
      return expires > now && expires - now < lapsesWithin && now - renewAt > hour;
    });
    return {
      all: mailboxes.length,
      unread: lines.filter(({ room }) => !room.ok).length,
      unsubscribed: lines.filter(({ isSubscribed }) => !isSubscribed).length,
      lapsing: lapsing.length,
    };
  }
}

/** Undefined for what could not be asked. */
async function known<T>(asked: Promise<T>): Promise<T | undefined> {
  return await asked.catch(() => undefined);
}
