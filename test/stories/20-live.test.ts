/** Part 4 §2: the live picture of a conference, by records, by events, and by asking. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asked, atRest } from '../world/cms-side.ts';
import { run } from '../world/command.ts';
import { inSeconds } from '../world/graph-side.ts';
import { type MeetingJson, organizer, type Product, until, World } from '../world/world.ts';

interface ParticipantJson {
  readonly id: string;
  readonly room: string | null;
  readonly name: string | null;
  readonly address: string | null;
  readonly callBridge: string;
  readonly role: string | null;
  readonly state: string;
  readonly audioMuted: boolean | null;
  readonly quality: object | null;
  readonly joined: string | null;
  readonly left: string | null;
  readonly reason: string | null;
  readonly because: string | null;
}
interface PictureJson {
  readonly sources: { callBridge: string; by: string; asOf: string | null; lostRecords: number }[];
  readonly complete: boolean;
  readonly present: number;
  readonly participants: ParticipantJson[];
}

const mailboxOf = (room: string) => `${room}@example.com`;
const later = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1_000);
const names = ['board', 'hosts', 'secret', 'lossy', 'away', 'two'];
const rooms = names.map((name) => ({
  mailbox: mailboxOf(name),
  ...(name === 'board' ? { sip: `${name}@video.example.com` } : {}),
  ...(name === 'hosts' ? { access: 'two-pins' } : {}),
  ...(name === 'secret' ? { privacy: 'organizer' } : {}),
}));

let world: World;
let product: Product;
beforeAll(async () => {
  world = await World.create({
    rooms,
    conference: { preflight: '1m', extension: { by: '6s', times: 0 } },
    cms: { cdr: { pause: 500 } },
  });
  product = await world.start();
  await atRest(world, product);
  // Put down as a receiver at every call bridge, and told of something.
  const receiving = { method: 'POST', path: /cdrReceivers$/i };
  await until(
    async () => asked(world.cms, receiving).length === world.cms.bridges.length || undefined,
    30_000,
  );
}, 120_000);
afterAll(() => world.destroy());

async function opened(room: string, length = 60) {
  const start = inSeconds(6);
  const meeting = {
    organizer,
    rooms: [mailboxOf(room)],
    subject: `In the ${room}`,
    start,
    end: later(start, length),
  };
  const event = world.graph.outlook.book(meeting);
  const open = await world.meetingThat(product, event.iCalUId, ({ state }) => state === 'open', 60_000);
  return { event, meeting: open, number: open.number ?? '' };
}

const pictureOf = ({ key }: Pick<MeetingJson, 'key'>) =>
  world.api<PictureJson>(product, `/api/meetings/${encodeURIComponent(key)}/participants`);

/** As soon as it is as wished; after two seconds it is compared as it is. */
async function soon(
  meeting: MeetingJson,
  isAsWished: (picture: PictureJson) => boolean,
): Promise<PictureJson> {
  let last: PictureJson | undefined;
  const found = await until(async () => {
    last = await pictureOf(meeting);
    return isAsWished(last) ? last : undefined;
  }, 10_000).catch(() => undefined);
  if (found === undefined) throw new Error(`not as wished: ${JSON.stringify(last, null, 1)}`);
  return found;
}

function join(
  meeting: MeetingJson,
  name: string,
  more: { passcode?: string; bridge?: number | string } = {},
): string {
  const passcode = more.passcode ?? meeting.passcode;
  const joined = world.cms.join(meeting.number ?? '', {
    ...{ name, uri: `${name.toLowerCase()}@people.example` },
    ...(passcode === null ? {} : { passcode }),
    ...(more.bridge === undefined ? {} : { bridge: more.bridge }),
  });
  if (!joined.joined) throw new Error(`${name}: ${joined.reason}`);
  return joined.participant;
}

const of = ({ participants }: PictureJson, name: string) => participants.find((one) => one.name === name);

test.concurrent('rooms and people come and go, and the picture says who, when and why', async () => {
  const { meeting } = await opened('board');
  const room = await soon(meeting, ({ participants }) =>
    participants.some((one) => one.state === 'connected'),
  );
  expect(room.participants).toMatchObject([
    { room: mailboxOf('board'), role: null, joined: expect.any(String) },
  ]);
  const ann = join(meeting, 'Ann');
  const ben = join(meeting, 'Ben');
  const all = await soon(meeting, ({ present }) => present === 3);
  expect(of(all, 'Ann')).toMatchObject({ address: 'ann@people.example', state: 'connected', left: null });
  world.cms.mute(ann);
  await soon(meeting, (picture) => of(picture, 'Ann')?.audioMuted === true);
  // Who looks closely is told how well each is heard and seen.
  const close = await until(async () => {
    const path = `/api/meetings/${encodeURIComponent(meeting.key)}/participants?watch=true`;
    const picture = await world.api<PictureJson>(product, path);
    return of(picture, 'Ann')?.quality == null ? undefined : picture;
  }, 10_000);
  expect(of(close, 'Ann')?.quality).toMatchObject({
    ...{ packetLoss: 1.5, jitter: 4, roundTripTime: 31, width: 1280, height: 720, frameRate: 29.9 },
  });
  world.cms.leave(ben);
  const left = await soon(meeting, (picture) => of(picture, 'Ben')?.state === 'left');
  expect(of(left, 'Ben')).toMatchObject({ reason: 'hung-up', because: 'hung up' });
  expect(left).toMatchObject({ present: 2, complete: true });
  expect(left.sources).toMatchObject([{ by: 'events', lostRecords: 0 }]);
});

test.concurrent('a guest waits in the lobby until a host is in, and each is known for what they are', async () => {
  const { meeting } = await opened('hosts');
  const detail = await world.meeting(product, meeting.key);
  const ann = join(meeting, 'Ann');
  const waiting = await soon(meeting, (picture) => of(picture, 'Ann')?.state === 'in-lobby');
  expect(of(waiting, 'Ann')).toMatchObject({ role: 'guest' });
  join(meeting, 'Tim', { passcode: detail?.hosts?.passcode ?? '' });
  const both = await soon(meeting, (picture) => of(picture, 'Tim')?.role === 'host');
  expect(of(both, 'Ann')).toMatchObject({ role: 'guest', state: 'connected' });
  world.cms.leave(ann);
  await soon(meeting, (picture) => of(picture, 'Ann')?.state === 'left');
});

test.concurrent('of a meeting that hides its organizer nobody’s name is shown or kept', async () => {
  const { meeting } = await opened('secret');
  join(meeting, 'Ann');
  const { participants } = await soon(meeting, ({ present }) => present === 1);
  expect(participants).toMatchObject([{ name: null, address: null, state: 'connected' }]);
});

test.concurrent('one who is connected to another call bridge is one participant, at that call bridge', async () => {
  const { meeting } = await opened('two');
  const [first, second] = world.cms.bridges;
  join(meeting, 'Ann', { bridge: 0 });
  const ben = join(meeting, 'Ben', { bridge: 1 });
  const both = await soon(
    meeting,
    (picture) => picture.present === 2 && of(picture, 'Ben')?.callBridge === second?.url,
  );
  expect(both.participants).toHaveLength(2);
  expect(of(both, 'Ann')).toMatchObject({ callBridge: first?.url });
  world.cms.leave(ben);
  await soon(meeting, (picture) => of(picture, 'Ben')?.state === 'left' && picture.present === 1);
});

test.concurrent('the record stays after the end, and says how it ended', async () => {
  const { meeting, event } = await opened('away', 12);
  join(meeting, 'Ann');
  const ben = join(meeting, 'Ben');
  await soon(meeting, ({ present }) => present === 2);
  world.cms.leave(ben);
  await soon(meeting, ({ present }) => present === 1);
  await world.meetingThat(product, event.iCalUId, ({ state }) => state === 'closed', 60_000);
  const record = await soon(meeting, ({ present }) => present === 0);
  expect(of(record, 'Ann')).toMatchObject({
    state: 'left',
    joined: expect.any(String),
    left: expect.any(String),
  });
  expect(['call-ended', 'dropped']).toContain(of(record, 'Ann')?.reason);
  expect(of(record, 'Ben')).toMatchObject({ reason: 'hung-up' });
  expect(record.sources).toMatchObject([{ by: 'ended' }]);
});

describe.sequential('what call bridges tell badly', () => {
  test('twice, and in another order, is what happened, once', async () => {
    for (const bridge of world.cms.bridges) bridge.setCdrConduct({ twice: true, swapped: true });
    const { meeting } = await opened('lossy');
    const guests = ['Ann', 'Ben', 'Cid'].map((name) => join(meeting, name));
    await soon(meeting, ({ present }) => present === 3);
    world.cms.leave(guests[0] ?? '');
    const left = await soon(meeting, ({ present }) => present === 2);
    expect(left.participants).toHaveLength(3);
    for (const bridge of world.cms.bridges) bridge.setCdrConduct({});
    // What is lost is said, and nobody stays in who has left.
    for (const bridge of world.cms.bridges)
      bridge.setCdrConduct({ lost: ({ type }) => type === 'callLegEnd' });
    world.cms.leave(guests[1] ?? '');
    await soon(meeting, ({ present }) => present === 1);
    for (const bridge of world.cms.bridges) bridge.setCdrConduct({});
    join(meeting, 'Dan');
    await soon(meeting, ({ present }) => present === 2);
  });

  test('live tells it in the terminal', async () => {
    const file = world.configFile('command.yaml', Number(new URL(product.admin).port));
    const { code, stdout } = await run(['live', '--config', file]);
    expect(stdout).toMatch(/conferences? runs?/);
    expect(stdout).toMatch(/In the lossy {2}2 in on localhost:\d+, until/);
    expect(stdout).toMatch(/^ {2}Dan .* since \d\d:\d\d:\d\dZ/m);
    expect(code).toBe(0);
  });
});
