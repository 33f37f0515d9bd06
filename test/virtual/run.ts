/** Plays one random run in a virtual tenant, and says in the end what is not as it must be. */
import type { TestRedis } from '../redis/server.ts';
import type { Fault } from '../simulators/graph/faults.ts';
import { type Item, instanceId } from '../simulators/graph/item.ts';
import { slotsOf } from '../simulators/graph/mailbox.ts';
import type { BookedEvent } from '../simulators/graph/outlook.ts';
import type { RecurrencePattern, RecurrenceRange, Weekday } from '../simulators/graph/recurrence.ts';
import { GraphRefusal } from '../simulators/graph/reply.ts';
import { lots } from '../simulators/graph/shuffle.ts';
import { dateText } from '../simulators/graph/zones.ts';
import { type Action, type FaultName, type Pattern, type Scenario, starts, type When } from './actions.ts';
import { differences, Ran } from './verdict.ts';
import { startVirtual, type Virtual } from './virtual.ts';

const quarter = 900_000;
const day = 86_400_000;
const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'GMT Standard Time'] as const;
const rooms = ['alder@example.com', 'beech@example.com', 'cedar@example.com'] as const;
const people = (['outlookDesktop', 'outlookWeb', 'none'] as const).map((editor, i) => {
  const name = ['ann', 'bob', 'cleo'][i] ?? '';
  return { mailbox: `${name}@example.com`, name, settings: { editor } };
});
const external = 'eve@elsewhere.example';

interface Play {
  readonly virtual: Virtual;
  readonly booked: BookedEvent[];
  readonly start: number;
  readonly draw: () => number;
  readonly ran: Ran;
}

/** `look` sees the end. @returns what is wrong then; empty when all is well */
export async function play(
  scenario: Scenario,
  redis: TestRedis,
  look: (virtual: Virtual) => Promise<void> = async () => {},
): Promise<string[]> {
  const draw = lots(scenario.seed);
  const start = Date.parse(starts[scenario.start] ?? starts[0]);
  const habit = (bit: number) => (scenario.habits >> bit) % 2 === 1;
  const virtual = await startVirtual({
    ...{ redis, people, start: new Date(start), quantity: scenario.quantity, workers: scenario.workers },
    rooms: rooms.map((mailbox) => ({ mailbox })),
    calendar: { horizon: 21 * day, sweep: 3_600_000 },
    inProcess: !habit(12),
    strangers: habit(9) && habit(10),
    graph: { pageSize: scenario.pageSize, attendantDelay: 300, acceptDelay: 1_500, notificationDelay: 400 },
    choose: (count) => Math.floor(draw() * count),
    ...(scenario.requestTakes === 0
      ? {}
      : { requestTakes: () => Math.floor(draw() * scenario.requestTakes) }),
  });
  try {
    const { knobs } = virtual.graph;
    Object.assign(knobs, {
      deltaPageMax: scenario.pageSize,
      ...(habit(11) ? { subscriptionGrant: 5 * 3_600_000 } : {}),
      deltaMasterLast: habit(0),
      deltaRepeats: habit(1),
      deltaEmptyPage: habit(2),
      deletedOccurrence: habit(3) ? 'removed' : 'silent',
    });
    const [first, second, third] = rooms.map((mailbox) => virtual.graph.rooms.get(mailbox));
    if (first) Object.assign(first, { removeCancelled: habit(4), keepDeclined: habit(5) });
    if (second && habit(6)) {
      Object.assign(second, {
        ...{ deleteSubject: true, addOrganizerToSubject: true, deleteComments: true },
        ...{ removePrivateProperty: true, removeCancelled: true, keepDeclined: false },
      });
    }
    if (second && habit(13)) second.allowConflicts = true;
    if (third && habit(14)) Object.assign(third, { policy: 'delegate' });
    if (first && habit(15)) Object.assign(first, { conflictPercentage: 100, maxConflicts: 100 });
    if (third)
      Object.assign(third, {
        keepCancelledOccurrences: habit(7),
        firstPhaseResponse: habit(8) ? 'notResponded' : 'tentativelyAccepted',
      });
    await virtual.settle();
    const ran = new Ran();
    const playing: Play = { virtual, booked: [], start, draw, ran };
    for (const action of scenario.actions) await act(playing, action);
    await calm(virtual);
    await look(virtual);
    return await differences(virtual, ran);
  } finally {
    await virtual.stop();
  }
}

/** Nothing fails any more, everybody has time, and every room is swept. */
async function calm(virtual: Virtual): Promise<void> {
  virtual.graph.clearFaults();
  virtual.receiverDown = false;
  virtual.graph.knobs.deniedMailboxes.clear();
  for (const room of rooms) virtual.graph.license(room);
  tell(virtual, 'normal', 0);
  await virtual.settle();
  await virtual.sweepRound();
  await virtual.sweepRound();
}

async function act(playing: Play, action: Action): Promise<void> {
  const { virtual } = playing;
  switch (action.do) {
    case 'wait':
      return await virtual.advance(action.seconds * 1_000);
    case 'notifications':
      return tell(virtual, action.how, Math.floor(playing.draw() * 1e9));
    case 'subscription-gone':
      return virtual.graph.removeSubscriptionSilently(rooms[action.room] ?? rooms[0]);
    case 'subscription-removed':
    case 'missed':
      virtual.graph.sendLifecycle(
        rooms[action.room] ?? rooms[0],
        action.do === 'missed' ? 'missed' : 'subscriptionRemoved',
      );
      return;
    case 'tokens-gone':
      return virtual.graph.forgetDeltaTokens(rooms[action.room]);
    case 'fault':
      virtual.graph.fail({
        ...faults[action.how],
        ...(action.how === 'gone-in-paging' ? { path: /skiptoken/ } : places[action.on]),
        times: action.times,
      });
      return;
    case 'crash':
      return virtual.crashAfter(action.steps);
    case 'receiver-down':
      virtual.receiverDown = true;
      virtual.clock.after(action.seconds * 1_000, () => {
        virtual.receiverDown = false;
      });
      return;
    case 'mailbox':
      return disturb(virtual, rooms[action.room] ?? rooms[0], action.how, action.seconds);
    case 'lose-redis':
      return await virtual.loseRedis();
    default:
      playing.ran.look(virtual);
      // What Exchange refuses has not happened.
      try {
        inOutlook(playing, action);
        // What an organizer does before the notice of a forwarding came never reaches that room.
        if (action.do === 'forward') await virtual.advance(5_000);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
  }
}

function disturb(
  virtual: Virtual,
  room: string,
  how: 'denied' | 'unlicensed' | 'moved',
  seconds: number,
): void {
  const { graph, clock } = virtual;
  if (how === 'moved') graph.moveMailbox(room);
  if (how === 'denied') {
    graph.knobs.deniedMailboxes.add(room);
    clock.after(seconds * 1_000, () => graph.knobs.deniedMailboxes.delete(room));
  }
  if (how === 'unlicensed') {
    graph.unlicense(room);
    // A sweep of four minutes, as it is by default, meets nearly every absence; here rooms are swept once an hour.
    virtual.queues.ring('calendar', [{ key: room, at: clock.now() + 20_000 }]);
    clock.after(seconds * 1_000, () => graph.license(room));
  }
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof GraphRefusal ||
    (error instanceof Error && /has no occurrence|holds no/.test(error.message))
  );
}

type InOutlook = Extract<
  Action,
  {
    do:
      | 'book'
      | 'bookInRoom'
      | 'move'
      | 'rooms'
      | 'retitle'
      | 'repeat'
      | 'cancel'
      | 'decline'
      | 'accept'
      | 'this-and-following'
      | 'make-series'
      | 'make-single'
      | 'forward'
      | 'rewrite';
  }
>;

function inOutlook(playing: Play, action: InOutlook): void {
  const { virtual, booked } = playing;
  const { outlook } = virtual;
  if (action.do === 'book') {
    booked.push(book(playing, action));
    return;
  }
  if (action.do === 'bookInRoom') {
    const times = timesOf(playing, action);
    booked.push(outlook.bookInRoom(rooms[action.room] ?? rooms[0], { subject: 'Cleaning', ...times }));
    return;
  }
  const event = booked[action.meeting % Math.max(1, booked.length)];
  const item = event && outlook.event(event.organizer, event);
  if (event === undefined || item === undefined) return;
  if (action.do === 'repeat') {
    if (item.isAllDay || item.type !== 'seriesMaster') return;
    outlook.update(event, { recurrence: recurrenceOf(action.pattern, item.start, item.timeZone) });
    return;
  }
  if (action.do === 'make-series') {
    if (item.type === 'singleInstance' && !item.isAllDay && event.organizer !== external)
      outlook.convertToSeries(event, recurrenceOf(action.pattern, item.start, item.timeZone));
    return;
  }
  if (action.do === 'make-single') {
    if (item.type === 'seriesMaster') outlook.convertToSingle(event);
    return;
  }
  if (action.do === 'forward') {
    if (!item.isOrganizer || rooms.some((room) => room === event.organizer)) return;
    outlook.forward(event, rooms[action.room] ?? rooms[0]);
    return;
  }
  const occurrence = item.type === 'seriesMaster' ? action.occurrence : undefined;
  const slot = occurrence === undefined ? undefined : slotAt(playing, event, occurrence);
  if (occurrence !== undefined && slot === undefined) return;
  if (action.do === 'this-and-following') {
    if (slot === undefined || item.isAllDay) return;
    const start = new Date(slot.getTime() + action.later * quarter);
    const { after } = outlook.thisAndFollowing(
      event,
      slot,
      action.later === 0 ? { subject: 'Following' } : { start },
    );
    if (after.iCalUId !== event.iCalUId) booked.push(after);
    return;
  }
  if (action.do === 'cancel') {
    if (slot === undefined) outlook.cancel(event);
    else outlook.cancelOccurrence(event, slot);
    return;
  }
  if (action.do === 'decline' || action.do === 'accept') {
    const room = rooms[action.room] ?? rooms[0];
    const copy = outlook.roomCopy(room, event);
    if (copy === undefined || copy.isCancelled || copy.isOrganizer) return;
    if (action.do === 'accept') outlook.acceptByRoom(room, event.iCalUId);
    else if (slot === undefined) outlook.declineByRoom(room, event.iCalUId);
    else outlook.declineOccurrenceByRoom(room, event, slot);
    return;
  }
  const own =
    slot === undefined ? item : outlook.event(event.organizer, instanceId(event.id, slot.getTime()));
  const change = changeOf(playing, action, own ?? item);
  if (slot === undefined) outlook.update(event, change);
  else outlook.updateOccurrence(event, slot, change);
}

function changeOf(
  playing: Play,
  action: Extract<InOutlook, { do: 'move' | 'rooms' | 'retitle' | 'rewrite' }>,
  { isAllDay, body, organizer }: Item,
) {
  // A room does not invite itself.
  if (action.do === 'rooms')
    return { rooms: roomsOf(action.rooms).filter((room) => room !== organizer.address) };
  // The organizer adds a line, or writes the text anew and throws our block away with it.
  if (action.do === 'rewrite')
    return {
      body: {
        ...body,
        content: action.keeps ? `<p>Coffee is served.</p>${body.content}` : '<p>New agenda</p>',
      },
    };
  if (action.do === 'retitle')
    return {
      subject: `Another title ${Math.floor(playing.draw() * 100)}`,
      sensitivity: action.isPrivate ? ('private' as const) : ('normal' as const),
    };
  if (!isAllDay) return timesOf(playing, action);
  return allDayTimes(playing, action);
}

function book(playing: Play, action: Extract<Action, { do: 'book' }>): BookedEvent {
  const zone = zones[action.zone] ?? zones[0];
  const times = action.allDay ? allDayTimes(playing, action) : timesOf(playing, action);
  return playing.virtual.outlook.book({
    organizer: people[action.organizer]?.mailbox ?? external,
    rooms: roomsOf(action.rooms),
    subject: `Meeting ${playing.booked.length}`,
    body: {
      contentType: 'html',
      content: `<html><body><p>Agenda of ${playing.booked.length}</p></body></html>`,
    },
    timeZone: zone,
    ...times,
    ...(action.allDay ? { isAllDay: true } : {}),
    ...(action.isPrivate ? { sensitivity: 'private' } : {}),
    ...(action.pattern === undefined
      ? {}
      : { recurrence: recurrenceOf(action.pattern, times.start.getTime(), zone) }),
  });
}

function timesOf({ start, virtual }: Play, { at, length }: When) {
  // Nobody books what is over.
  const begin = Math.max(start + at * quarter, Math.ceil((virtual.now() - 2 * quarter) / quarter) * quarter);
  return { start: new Date(begin), end: new Date(begin + length * quarter) };
}

function allDayTimes(playing: Play, action: When) {
  const first = Math.ceil(timesOf(playing, action).start.getTime() / day) * day;
  return { start: new Date(first), end: new Date(first + (1 + (action.length % 2)) * day) };
}

function roomsOf(bits: number): string[] {
  const chosen = rooms.filter((_, i) => (bits >> i) % 2 === 1);
  return chosen.length === 0 ? [rooms[0]] : chosen;
}

const weekdays: readonly Weekday[] = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
];

function recurrenceOf({ kind, interval, range, count }: Pattern, start: number, recurrenceTimeZone: string) {
  const first = new Date(start);
  const today = weekdays[first.getUTCDay()] ?? 'monday';
  const dayOfMonth = first.getUTCDate();
  const month = first.getUTCMonth() + 1;
  const index =
    (['first', 'second', 'third', 'fourth', 'last'] as const)[Math.floor((dayOfMonth - 1) / 7)] ?? 'last';
  const patterns: Record<Pattern['kind'], RecurrencePattern> = {
    daily: { type: 'daily', interval },
    workdays: { type: 'weekly', interval: 1, daysOfWeek: weekdays.slice(1, 6) },
    weekly: { type: 'weekly', interval, daysOfWeek: [today] },
    absoluteMonthly: { type: 'absoluteMonthly', interval, dayOfMonth },
    relativeMonthly: { type: 'relativeMonthly', interval, daysOfWeek: [today], index },
    absoluteYearly: { type: 'absoluteYearly', interval, dayOfMonth, month },
    relativeYearly: { type: 'relativeYearly', interval, daysOfWeek: [today], index, month },
  };
  const ranges: Record<Pattern['range'], Partial<RecurrenceRange> & Pick<RecurrenceRange, 'type'>> = {
    numbered: { type: 'numbered', numberOfOccurrences: count },
    endDate: { type: 'endDate', endDate: dateText(Math.floor(start / day) + 1 + count * 2) },
    noEnd: { type: 'noEnd' },
  };
  return { pattern: patterns[kind], range: { ...ranges[range], recurrenceTimeZone } };
}

/** The n-th of the coming occurrences that still stand in the organizer's calendar. */
function slotAt({ virtual }: Play, event: BookedEvent, n: number): Date | undefined {
  const item = virtual.outlook.event(event.organizer, event);
  const slots =
    item === undefined ? [] : slotsOf(item, virtual.now() - day, virtual.now() + 40 * day).slice(0, 8);
  const slot = slots[n % Math.max(1, slots.length)];
  return slot === undefined ? undefined : new Date(slot);
}

/** How notifications fare from now on. */
function tell(virtual: Virtual, how: Extract<Action, { do: 'notifications' }>['how'], seed: number): void {
  const draw = lots(seed);
  Object.assign(virtual.graph.knobs, {
    dropNotifications: how === 'lost',
    notificationCopies: how === 'twice' ? 2 : 1,
    notificationDelay: how === 'late' ? () => Math.floor(draw() * 300_000) : 400,
    reorderNotifications: how === 'shuffled' ? seed : undefined,
  });
}

const faults: Record<FaultName, Fault> = {
  throttled: { kind: 'status', status: 429, retryAfter: 7 },
  'throttled-without-header': { kind: 'status', status: 429 },
  unavailable: { kind: 'status', status: 503, retryAfter: 2 },
  timeout: { kind: 'status', status: 504 },
  html: { kind: 'html' },
  'cut-before': { kind: 'drop-before' },
  'cut-after': { kind: 'drop-after' },
  'half-body': { kind: 'half-body' },
  'html-200': { kind: 'html', status: 200 },
  gone: { kind: 'gone' },
  'gone-in-paging': { kind: 'gone' },
  unauthorized: { kind: 'status', status: 401 },
};

const places = {
  any: { path: /^\/v1\.0\// },
  delta: { path: /calendarView\/delta/ },
  event: { path: /\/events/ },
} as const;
