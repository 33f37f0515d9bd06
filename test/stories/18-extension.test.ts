/** Part 3 §6: an extension follows people: it is shown in the rooms' calendars, ends where others come, and is announced. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BookedEvent } from '../simulators/graph/outlook.ts';
import { type Asked, atRest, callsOf, fieldOf, noted } from '../world/cms-side.ts';
import { run } from '../world/command.ts';
import { inSeconds } from '../world/graph-side.ts';
import {
  type MeetingJson,
  organizer,
  type Product,
  until,
  World,
  type WorldOptions,
} from '../world/world.ts';

const mailboxOf = (room: string) => `${room}@example.com`;
const later = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1_000);

/** One world for stories that don't disturb each other, each with a room of its own. */
class Scene {
  world!: World;
  product!: Product;
  readonly #options: WorldOptions;

  constructor(rooms: readonly string[], options: WorldOptions) {
    this.#options = { rooms: rooms.map((room) => ({ mailbox: mailboxOf(room) })), ...options };
  }

  async open(): Promise<void> {
    this.world = await World.create(this.#options);
    this.product = await this.world.start();
    await atRest(this.world, this.product);
  }

  async close(): Promise<void> {
    await this.world.destroy();
  }

  book(room: string, start: Date, end: Date, details: object = {}): Talk {
    const meeting = {
      organizer,
      rooms: [mailboxOf(room)],
      subject: `In the ${room}`,
      start,
      end,
      ...details,
    };
    return new Talk(this, mailboxOf(room), this.world.graph.outlook.book(meeting));
  }

  async audited(room: string): Promise<void> {
    await this.world.graph.settled(20_000);
    const config = this.world.configFile('audit.yaml', Number(new URL(this.product.admin).port));
    const args = ['audit', '--config', config, '--room', mailboxOf(room)];
    const { stdout, code, stderr } = await run(args, { env: { CLIENT_SECRET: 'x' } });
    expect([stdout, code], stderr).toEqual(['1 room audited, no difference\n', 0]);
  }
}

/** One meeting and who is in it. */
class Talk {
  readonly event: BookedEvent;
  readonly #scene: Scene;
  readonly #room: string;
  readonly #people: string[] = [];
  readonly #since = Date.now();
  key: string;

  constructor(scene: Scene, room: string, event: BookedEvent) {
    this.#scene = scene;
    this.#room = room;
    this.event = event;
    this.key = event.iCalUId;
  }

  that(isAsWished: (meeting: MeetingJson) => boolean): Promise<MeetingJson> {
    return this.#scene.world.meetingThat(this.#scene.product, this.key, isAsWished, 90_000);
  }

  /** People come in by these call bridges. */
  async begin(...bridges: readonly string[]): Promise<MeetingJson> {
    const { cms } = this.#scene.world;
    const open = await this.that(({ state }) => state === 'open');
    for (const bridge of bridges) {
      const name = `By ${bridge}`;
      const joined = cms.join(open.number ?? '', { name, passcode: open.passcode ?? '', bridge });
      expect(joined).toMatchObject({ joined: true });
      if (joined.joined) this.#people.push(joined.participant);
    }
    return open;
  }

  leave(): void {
    for (const participant of this.#people.splice(0)) this.#scene.world.cms.leave(participant);
  }

  closed(): Promise<MeetingJson> {
    return this.that(({ state }) => state === 'closed');
  }

  /** The room's own copy, or that of the first date of a series. */
  get copy() {
    const { outlook } = this.#scene.world.graph;
    const copies = outlook.roomCopies(this.#room).filter(({ subject }) => subject === this.#subject);
    return copies.toSorted((a, b) => a.start - b.start).find(({ type }) => type !== 'seriesMaster');
  }

  get #subject(): string {
    return `In the ${this.#room.replace(/@.*/, '')}`;
  }

  async copyEnds(end: Date): Promise<void> {
    await until(
      async () => this.copy?.end === end.getTime() || undefined,
      60_000,
      () => `the room's copy ends ${this.copy?.end}`,
    );
  }

  /** What was shown on the screens of its calls. */
  async shown(): Promise<Asked[]> {
    const { cms } = this.#scene.world;
    const { number } = await this.that(() => true);
    const calls = new Set(callsOf(cms, number ?? '').map(({ call }) => call));
    return cms.log.filter(
      (entry) =>
        fieldOf(entry, 'messageText') !== undefined &&
        calls.has(entry.path.split('/').at(-1)) &&
        entry.at > this.#since,
    );
  }
}

describe('while people stay', () => {
  const scene = new Scene(['shown', 'word', 'series', 'refused', 'won'], {
    conference: { extension: { by: '60s', times: 3, roomCalendar: true, warnings: ['6s'] } },
  });
  beforeAll(() => scene.open(), 120_000);
  afterAll(() => scene.close());
  const isShown = (meeting: MeetingJson) => noted(meeting, 'shown-in-room').length === 1;

  test.concurrent("the room's calendar shows it and nobody books the room into it; afterwards it is as in Outlook", async () => {
    const { graph } = scene.world;
    const start = inSeconds(5);
    const end = later(start, 10);
    const talk = scene.book('shown', start, end);
    await talk.begin('cms1', 'cms2');
    const extended = await talk.that(isShown);
    expect(await talk.shown(), 'nobody is warned of what is put off').toEqual([]);
    const extendedUntil = later(end, 60).toISOString();
    expect(extended).toMatchObject({ end: end.toISOString(), extendedUntil });
    const metrics = await (await fetch(`${scene.product.admin}/metrics`)).text();
    expect(metrics).toMatch(/^roombridge_extensions_total\{outcome="extended"\} [1-9]/m);
    expect(noted(extended, 'shown-in-room')).toMatchObject([
      { room: mailboxOf('shown'), until: extendedUntil },
    ]);
    expect(talk.copy?.end).toBe(later(end, 60).getTime());
    expect(graph.outlook.event(organizer, talk.event)?.end).toBe(end.getTime());

    // Somebody else who wants the room meanwhile is declined by it.
    const other = graph.outlook.book({
      ...{ organizer: 'ann@example.com', rooms: [mailboxOf('shown')], subject: 'Another' },
      ...{ start: later(end, 40), end: later(end, 55) },
    });
    await until(async () => {
      const organized = graph.outlook.event('ann@example.com', other);
      return organized?.attendees.some(({ response }) => response === 'declined') || undefined;
    }, 30_000);

    // Our own rounds do not take it for a change, and an audit finds nothing.
    await scene.audited('shown');
    const before = await talk.that(() => true);
    expect(before).toMatchObject({ state: 'open', end: end.toISOString(), extendedUntil });
    expect(noted(before, 'moved')).toEqual([]);

    talk.leave();
    const closed = await talk.closed();
    expect(closed).toMatchObject({ reason: 'ended', end: end.toISOString() });
    await talk.copyEnds(end);
    expect(talk.copy?.response.response).toBe('accepted');
    expect(noted(closed, 'moved')).toEqual([]);
  }, 200_000);

  test.concurrent("Outlook's later word is accepted by the room whose calendar shows the extension", async () => {
    const start = inSeconds(5);
    const talk = scene.book('word', start, later(start, 10));
    await talk.begin('cms1');
    await talk.that(isShown);
    const end = inSeconds(20);
    scene.world.graph.outlook.update(talk.event, { end });
    const moved = await talk.that((meeting) => meeting.end === end.toISOString());
    expect(moved).toMatchObject({ state: 'open', extendedUntil: null });
    await talk.copyEnds(end);
    expect(talk.copy?.response.response).toBe('accepted');
    talk.leave();
    expect((await talk.closed()).reason).toBe('ended');
  }, 200_000);

  test.concurrent('one date of a series is shown, and stays one of its series', async () => {
    const { world, product } = scene;
    const start = inSeconds(8);
    const end = later(start, 10);
    const range = { type: 'numbered' as const, numberOfOccurrences: 3 };
    const talk = scene.book('series', start, end, {
      recurrence: { pattern: { type: 'daily' as const, interval: 1 }, range },
    });
    const dates = async () =>
      (await world.meetings(product, '?limit=1000')).filter(({ key }) => key.startsWith(talk.event.iCalUId));
    const [first] = await until(async () => {
      const found = await dates();
      return found.length === 3 ? found : undefined;
    }, 60_000);
    talk.key = first?.key ?? '';
    await talk.begin('cms1');
    await talk.that(isShown);
    expect(talk.copy).toMatchObject({ type: 'exception', end: later(end, 60).getTime() });
    talk.leave();
    expect(await talk.closed()).toMatchObject({ reason: 'ended', end: end.toISOString() });
    await talk.copyEnds(end);
    await scene.audited('series');
    expect((await dates()).map(({ state }) => state)).toEqual(['closed', 'planned', 'planned']);
  }, 200_000);

  test.concurrent('a mailbox that may not be written is said once, and nothing fails', async () => {
    const { world, product } = scene;
    const mailbox = mailboxOf('refused');
    world.graph.fail({ kind: 'status', status: 403, method: 'PATCH', mailbox, times: 100 });
    const start = inSeconds(5);
    const end = later(start, 10);
    const talk = scene.book('refused', start, end);
    await talk.begin('cms1');
    const open = await talk.that((meeting) => noted(meeting, 'not-shown-in-room').length === 1);
    expect(open.extendedUntil).not.toBeNull();
    const { tickets } = await world.api<{ tickets: { code: string; about: string }[] }>(
      product,
      '/api/tickets?state=open',
    );
    expect(tickets.filter(({ code }) => code === 'room-calendar-refused')).toMatchObject([
      { about: mailbox },
    ]);
    talk.leave();
    const closed = await talk.closed();
    expect(closed.reason).toBe('ended');
    expect(noted(closed, 'not-shown-in-room')).toHaveLength(1);
    expect(talk.copy?.end).toBe(end.getTime());
  }, 200_000);

  test.concurrent('whoever gets the room all the same wins it, and people are told before', async () => {
    const start = inSeconds(5);
    const talk = scene.book('won', start, later(start, 10));
    await talk.begin('cms1');
    await talk.that(isShown);
    const turn = inSeconds(25);
    scene.world.graph.outlook.bookInRoom(mailboxOf('won'), {
      ...{ subject: 'Mine', start: turn, end: later(turn, 600) },
    });
    const cut = await talk.that((meeting) => noted(meeting, 'cut-short').length === 1);
    const reason = `${mailboxOf('won')} is booked next`;
    expect(noted(cut, 'cut-short')).toMatchObject([{ until: turn.toISOString(), reason }]);
    expect(cut.extendedUntil).toBe(turn.toISOString());
    const closed = await talk.closed();
    expect(closed.reason).toBe('slot-taken');
    expect(noted(closed, 'warned')).toHaveLength(1);
    const closedAt = Date.parse(noted(closed, 'closed')[0]?.at ?? '');
    expect(closedAt).toBeGreaterThanOrEqual(turn.getTime());
    expect(closedAt - turn.getTime()).toBeLessThan(10_000);
    const shown = await talk.shown();
    expect(shown.map((entry) => fieldOf(entry, 'messageText'))).toEqual([
      'This conference ends in less than a minute.',
    ]);
  }, 200_000);
});

const extension = { by: '60s', times: 0, warnings: ['8s', '4s'] };

describe('before an end that cannot be put off', () => {
  const scene = new Scene(['told', 'deaf'], { conference: { extension } });
  beforeAll(() => scene.open(), 120_000);
  afterAll(() => scene.close());

  test("people are told on every call bridge, in the organizer's language, once for each warning", async () => {
    scene.world.graph.addPerson('anna@example.com', 'Anna', { locale: 'de-AT', timeZone: 'Europe/Vienna' });
    const start = inSeconds(5);
    const end = later(start, 16);
    const talk = scene.book('told', start, end, { organizer: 'anna@example.com' });
    await talk.begin('cms1', 'cms2');
    const closed = await talk.closed();
    expect(closed.reason).toBe('limit');
    expect(noted(closed, 'warned')).toHaveLength(2);
    const shown = await talk.shown();
    expect(shown.map(({ bridge }) => bridge).sort()).toEqual(['cms1', 'cms1', 'cms2', 'cms2']);
    for (const entry of shown) {
      expect(fieldOf(entry, 'messageText')).toBe('Diese Konferenz endet in weniger als einer Minute.');
      expect(fieldOf(entry, 'messagePosition')).toBe('top');
      expect(fieldOf(entry, 'messageDuration')).toBe('30');
      expect(entry.at).toBeGreaterThanOrEqual(end.getTime() - 8_000);
      expect(entry.at).toBeLessThan(end.getTime());
    }
  }, 120_000);

  test('a call bridge that refuses the text is asked no more, and nothing fails', async () => {
    for (const bridge of scene.world.cms.bridges) {
      const match = { method: 'PUT', path: /\/calls\//i };
      bridge.setFault({ kind: 'failure', reason: 'unsupportedOperation', match });
    }
    const start = inSeconds(5);
    const talk = scene.book('deaf', start, later(start, 16));
    await talk.begin('cms1');
    const closed = await talk.closed();
    expect(closed.reason).toBe('limit');
    expect(noted(closed, 'not-warned').length).toBeGreaterThan(0);
    expect(noted(closed, 'warned')).toEqual([]);
    expect(await talk.shown()).toHaveLength(1);
  }, 120_000);
});

describe('with an old release', () => {
  const scene = new Scene(['old'], { conference: { extension }, cms: { softwareVersion: '2.0(RC)' } });
  beforeAll(() => scene.open(), 120_000);
  afterAll(() => scene.close());

  test('no text is sent, and nothing fails', async () => {
    const start = inSeconds(5);
    const talk = scene.book('old', start, later(start, 16));
    await talk.begin('cms1');
    const closed = await talk.closed();
    expect(closed.reason).toBe('limit');
    expect(noted(closed, 'not-warned')).toMatchObject([{ reason: 'its release shows no text' }, {}]);
    expect(await talk.shown()).toEqual([]);
  }, 120_000);
});
