/** One meeting of the demo from its booking to its end, each step told when the simulated side has seen it. */
import type { BookedEvent } from '../simulators/graph/outlook.ts';
import { base, type Product, type World } from '../world/world.ts';
import { extensionTime, namesOf, type PlayedRoom, setup, setupTime, slots } from './cast.ts';
import { Sightings, valueIn } from './sightings.ts';
import type { Stage } from './stage.ts';
import { clock } from './terminal.ts';

export interface Plan {
  readonly title: string;
  readonly organizer: { readonly mailbox: string; readonly name: string };
  readonly rooms: readonly PlayedRoom[];
  /** Epoch ms. */
  readonly start: number;
  readonly end: number;
}

interface Place {
  readonly number: string;
  readonly passcode: string;
}

const agenda = '<html><body><p>Bring the figures, please.</p></body></html>';

export class HeldMeeting {
  readonly plan: Plan;
  readonly #world: World;
  readonly #product: Product;
  readonly #stage: Stage;
  readonly #sightings: Sightings;
  readonly #event: BookedEvent;
  readonly #mailboxes: readonly string[];
  readonly #bookedAt = Date.now();
  #end: number;
  #place: Place = { number: '', passcode: '' };
  #call = '';
  #participants: string[] = [];

  /** Books it in Outlook. */
  constructor(world: World, product: Product, stage: Stage, plan: Plan) {
    this.plan = plan;
    this.#world = world;
    this.#product = product;
    this.#stage = stage;
    this.#sightings = new Sightings(world);
    this.#end = plan.end;
    this.#mailboxes = plan.rooms.map(({ mailbox }) => mailbox);
    this.#event = world.graph.outlook.book({
      organizer: plan.organizer.mailbox,
      rooms: this.#mailboxes,
      subject: plan.title,
      start: new Date(plan.start),
      end: new Date(plan.end),
      body: { contentType: 'html', content: agenda },
    });
  }

  async booked(): Promise<void> {
    const { title, organizer, rooms, start, end } = this.plan;
    await this.#stage.expect({
      word: 'booked',
      name: 'booked in Outlook',
      expected: `${namesOf(rooms)} accept the booking`,
      within: 10_000,
      look: () => {
        const at = this.#sightings.accepted(this.#event, this.#mailboxes);
        const text = `${organizer.name} books ${namesOf(rooms)}\n“${title}”, ${clock(start)} to ${clock(end)}`;
        return at === undefined ? undefined : { at: this.#bookedAt, text };
      },
      instead: () => 'no such answer in the rooms',
    });
  }

  async noticed(
    since = this.#bookedAt,
    text = 'Exchange notifies Roombridge, which reads the calendar',
  ): Promise<void> {
    const { rooms } = this.plan;
    await this.#stage.expect({
      word: 'noticed',
      name: 'change noticed',
      expected: `the notifications for ${namesOf(rooms)} are taken and the calendars read`,
      within: 10_000,
      look: () => {
        const accepted = this.#sightings.accepted(this.#event, this.#mailboxes);
        const notified = this.#sightings.notified(this.#mailboxes, since);
        if (accepted === undefined || notified === undefined) return undefined;
        const at = this.#sightings.read(this.#mailboxes, accepted);
        return at === undefined ? undefined : { at, text };
      },
      instead: () =>
        this.#sightings.notified(this.#mailboxes, since) === undefined
          ? 'no notification was answered with 202 for each room'
          : 'notifications were taken, but not every calendar was read',
    });
  }

  async reserved(): Promise<void> {
    const { start, rooms } = this.plan;
    await this.#stage.expect({
      word: 'reserved',
      name: 'slot reserved',
      expected: `a number from ${base} to ${base + slots - 1} whose slot stands ready on the cluster`,
      within: 10_000,
      look: async () => {
        const meeting = (await this.#world.meetings(this.#product).catch(() => [])).find(
          (one) => Date.parse(one.start) === start && one.rooms.includes(rooms[0]?.mailbox ?? ''),
        );
        if (meeting?.number === undefined || meeting.number === null) return undefined;
        const detail = await this.#world.meeting(this.#product, meeting.key);
        this.#place = { number: meeting.number, passcode: detail?.passcode ?? '' };
        if (!this.#sightings.isAtRest(meeting.number)) return undefined;
        const text = `slot ${meeting.number}, which stands locked on the bridges`;
        return { at: Date.parse(detail?.timeline?.find(({ what }) => what === 'reserved')?.at ?? ''), text };
      },
      instead: () =>
        this.#place.number === '' ? 'no number' : `${this.#place.number}, which is no slot at rest`,
    });
  }

  async invited(): Promise<void> {
    const { organizer } = this.plan;
    const { number, passcode } = this.#place;
    const wanted = [
      agenda.slice(0, agenda.indexOf('</body>')),
      number,
      `${number}@meet.example.com`,
      passcode,
    ];
    await this.#stage.expect({
      word: 'invitation',
      name: 'invitation written',
      expected: `${number} and passcode ${passcode} stand below the organizer's own text`,
      within: 15_000,
      look: () => {
        const text = this.#sightings.invitation(this.#event);
        if (passcode === '' || !wanted.every((part) => text.includes(part))) return undefined;
        return {
          at: Date.now(),
          text: `${organizer.name}'s invitation tells number and passcode ${passcode}`,
        };
      },
      instead: () =>
        `the text “${this.#sightings
          .invitation(this.#event)
          .replace(/<[^>]*>/g, ' ')
          .trim()}”`,
    });
  }

  /** @param bridge the call bridge that must have it; @param dead the one that would have had it */
  async opened(bridge: string, dead?: string): Promise<void> {
    const { title, start } = this.plan;
    const { number, passcode } = this.#place;
    const due = start - setupTime;
    await this.#stage.expect({
      word: dead === undefined ? 'opened' : 'taken over',
      name: dead === undefined ? 'conference opened' : 'next call bridge takes over',
      expected: `${number} opens on ${bridge} at ${clock(due)}`,
      within: Math.max(0, due - Date.now()) + 8_000,
      look: () => {
        const call = this.#sightings.call(number);
        if (call === undefined || call.at < due - 100 || call.bridge !== bridge) return undefined;
        if (!this.#sightings.isOpen(number, title, passcode)) return undefined;
        this.#call = call.call;
        const how = dead === undefined ? '' : `instead of ${dead}, `;
        return { at: call.at, text: `${number} opens on ${bridge}, ${how}${setup} s before the start` };
      },
      instead: () => this.#sightings.lastRequests(),
    });
  }

  async dialled(): Promise<void> {
    const { rooms, start } = this.plan;
    const addresses = rooms.map(({ sip }) => sip);
    await this.#stage.expect({
      word: 'dialled',
      name: 'rooms dialled',
      expected: `${namesOf(rooms)} ${rooms.length > 1 ? 'are each' : 'is'} dialled once at ${clock(start)}, and answer`,
      within: Math.max(0, start - Date.now()) + 8_000,
      look: () => {
        const at = this.#sightings.answered(this.#call, addresses);
        if (at === undefined) return undefined;
        return {
          at,
          text: `${namesOf(rooms)} ${rooms.length > 1 ? 'ring and answer' : 'rings and answers'}`,
        };
      },
      instead: () => {
        const dialled = this.#world.cms.events.filter(
          ({ kind, call }) => kind === 'legDialled' && call === this.#call,
        );
        const parties = dialled.map(({ remoteParty }) => remoteParty).join(', ');
        return `${parties === '' ? 'nobody was dialled' : `dialled were ${parties}`}; ${this.#sightings.lastRequests()}`;
      },
    });
  }

  async joined(...names: string[]): Promise<void> {
    const { number, passcode } = this.#place;
    const refused: string[] = [];
    for (const name of names) {
      const result = this.#world.cms.join(number, { name, passcode });
      if (result.joined) this.#participants.push(result.participant);
      else refused.push(`${name} was refused: ${result.reason}`);
    }
    const inside = this.plan.rooms.length + names.length;
    await this.#stage.expect({
      word: 'joined',
      name: 'people joined',
      expected: `${names.join(' and ')} come in with the passcode of the invitation`,
      within: 3_000,
      look: () => {
        if (refused.length > 0 || this.#sightings.present(this.#call) < inside) return undefined;
        return { at: Date.now(), text: `${names.join(' and ')} dial ${number}: ${inside} are in` };
      },
      instead: () => refused.join('; ') || `${this.#sightings.present(this.#call)} are in`,
    });
  }

  /** What administrators see of it: everybody who is in, rooms known as rooms, told by the call bridge itself. */
  async pictured(...names: string[]): Promise<void> {
    interface Picture {
      readonly sources: readonly { readonly by: string }[];
      readonly participants: readonly {
        readonly name: string | null;
        readonly room: string | null;
        readonly state: string;
      }[];
    }
    const path = `/api/meetings/${encodeURIComponent(this.#event.iCalUId)}/participants`;
    let last = 'no answer yet';
    await this.#stage.expect({
      word: 'seen',
      name: 'the live picture',
      expected: `${names.join(', ')} and ${this.plan.rooms.length} rooms are in the live picture`,
      within: 8_000,
      look: async () => {
        const { participants, sources } = await this.#world.api<Picture>(this.#product, path);
        const present = participants.filter(({ state }) => state === 'connected');
        const rooms = present.flatMap(({ room }) => room ?? []);
        const people = present.flatMap(({ name, room }) => (room === null && name !== null ? [name] : []));
        last = `${[...rooms, ...people].join(', ') || 'nobody'} by ${sources.map(({ by }) => by).join(', ')}`;
        const isWhole =
          rooms.length === this.plan.rooms.length && names.every((name) => people.includes(name));
        return isWhole ? { at: Date.now(), text: `the live picture has ${last}` } : undefined;
      },
      instead: () => last,
    });
  }

  /** Another end in Outlook, while it runs: it is still open when the old end has passed. */
  async extendedInOutlook(end: number): Promise<void> {
    const { number, passcode } = this.#place;
    const { title, organizer } = this.plan;
    const before = this.#end;
    const since = Date.now();
    this.#world.graph.outlook.update(this.#event, { end: new Date(end) });
    this.#end = end;
    this.#stage.terminal.tell(
      since,
      'later end',
      `${organizer.name} moves the end in Outlook to ${clock(end)}`,
    );
    await this.noticed(since, 'Roombridge has read the new end');
    await this.#stage.until(before + 1_500);
    await this.#stage.expect({
      word: 'extended',
      name: 'extended by Outlook',
      expected: `${number} stays open past ${clock(before)}, and nothing is done to it`,
      within: 0,
      look: () => {
        const untouched = this.#sightings.puts(number, since).length === 0;
        if (!untouched || !this.#sightings.isOpen(number, title, passcode)) return undefined;
        if (!this.#sightings.isRunning(this.#call)) return undefined;
        return { at: Date.now(), text: `${clock(before)} has passed, everybody is still in` };
      },
      instead: () => this.#sightings.lastRequests(),
    });
  }

  /** At its end people are in. */
  async extendedByPeople(): Promise<void> {
    const { number } = this.#place;
    const { title } = this.plan;
    const end = this.#end;
    await this.#stage.expect({
      word: 'extended',
      name: 'extended because people are in',
      expected: `the space is put open once more at ${clock(end)}, and the call goes on`,
      within: Math.max(0, end - Date.now()) + 8_000,
      look: () => {
        const put = this.#sightings.puts(number, end - 100)[0];
        if (put === undefined || valueIn(put, 'name') !== title || !this.#sightings.isRunning(this.#call)) {
          return undefined;
        }
        const until = clock(end + extensionTime);
        return { at: put.at, text: `time is up, but people are in: on until ${until}` };
      },
      instead: () => this.#sightings.lastRequests(),
    });
  }

  /** Everybody hangs up, the rooms too. */
  left(): void {
    for (const participant of this.#participants.splice(0)) this.#world.cms.leave(participant);
    for (const { sip } of this.plan.rooms) this.#world.cms.hangUp(sip);
    this.#stage.terminal.tell(Date.now(), 'left', 'everybody has hung up');
  }

  /** @param by epoch ms */
  async closed(by: number): Promise<void> {
    const { number } = this.#place;
    await this.#stage.expect({
      word: 'closed',
      name: 'conference closed',
      expected: `${number} is locked by ${clock(by)}, and its call deleted after that`,
      within: Math.max(0, by - Date.now()) + 8_000,
      look: () => {
        const ended = this.#sightings.ended(this.#call);
        const lock = this.#sightings.puts(number, this.plan.start).find(isLock);
        if (ended === undefined || lock === undefined || lock.at > ended.at) return undefined;
        return { at: ended.at, text: `${number} is locked first, then its call is ended` };
      },
      instead: () => this.#sightings.lastRequests(),
    });
  }

  async lockedAgain(): Promise<void> {
    const { number, passcode } = this.#place;
    await this.#stage.expect({
      word: 'locked',
      name: 'slot locked again',
      expected: `${number} is a slot at rest again, and who dials it now is refused`,
      within: 5_000,
      look: () => {
        if (!this.#sightings.isAtRest(number)) return undefined;
        const late = this.#world.cms.join(number, { name: 'Late caller', passcode });
        if (late.joined || late.reason !== 'locked') return undefined;
        return { at: Date.now(), text: `the slot of ${number} is at rest; a late caller is refused` };
      },
      instead: () => `the space ${this.#world.cms.space(number)?.name ?? 'is gone'}`,
    });
  }
}

function isLock(request: Parameters<typeof valueIn>[0]): boolean {
  return valueIn(request, 'nonMemberAccess') === 'false' && valueIn(request, 'passcode') === '';
}
