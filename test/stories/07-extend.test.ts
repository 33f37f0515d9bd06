/** The end moves when Outlook says so, and by itself while people are in and nobody needs the place. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asked, atRest, fieldOf, noted, opening } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { type MeetingJson, organizer, type Product, World, type WorldOptions } from '../world/world.ts';

/** One world for stories that don't disturb each other, each with a room of its own. */
class Scene {
  world!: World;
  product!: Product;
  readonly #options: WorldOptions;

  constructor(roomNames: readonly string[], options: WorldOptions) {
    this.#options = { rooms: roomNames.map((name) => ({ mailbox: `${name}@example.com` })), ...options };
  }

  async open(): Promise<void> {
    this.world = await World.create(this.#options);
    this.product = await this.world.start();
    await atRest(this.world, this.product);
  }

  async close(): Promise<void> {
    await this.world.destroy();
  }

  book(room: string, start: Date, end: Date) {
    return this.world.graph.outlook.book({
      ...{ organizer, rooms: [`${room}@example.com`], subject: `In the ${room}`, start, end },
    });
  }

  that(event: { iCalUId: string }, isAsWished: (meeting: MeetingJson) => boolean, timeout = 30_000) {
    return this.world.meetingThat(this.product, event.iCalUId, isAsWished, timeout);
  }

  async opened(event: { iCalUId: string }): Promise<{ number: string; passcode: string }> {
    const { number, passcode } = await this.that(event, ({ state }) => state === 'open');
    return { number: number ?? '', passcode: passcode ?? '' };
  }

  /** Somebody dials in. */
  enter({ number, passcode }: { number: string; passcode: string }): string {
    const joined = this.world.cms.join(number, { name: 'Ann', passcode });
    expect(joined).toMatchObject({ joined: true });
    return joined.joined ? joined.participant : '';
  }

  closed(event: { iCalUId: string }) {
    return this.that(event, ({ state }) => state === 'closed', 40_000);
  }

  /** When the space of this room's first conference was locked: its number may have been another's since. */
  lockedAt(room: string): number {
    const { log } = this.world.cms;
    const named = (entry: (typeof log)[number]) => fieldOf(entry, 'name') === `In the ${room}`;
    const opened = log.find((entry) => entry.method === 'PUT' && named(entry));
    const locked = log.find(
      (entry) =>
        entry.path === opened?.path && entry.at > opened.at && fieldOf(entry, 'nonMemberAccess') === 'false',
    );
    return locked?.at ?? Number.NaN;
  }

  /** When Graph told of the last change in a room. */
  toldAt(event: { iCalUId: string }, room: string): number {
    const copy = this.world.graph.outlook.roomCopy(`${room}@example.com`, event.iCalUId);
    const posts = this.world.graph.notificationLog.filter(({ value }) =>
      value.some((one) => 'resource' in one && String(one.resource).includes(copy?.id ?? '')),
    );
    return posts.at(-1)?.at ?? 0;
  }
}

const at = (time: Date | string) => new Date(time).getTime();
const later = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1_000);

describe('while an extension lasts a minute', () => {
  const scene = new Scene(['later', 'earlier', 'past', 'empty', 'leaving', 'word', 'lastword'], {
    conference: { extension: { by: '60s', times: 1 } },
  });
  beforeAll(() => scene.open());
  afterAll(() => scene.close());

  test.concurrent('a later end in Outlook is the end', async () => {
    const start = inSeconds(3);
    const event = scene.book('later', start, later(start, 9));
    await scene.opened(event);
    const end = later(start, 16);
    const changedAt = Date.now();
    scene.world.graph.outlook.update(event, { end });
    const moved = await scene.that(event, (meeting) => at(meeting.end) === end.getTime());
    expect(at(noted(moved, 'moved')[0]?.at ?? '') - changedAt).toBeLessThan(5_000);
    const closed = await scene.closed(event);
    expect(closed).toMatchObject({ reason: 'ended', extendedUntil: null });
    expect(scene.lockedAt('later')).toBeGreaterThanOrEqual(end.getTime());
    expect(noted(closed, 'opened')).toHaveLength(1);
  });

  test.concurrent('so is an earlier one', async () => {
    const start = inSeconds(3);
    const event = scene.book('earlier', start, later(start, 600));
    await scene.opened(event);
    const end = inSeconds(7);
    scene.world.graph.outlook.update(event, { end });
    await scene.closed(event);
    const lockedAt = scene.lockedAt('earlier');
    expect(lockedAt).toBeGreaterThanOrEqual(end.getTime());
    expect(lockedAt - end.getTime()).toBeLessThan(3_000);
  });

  test.concurrent('one in the past ends it now, whoever is in', async () => {
    const start = new Date(inSeconds(0).getTime() - 60_000);
    const event = scene.book('past', start, later(start, 600));
    const open = await scene.opened(event);
    scene.enter(open);
    const changedAt = Date.now();
    scene.world.graph.outlook.update(event, { end: later(start, 50) });
    const closed = await scene.closed(event);
    expect(closed.reason).toBe('shortened');
    const toldAt = Math.max(scene.toldAt(event, 'past'), changedAt);
    expect(scene.lockedAt('past') - toldAt).toBeLessThan(5_000);
    expect(noted(closed, 'extended')).toEqual([]);
  });

  test.concurrent('nobody in: it ends when Outlook says', async () => {
    const start = inSeconds(3);
    const event = scene.book('empty', start, later(start, 6));
    const open = await scene.opened(event);
    scene.world.cms.leave(scene.enter(open));
    const closed = await scene.closed(event);
    expect(closed).toMatchObject({ reason: 'ended', extendedUntil: null });
    const late = scene.lockedAt('empty') - at(closed.end);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(3_000);
  });

  test.concurrent('an extended one ends when the last has left', async () => {
    const start = inSeconds(3);
    const event = scene.book('leaving', start, later(start, 6));
    const open = await scene.opened(event);
    const people = [scene.enter(open), scene.enter(open)];
    const extended = await scene.that(event, ({ extendedUntil }) => extendedUntil !== null);
    expect(at(extended.extendedUntil ?? '')).toBe(start.getTime() + 66_000);
    expect(extended.end).toBe(later(start, 6).toISOString());
    for (const participant of people) scene.world.cms.leave(participant);
    const leftAt = Date.now();
    const closed = await scene.closed(event);
    expect(closed.reason).toBe('ended');
    expect(scene.lockedAt('leaving') - leftAt).toBeLessThan(15_000);
  });

  test.concurrent("Outlook's word replaces an extension, to lengthen it", async () => {
    const start = inSeconds(3);
    const event = scene.book('word', start, later(start, 6));
    const open = await scene.opened(event);
    const participant = scene.enter(open);
    await scene.that(event, ({ extendedUntil }) => extendedUntil !== null);
    const end = inSeconds(10);
    scene.world.graph.outlook.update(event, { end });
    await scene.that(event, (meeting) => at(meeting.end) === end.getTime() && meeting.extendedUntil === null);
    scene.world.cms.leave(participant);
    const closed = await scene.closed(event);
    expect(closed).toMatchObject({ reason: 'ended', extendedUntil: null });
    const late = scene.lockedAt('word') - end.getTime();
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(3_000);
  });

  test.concurrent("Outlook's word replaces an extension, to end it", async () => {
    const start = inSeconds(3);
    const event = scene.book('lastword', start, later(start, 6));
    const open = await scene.opened(event);
    scene.enter(open);
    await scene.that(event, ({ extendedUntil }) => extendedUntil !== null);
    const changedAt = Date.now();
    scene.world.graph.outlook.update(event, { end: later(start, 5) });
    const closed = await scene.closed(event);
    expect(closed).toMatchObject({ reason: 'shortened', extendedUntil: null });
    expect(scene.lockedAt('lastword') - changedAt).toBeLessThan(6_000);
  });
});

describe('while there is one slot', () => {
  const scene = new Scene(['first', 'second'], {
    quantity: 1,
    conference: { extension: { by: '60s', times: 3 } },
  });
  beforeAll(() => scene.open());
  afterAll(() => scene.close());

  test('neither people nor Outlook keep it beyond where the next one has it', async () => {
    const start = inSeconds(3);
    const event = scene.book('first', start, later(start, 7));
    const { number, passcode } = await scene.opened(event);
    const next = scene.book('second', later(start, 14), later(start, 22));
    await scene.that(next, (meeting) => meeting.number === number);
    scene.enter({ number, passcode });

    // Outlook's new end lies in the next one's time: that cannot be, and it is said.
    scene.world.graph.outlook.update(event, { end: later(start, 18) });
    const told = await scene.that(event, (meeting) => noted(meeting, 'not-extended').length > 0);
    expect(noted(told, 'not-extended')[0]?.reason).toContain(number);
    const closed = await scene.closed(event);
    expect(closed.reason).toBe('slot-taken');
    const lockedAt = scene.lockedAt('first');
    expect(lockedAt).toBeGreaterThanOrEqual(start.getTime() + 7_000);
    expect(lockedAt).toBeLessThan(start.getTime() + 17_000);

    const opened = await scene.opened(next);
    const [, second] = asked(scene.world.cms, opening(scene.world.cms, number));
    expect(second?.at).toBeGreaterThan(lockedAt);
    expect(scene.enter(opened)).not.toBe('');
    const after = scene.book('first', later(start, 40), later(start, 60));
    await scene.that(after, (meeting) => meeting.number === number);
    const last = await scene.closed(next);
    expect(last.reason).toBe('slot-taken');
    expect(noted(last, 'not-extended')[0]?.reason).toContain(number);
    expect(noted(last, 'extended')).toEqual([]);
  });
});

describe('while its room is booked next', () => {
  const scene = new Scene(['next'], { conference: { extension: { by: '60s', times: 1 } } });
  beforeAll(() => scene.open());
  afterAll(() => scene.close());

  test('it is not extended into the next booking of its room', async () => {
    const start = inSeconds(3);
    const end = later(start, 8);
    const event = scene.book('next', start, end);
    const open = await scene.opened(event);
    scene.enter(open);
    const next = scene.book('next', later(end, 50), later(end, 500));
    await scene.that(next, ({ number }) => number !== null);
    const closed = await scene.closed(event);
    expect(closed).toMatchObject({ reason: 'slot-taken', extendedUntil: null });
    expect(noted(closed, 'not-extended')[0]?.reason).toMatch(/next@example.com/);
    expect(scene.lockedAt('next')).toBeGreaterThanOrEqual(end.getTime());
    expect(asked(scene.world.cms, opening(scene.world.cms, open.number))).toHaveLength(1);
  });
});

describe('while it may be extended twice', () => {
  const scene = new Scene(['staying'], { conference: { extension: { by: '6s', times: 2 } } });
  beforeAll(() => scene.open());
  afterAll(() => scene.close());

  test('people who stay are put out after the last extension', async () => {
    const { cms } = scene.world;
    const start = inSeconds(3);
    const event = scene.book('staying', start, later(start, 5));
    const open = await scene.opened(event);
    scene.enter(open);
    const first = await scene.that(event, ({ extendedUntil }) => extendedUntil !== null);
    expect(at(first.extendedUntil ?? '')).toBe(start.getTime() + 11_000);
    const closed = await scene.closed(event);
    expect(closed).toMatchObject({ reason: 'limit', end: later(start, 5).toISOString() });
    expect(noted(closed, 'extended').map(({ until }) => at(String(until)))).toEqual(
      [11, 17].map((seconds) => start.getTime() + seconds * 1_000),
    );
    expect(scene.lockedAt('staying')).toBeGreaterThanOrEqual(start.getTime() + 17_000);

    // Each extension left the same mark as the opening, which changes nothing for those who join.
    const [opened, ...marks] = asked(cms, opening(cms, open.number));
    expect(marks).toHaveLength(2);
    for (const mark of marks) expect(mark.form).toEqual(opened?.form);
    expect(opened && fieldOf(opened, 'passcode')).toBe(open.passcode);
    expect(cms.bridges.flatMap((bridge) => bridge.participants())).toEqual([]);
  });
});

describe('while it may never be extended', () => {
  const scene = new Scene(['never'], { conference: { extension: { by: '60s', times: 0 } } });
  beforeAll(() => scene.open());
  afterAll(() => scene.close());

  test('it ends when Outlook says, with people in', async () => {
    const start = inSeconds(3);
    const event = scene.book('never', start, later(start, 5));
    const open = await scene.opened(event);
    scene.enter(open);
    const closed = await scene.closed(event);
    expect(closed).toMatchObject({ reason: 'limit', extendedUntil: null });
    expect(scene.lockedAt('never') - at(closed.end)).toBeLessThan(3_000);
    expect(asked(scene.world.cms, opening(scene.world.cms, open.number))).toHaveLength(1);
  });
});
