/** What the page of one room shows and does: how it is read and told of, its settings, its entries, and why they are what they are. */
import type { Redis } from 'ioredis';
import { listEntries } from './administration-entries.ts';
import { roomView } from './administration-rooms.ts';
import { ticketView } from './cluster/ticket.ts';
import { iso, isoOrNull } from './conference/view.ts';
import type { Config, RoomConfig } from './config.ts';
import { explain } from './explain.ts';
import type { GraphClient } from './graph/client.ts';
import { GraphFault } from './graph/fault.ts';
import type { Explained, RoomPorts } from './http/admin/room.ts';
import { inEnglish, stepInEnglish } from './meeting/explanation/english.ts';
import type { Explanation } from './meeting/explanation/step.ts';
import { bookingsIn } from './meeting/room-bookings.ts';
import type { QueueName } from './queues.ts';
import type { Agenda } from './redis/agenda.ts';
import type { MeetingStore } from './redis/meetings.ts';
import type { RoomStatus, RoomStore, RoomSubscription } from './redis/rooms.ts';
import type { TicketStore } from './redis/tickets.ts';
import { roomRules } from './room-rules.ts';
import { settingsOf } from './room-settings.ts';

export interface RoomDeps {
  readonly config: Config;
  readonly redis: Redis;
  readonly graph: GraphClient;
  readonly meetings: MeetingStore;
  readonly rooms: RoomStore;
  readonly tickets: Pick<TicketStore, 'list'>;
  readonly agendas: Readonly<Record<QueueName, Pick<Agenda, 'failing' | 'ring'>>>;
  /** Epoch ms. */
  now(): number;
}

/** Milliseconds after which a reading that was asked for and has not come may be asked for again. */
const patience = 60_000;
/** Characters of a subscription's id that tell it from others. */
const shortened = 8;

export function createRoomPorts(deps: RoomDeps): RoomPorts {
  const ofRoom = async <T>(
    mailbox: string,
    work: (room: RoomConfig) => Promise<T>,
  ): Promise<T | undefined> => {
    const room = deps.config.rooms.find((one) => one.mailbox.toLowerCase() === mailbox);
    return room === undefined ? undefined : await work(room);
  };
  return {
    getRoom: (mailbox) => ofRoom(mailbox, (room) => roomWhole(deps, room)),
    syncRoom: (mailbox) => ofRoom(mailbox, (room) => askSync(deps, room)),
    listEntries: (mailbox, from, to) => ofRoom(mailbox, (room) => listEntries(deps, room, { from, to })),
    explainEntry: (mailbox, event) => ofRoom(mailbox, (room) => explained(deps, room, event)),
  };
}

async function roomWhole(deps: RoomDeps, room: RoomConfig) {
  const { config, rooms, meetings } = deps;
  const { mailbox, conference } = room;
  const now = deps.now();
  const [status, subscription, audit, roots] = await Promise.all([
    rooms.status(mailbox),
    rooms.subscriptionOf(mailbox),
    rooms.audit(mailbox),
    rooms.calendars.all(mailbox),
  ]);
  const bookings = bookingsIn(roots);
  const held = await meetings.loadMany(firstOfEach(bookings));
  const about = {
    keys: new Set(bookings.keys()),
    uids: new Set([...bookings.values()].map(({ uid }) => uid)),
  };
  return {
    ...roomView(room, { status, subscription, audit }, now),
    subscription: subscription === undefined ? null : subscriptionView(subscription),
    conference,
    reading: readingView(status),
    settings: settingsOf({
      ...{ mailbox, roots: roots.values(), now },
      rooms: config.rooms.map((one) => one.mailbox),
      meetings: new Map(held.map((meeting) => [meeting.key, meeting])),
    }),
    check: `roombridge check --room ${mailbox} --config FILE`,
    failing: await failingOf(deps, mailbox, about),
    tickets: await ticketsOf(deps, mailbox, about.keys),
  };
}

/** Dates of a series say the same of its mailbox: one of them is looked at. */
function firstOfEach(bookings: ReturnType<typeof bookingsIn>): string[] {
  const first = new Map<string, string>();
  for (const { eventId, key } of bookings.values()) if (!first.has(eventId)) first.set(eventId, key);
  return [...first.values()];
}

function subscriptionView({ id, since, renewedAt, renewAt, expires }: RoomSubscription) {
  return {
    id: id.slice(0, shortened),
    ...{ since: iso(since), renewed: isoOrNull(renewedAt), renews: iso(renewAt), expires: iso(expires) },
  };
}

function readingView({ syncAsked, syncBegun, readBecause, lastChange, lookedAt }: RoomStatus) {
  return {
    ...{ asked: isoOrNull(syncAsked), begun: isoOrNull(syncBegun), because: readBecause ?? null },
    changed: lastChange !== undefined && lookedAt !== undefined && lastChange >= lookedAt,
  };
}

/** What is tried again and again, of the queues that know rooms, their meetings, or whom those are told to. */
async function failingOf(
  { agendas }: RoomDeps,
  mailbox: string,
  { keys, uids }: { readonly keys: ReadonlySet<string>; readonly uids: ReadonlySet<string> },
) {
  const isOurs = {
    calendar: (key: string) => key === mailbox,
    conference: (key: string) => keys.has(key),
    invitation: (key: string) => uids.has(key),
  };
  const queues = Object.keys(isOurs) as (keyof typeof isOurs)[];
  const found = await Promise.all(
    queues.map(async (queue) =>
      (await agendas[queue].failing())
        .filter(({ key }) => isOurs[queue](key))
        .map((one) => ({ queue, ...one, since: iso(one.since) })),
    ),
  );
  return found.flat();
}

async function ticketsOf({ tickets }: RoomDeps, mailbox: string, keys: ReadonlySet<string>) {
  const open = await tickets.list('open');
  return open
    .filter(({ about }) => about.includes(mailbox) || keys.has(about.replace(/^meeting /, '')))
    .map(ticketView);
}

/** Whoever asks while another waits already has the same reading: it is not made twice. */
async function askSync({ rooms, config, agendas, ...deps }: RoomDeps, room: RoomConfig) {
  const { mailbox } = room;
  const now = deps.now();
  const { asked, isNew } = await rooms.askSync(mailbox, now, patience);
  if (isNew) await agendas.calendar.ring([{ key: mailbox, at: now }]);
  const [status, sync] = await Promise.all([rooms.status(mailbox), rooms.calendars.sync(mailbox)]);
  const isWhole = sync === undefined || sync.readAs !== roomRules(room, config).readAs;
  return {
    ...{ mailbox, asked: iso(asked), isNew, lastSync: isoOrNull(status.lastSync) },
    reads: isWhole ? ('everything' as const) : ('changes' as const),
  };
}

async function explained(
  { config, graph, redis, now }: RoomDeps,
  room: RoomConfig,
  id: string,
): Promise<Explained> {
  try {
    const found = await explain({ config, graph, redis, now: now() }, room, id);
    if (found === undefined) return { kind: 'absent' };
    return { kind: 'explained', explanation: explanationView(room.mailbox, found) };
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    const { kind, message: why } = error;
    return { kind: kind === 'busy' ? 'busy' : kind === 'unreachable' ? 'silent' : 'refused', why };
  }
}

function explanationView(mailbox: string, explanation: Explanation) {
  const { isBooking, reason = null, meetings, steps } = explanation;
  return {
    ...{ mailbox, isBooking, reason, meetings, text: inEnglish(explanation) },
    steps: steps.map((one) => ({
      ...{ part: one.part, says: one.says, values: one.values },
      ...{ passes: one.passes ?? null, text: stepInEnglish(one) },
    })),
  };
}
