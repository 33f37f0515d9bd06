/** What the admin listener shows, read from the stores: meetings, rooms, clusters, health. */
import { clusterStates, line, listClusters } from './administration-clusters.ts';
import { roomLines, roomView } from './administration-rooms.ts';
import { openRun } from './conference/meeting.ts';
import { detailOf, iso } from './conference/view.ts';
import type { Config } from './config.ts';
import type { SignInState } from './graph/sign-in.ts';
import { liveOverviews, livePicture } from './live.ts';
import { watchPrefix } from './queues.ts';
import type { AttendanceStore } from './redis/attendance.ts';
import type { BridgeStore } from './redis/bridges.ts';
import type { DiscoveryStore } from './redis/discoveries.ts';
import type { ExchangeStore } from './redis/exchanges.ts';
import type { MeetingStore } from './redis/meetings.ts';
import type { RoomStore } from './redis/rooms.ts';
import type { SlotStore } from './redis/slots.ts';
import type { TicketStore } from './redis/tickets.ts';

export interface AdministrationDeps {
  readonly config: Config;
  readonly meetings: MeetingStore;
  readonly rooms: RoomStore;
  readonly bridges: BridgeStore;
  readonly slots: SlotStore;
  readonly discoveries: DiscoveryStore;
  readonly attendance: AttendanceStore;
  readonly exchanges: ExchangeStore;
  readonly tickets: TicketStore;
  ringAttendance(rings: readonly { readonly key: string; readonly at: number }[]): Promise<void>;
  /** Undefined in a process that never signs in. */
  signInState(): SignInState | undefined;
  redisState(): { readonly ok: boolean; readonly since: number; readonly why?: string };
}

export class Administration {
  readonly #deps: AdministrationDeps;

  constructor(deps: AdministrationDeps) {
    this.#deps = deps;
  }

  async getMeeting(key: string) {
    const { meetings, config } = this.#deps;
    const meeting = await meetings.load(key);
    return meeting === undefined
      ? undefined
      : detailOf(meeting, config.clusters, await meetings.timeline(key));
  }

  /** Who is in a meeting's conference, or was; who watches it is told more closely of those in it. */
  async getParticipants(key: string, isWatched: boolean) {
    const { meetings, attendance, ringAttendance } = this.#deps;
    const meeting = await meetings.load(key);
    if (meeting === undefined) return undefined;
    if (isWatched && openRun(meeting.run) !== undefined && (await attendance.watch(key)))
      await ringAttendance([{ key: watchPrefix + key, at: Date.now() }]);
    return await livePicture(this.#deps, meeting, Date.now());
  }

  /** What was asked and answered in the work on a meeting, and on its event or series; the first first. */
  async listExchanges(
    key: string,
    {
      after = '',
      limit,
      work,
    }: { readonly after?: string | undefined; readonly limit: number; readonly work?: string | undefined },
  ) {
    const { meetings, exchanges } = this.#deps;
    const meeting = await meetings.load(key);
    if (meeting === undefined) return undefined;
    const all = await exchanges.list([key, meeting.last.uid]);
    const wanted = all.filter(({ id, work: of }) => id > after && (work === undefined || of === work));
    const page = wanted.slice(0, limit);
    return {
      exchanges: page.map(({ at, ...rest }) => ({ ...rest, at: iso(at) })),
      next: wanted.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  /** All conferences that run, with who is in them. */
  async live() {
    const now = Date.now();
    const open = await this.#deps.meetings.open();
    return { at: iso(now), meetings: await liveOverviews(this.#deps, open, now) };
  }

  async listRooms() {
    const { config, rooms } = this.#deps;
    const now = Date.now();
    return await Promise.all(
      config.rooms.map(async (room) => {
        const [status, subscription, audit] = await Promise.all([
          rooms.status(room.mailbox),
          rooms.subscriptionOf(room.mailbox),
          rooms.audit(room.mailbox),
        ]);
        return {
          ...roomView(room, { status, subscription, audit }, now),
          subscription:
            subscription === undefined ? null : { id: subscription.id, expires: iso(subscription.expires) },
        };
      }),
    );
  }

  /** As an administrator looks at them. */
  async listClusters() {
    return await listClusters(this.#deps, Date.now());
  }

  async health() {
    const { redisState, signInState } = this.#deps;
    const redis = redisState();
    const token = signInState();
    const lines = {
      redis: line(redis.ok, redis.since, redis.why),
      token:
        token === undefined
          ? line(false, undefined, 'this process does not sign in')
          : line(token.ok, token.since, token.error),
    };
    if (!redis.ok) return { ok: false, ...lines, rooms: [], subscriptions: [], clusters: [] };
    const [both, clusters] = await Promise.all([this.#roomLines(), clusterStates(this.#deps)]);
    const [rooms, subscriptions] = [both.map(({ room }) => room), both.map((line) => line.subscription)];
    const clusterLines = clusters.map(({ name, slots, callBridges }) => ({
      name,
      slots: { ok: slots.ok, since: slots.since, why: slots.why },
      callBridges: callBridges.map(({ address, ok, since, why }) => ({ address, ok, since, why })),
    }));
    const ok =
      redis.ok &&
      (token?.ok ?? true) &&
      [...rooms, ...subscriptions].every((line) => line.ok) &&
      clusterLines.every(({ slots, callBridges }) => slots.ok && callBridges.every((bridge) => bridge.ok));
    return { ok, ...lines, rooms, subscriptions, clusters: clusterLines };
  }

  /** Whether each room can be read, and has a living subscription. */
  async #roomLines() {
    const { config, rooms } = this.#deps;
    const mailboxes = config.rooms.map(({ mailbox }) => mailbox);
    const lines = await roomLines(rooms, mailboxes, Date.now());
    return lines.map(({ room, subscription }, i) => {
      const mailbox = mailboxes[i] ?? '';
      return { room: { mailbox, ...room }, subscription: { mailbox, ...subscription } };
    });
  }
}
