/** Part 3 §6: what nobody comes to is given back, and who comes early waits in the lobby where that is wished. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asked, atRest, dialling, fieldOf, noted } from '../world/cms-side.ts';
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

class Scene {
  world!: World;
  product!: Product;
  readonly #options: WorldOptions;

  /** Rooms whose names end in `-video` are dialled. */
  constructor(rooms: readonly string[], options: WorldOptions) {
    const sipOf = (room: string) => (room.endsWith('-video') ? { sip: `${room}@video.example.com` } : {});
    this.#options = {
      rooms: rooms.map((room) => ({ mailbox: mailboxOf(room), ...sipOf(room) })),
      ...options,
    };
  }

  async open(): Promise<void> {
    this.world = await World.create(this.#options);
    this.product = await this.world.start();
    await atRest(this.world, this.product);
  }

  async close(): Promise<void> {
    await this.world.destroy();
  }

  book(room: string, start: Date, end: Date, details: object = {}) {
    const meeting = {
      organizer,
      rooms: [mailboxOf(room)],
      subject: `In the ${room}`,
      start,
      end,
      ...details,
    };
    return this.world.graph.outlook.book(meeting);
  }

  that(key: string, isAsWished: (meeting: MeetingJson) => boolean): Promise<MeetingJson> {
    return this.world.meetingThat(this.product, key, isAsWished, 90_000);
  }
}

const isClosed = ({ state }: MeetingJson) => state === 'closed';

describe('what nobody is in', () => {
  const scene = new Scene(['ghost', 'series', 'own', 'answered-video'], {
    conference: { release: { after: '12s', room: true } },
  });
  beforeAll(() => scene.open(), 120_000);
  afterAll(() => scene.close());

  test.concurrent('is given back with its room, which says so in its own answer', async () => {
    const { graph, cms } = scene.world;
    graph.addPerson('anna@example.com', 'Anna', { locale: 'de-AT', timeZone: 'Europe/Vienna' });
    const start = inSeconds(6);
    const end = later(start, 900);
    const event = scene.book('ghost', start, end, { organizer: 'anna@example.com' });
    const closed = await scene.that(
      event.iCalUId,
      (one) => isClosed(one) && noted(one, 'released').length > 0,
    );
    expect(closed.reason).toBe('unused');
    const closedAt = Date.parse(noted(closed, 'closed')[0]?.at ?? '');
    expect(closedAt).toBeGreaterThanOrEqual(start.getTime() + 12_000);
    expect(noted(closed, 'room-given-back')).toMatchObject([{ room: mailboxOf('ghost') }]);
    const answers = graph.replies.filter(({ room }) => room === mailboxOf('ghost'));
    expect(answers).toMatchObject([{ organizer: 'anna@example.com', response: 'declined' }]);
    expect(answers[0]?.comment).toContain('Auch der Raum wurde freigegeben');
    expect(cms.space(closed.number ?? '')?.nonMemberAccess).toBe(false);

    // Others can book it now.
    const next = scene.book('ghost', inSeconds(60), inSeconds(600));
    const taken = await scene.that(next.iCalUId, ({ number }) => number !== null);
    expect(taken.state).toBe('planned');
  }, 200_000);

  test.concurrent('of a series is only its one date', async () => {
    const { graph } = scene.world;
    const start = inSeconds(8);
    const range = { type: 'numbered' as const, numberOfOccurrences: 3 };
    const pattern = { type: 'daily' as const, interval: 1 };
    const event = scene.book('series', start, later(start, 900), { recurrence: { pattern, range } });
    const dates = async () =>
      (await scene.world.meetings(scene.product, '?limit=1000')).filter(({ key }) =>
        key.startsWith(event.iCalUId),
      );
    await until(async () => (await dates()).length === 3 || undefined, 60_000);
    const [first] = await dates();
    const closed = await scene.that(first?.key ?? '', (one) => noted(one, 'room-given-back').length === 1);
    expect(closed.reason).toBe('unused');
    await graph.settled(20_000);
    expect((await dates()).map(({ state }) => state)).toEqual(['closed', 'planned', 'planned']);
    const left = graph.outlook.roomCopies(mailboxOf('series')).filter(({ type }) => type === 'seriesMaster');
    expect(left).toMatchObject([{ response: { response: 'accepted' } }]);
  }, 200_000);

  test.concurrent('in what a room has booked itself its own entry goes', async () => {
    const { graph } = scene.world;
    const start = inSeconds(6);
    const event = graph.outlook.bookInRoom(mailboxOf('own'), {
      subject: 'Own',
      start,
      end: later(start, 900),
    });
    const closed = await scene.that(event.iCalUId, (one) => noted(one, 'room-given-back').length === 1);
    expect(closed.reason).toBe('unused');
    expect(graph.outlook.event(mailboxOf('own'), event)).toBeUndefined();
  }, 200_000);

  test.concurrent('is not where a room was dialled and has answered', async () => {
    const { graph, cms } = scene.world;
    const start = inSeconds(6);
    const event = scene.book('answered-video', start, later(start, 900));
    await scene.that(event.iCalUId, (one) => noted(one, 'dialled').length === 1);
    // Long after it would have been given back; that it is in is told by the call bridge, and nobody has to ask.
    await until(async () => Date.now() > start.getTime() + 25_000 || undefined, 60_000);
    const still = await scene.that(event.iCalUId, () => true);
    expect(still.state).toBe('open');
    graph.outlook.update(event, { end: inSeconds(2) });
    cms.hangUp('answered-video@video.example.com');
    expect(await scene.that(event.iCalUId, isClosed)).toMatchObject({ reason: 'ended' });
  }, 200_000);
});

describe('where rooms keep their bookings', () => {
  const scene = new Scene(['kept'], { conference: { release: { after: '12s' } } });
  beforeAll(() => scene.open(), 120_000);
  afterAll(() => scene.close());

  test('the organizer is told, and a new end in Outlook opens it again', async () => {
    const { graph } = scene.world;
    const start = inSeconds(6);
    const event = scene.book('kept', start, later(start, 900));
    const told = await scene.that(
      event.iCalUId,
      (one) => isClosed(one) && noted(one, 'organizer-answered').length > 0,
    );
    expect(told.reason).toBe('unused');
    expect(noted(told, 'organizer-answered')).toMatchObject([{ facts: 'unused' }]);
    expect(graph.replies).toMatchObject([{ response: 'accepted' }]);
    expect(graph.replies[0]?.comment).toContain('Nobody took part');
    graph.outlook.update(event, { end: later(start, 1_200) });
    const again = await scene.that(event.iCalUId, ({ state }) => state === 'open');
    expect(again.number).not.toBeNull();
    expect(noted(again, 'opened')).toHaveLength(2);
  }, 200_000);
});

describe.each([
  ['3.0.1', true],
  ['2.8', false],
])('a lobby before the start, with release %s', (softwareVersion, hasLobby) => {
  const scene = new Scene(['early-video'], {
    conference: { setup: '15s', earlyJoin: 'lobby', extension: { times: 0, warnings: [] } },
    cms: { softwareVersion },
  });
  beforeAll(() => scene.open(), 120_000);
  afterAll(() => scene.close());

  test(hasLobby ? 'keeps early joiners until then, and nobody afterwards' : 'is said not to be', async () => {
    const { cms } = scene.world;
    const start = inSeconds(22);
    const event = scene.book('early-video', start, later(start, 20));
    const open = await scene.that(event.iCalUId, ({ state }) => state === 'open');
    expect(Date.now()).toBeLessThan(start.getTime());
    const join = (name: string, bridge: string) => {
      const joined = cms.join(open.number ?? '', { name, passcode: open.passcode ?? '', bridge });
      expect(joined).toMatchObject({ joined: true });
    };
    join('Early', 'cms1');
    join('Elsewhere', 'cms2');
    const waiting = () =>
      cms.bridges[0]?.participants().map(({ name, isWaiting }) => [name, isWaiting] as const) ?? [];
    expect(waiting().map(([, is]) => is)).toEqual([hasLobby, hasLobby]);
    expect(noted(open, 'lobby-unavailable')).toHaveLength(hasLobby ? 0 : 1);

    const dialled = await scene.that(event.iCalUId, (one) => noted(one, 'dialled').length === 1);
    expect(noted(dialled, 'unlocked')).toHaveLength(hasLobby ? 1 : 0);
    expect(waiting().map(([, is]) => is)).toEqual([false, false, false]);
    const unlocks = cms.log.filter((entry) => entry.method === 'PUT' && fieldOf(entry, 'locked') === 'false');
    expect(unlocks).toHaveLength(hasLobby ? 1 : 0);
    const [dial] = asked(cms, dialling('early-video@video.example.com'));
    for (const { at } of unlocks) {
      expect(at).toBeGreaterThanOrEqual(start.getTime());
      expect(at - start.getTime()).toBeLessThan(3_000);
      expect(at).toBeLessThan(dial?.at ?? 0);
    }
    join('Late', 'cms2');
    expect(waiting().every(([, is]) => !is)).toBe(true);
  }, 120_000);
});
