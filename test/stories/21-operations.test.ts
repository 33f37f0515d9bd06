/** Part 4 §3: what operators do while conferences run, and moves from one to another. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asked, atRest } from '../world/cms-side.ts';
import { run } from '../world/command.ts';
import { inSeconds } from '../world/graph-side.ts';
import { type MeetingJson, organizer, type Product, until, World } from '../world/world.ts';

interface OutcomeJson {
  readonly request: string;
  readonly state: string;
  readonly refusal?: string;
  readonly detail?: string;
  readonly participants?: { participant: string; refusal?: string; now?: string }[];
}

const mailboxOf = (room: string) => `${room}@example.com`;
const later = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1_000);
const names = [
  'longer',
  'one',
  'two',
  'three',
  'here',
  'there',
  'far',
  'shut',
  'hosted',
  'ended',
  'from',
  'soon',
];
const withVideo = ['one', 'here', 'there'];
const rooms = names.map((name) => ({
  mailbox: mailboxOf(name),
  ...(withVideo.includes(name) ? { sip: `${name}@video.example.com` } : {}),
  ...(name === 'hosted' ? { access: 'two-pins' } : {}),
}));

let world: World;
let product: Product;
beforeAll(async () => {
  world = await World.create({
    rooms,
    conference: { preflight: '1m', extension: { by: '6s', times: 0 } },
    cms: { cdr: { pause: 500 }, softwareVersion: '3.4' },
  });
  product = await world.start();
  await atRest(world, product);
}, 120_000);
afterAll(() => world.destroy());

async function opened(room: string, length = 120): Promise<MeetingJson> {
  const start = inSeconds(6);
  const booked = {
    organizer,
    rooms: [mailboxOf(room)],
    subject: `In ${room}`,
    start,
    end: later(start, length),
  };
  const { iCalUId } = world.graph.outlook.book(booked);
  await world.meetingThat(product, iCalUId, ({ state }) => state === 'open', 60_000);
  return (await world.meeting(product, iCalUId)) as MeetingJson;
}

const pathOf = ({ key }: MeetingJson) => `/api/meetings/${encodeURIComponent(key)}`;

async function post(meeting: MeetingJson, body: object): Promise<{ status: number; json: OutcomeJson }> {
  const answer = await fetch(`${product.admin}${pathOf(meeting)}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ by: 'olga', ...body }),
  });
  return { status: answer.status, json: (await answer.json()) as OutcomeJson };
}

/** Until it is settled. */
async function operate(meeting: MeetingJson, body: object): Promise<OutcomeJson> {
  const request = `${Math.random()}`.slice(2);
  return await until(async () => {
    const { status, json } = await post(meeting, { request, ...body });
    if (status !== 200 && status !== 202) throw new Error(JSON.stringify(json));
    return status === 200 ? json : undefined;
  }, 30_000);
}

async function here(meeting: MeetingJson, wanted: number): Promise<{ id: string; name: string | null }[]> {
  return await until(async () => {
    const { participants } = await world.api<{ participants: { id: string; name: string; state: string }[] }>(
      product,
      `${pathOf(meeting)}/participants`,
    );
    const inside = participants.filter(({ state }) => state !== 'left');
    return inside.length === wanted ? inside : undefined;
  }, 15_000);
}

function join({ number, passcode }: MeetingJson, name: string, more: object = {}): string {
  const pin = passcode === null || passcode === undefined ? {} : { passcode };
  const joined = world.cms.join(number ?? '', {
    name,
    uri: `${name.toLowerCase()}@x.example`,
    ...pin,
    ...more,
  });
  if (!joined.joined) throw new Error(`${name}: ${joined.reason}`);
  return joined.participant;
}

const participants = () => world.cms.bridges.flatMap((bridge) => (bridge.alive ? bridge.participants() : []));
/** Names of those in the conference of a number, as the call bridges have them; once each. */
function inside({ number }: MeetingJson): string[] {
  const space = world.cms.space(number ?? '')?.id;
  const calls = new Set(
    world.cms.bridges.flatMap((bridge) =>
      bridge
        .calls()
        .filter(({ coSpace }) => coSpace === space)
        .map(({ id }) => id),
    ),
  );
  return [
    ...new Set(
      participants()
        .filter(({ call }) => calls.has(call))
        .map(({ name, id }) => name || id),
    ),
  ].sort();
}

const whats = async (meeting: MeetingJson) =>
  ((await world.meeting(product, meeting.key)) as MeetingJson).timeline?.map(({ what }) => what) ?? [];

test.concurrent('mute, layout, importance, lock, message and drop reach the bridge, and stand on the timeline', async () => {
  const meeting = await opened('two');
  const ann = join(meeting, 'Ann');
  const ben = join(meeting, 'Ben');
  await here(meeting, 2);
  expect(await operate(meeting, { do: 'mute', who: 'all', audio: true })).toMatchObject({ state: 'done' });
  expect(await operate(meeting, { do: 'mute', who: [ann], audio: false })).toMatchObject({ state: 'done' });
  await until(async () => {
    const { participants: seen } = await world.api<{ participants: { id: string; audioMuted: boolean }[] }>(
      product,
      `${pathOf(meeting)}/participants`,
    );
    const muted = new Map(seen.map(({ id, audioMuted }) => [id, audioMuted]));
    return (muted.get(ann) === false && muted.get(ben) === true) || undefined;
  }, 10_000);
  expect(await operate(meeting, { do: 'layout', who: 'all', layout: 'stacked' })).toMatchObject({
    state: 'done',
  });
  expect(await operate(meeting, { do: 'importance', who: [ann], importance: 5 })).toMatchObject({
    state: 'done',
  });
  expect(await operate(meeting, { do: 'message', text: 'Ten minutes', seconds: 20 })).toMatchObject({
    state: 'done',
  });
  expect(await operate(meeting, { do: 'lock', locked: true })).toMatchObject({ state: 'done' });
  const cid = join(meeting, 'Cid');
  expect(participants().find(({ id }) => id === cid)).toMatchObject({ isDeactivated: true });
  await here(meeting, 3);
  expect(await operate(meeting, { do: 'admit', who: [cid] })).toMatchObject({ state: 'done' });
  expect(participants().find(({ id }) => id === cid)).toMatchObject({ isDeactivated: false });
  expect(await operate(meeting, { do: 'drop', who: [ben] })).toMatchObject({ state: 'done' });
  expect(await operate(meeting, { do: 'drop', who: [ben] })).toMatchObject({ state: 'done' });
  expect(inside(meeting)).toEqual(['Ann', 'Cid']);
  expect(await operate(meeting, { do: 'mute', who: [ben], audio: true })).toMatchObject({
    state: 'refused',
    refusal: 'nobody',
  });
  const timeline = ((await world.meeting(product, meeting.key)) as MeetingJson).timeline ?? [];
  expect(timeline.filter(({ what }) => what === 'operated')).toHaveLength(10);
  expect(timeline).toContainEqual(
    expect.objectContaining({ what: 'operated', do: 'drop', by: 'olga', outcome: 'done' }),
  );
});

test.concurrent('a room is put out, stays out, and is called again when somebody wants it', async () => {
  const meeting = await opened('one');
  const [room] = await here(meeting, 1);
  const sip = 'one@video.example.com';
  const dials = () =>
    asked(world.cms, { method: 'POST', path: /callLegs$/i, form: /remoteParty=one/ }).length;
  expect(await operate(meeting, { do: 'redial', room: mailboxOf('one') })).toMatchObject({
    refusal: 'is-in',
  });
  expect(await operate(meeting, { do: 'drop', who: [room?.id] })).toMatchObject({ state: 'done' });
  await here(meeting, 0);
  expect(dials()).toBe(1);
  expect(await operate(meeting, { do: 'redial', room: mailboxOf('one') })).toMatchObject({ state: 'done' });
  await here(meeting, 1);
  expect(dials()).toBe(2);
  expect(await operate(meeting, { do: 'redial', room: 'nobody@example.com' })).toMatchObject({
    refusal: 'not-a-room',
  });
  expect(await operate(meeting, { do: 'dial', address: sip })).toMatchObject({ refusal: 'is-in' });
});

test.concurrent('a further address is called once for one request, however often it is made', async () => {
  const meeting = await opened('three');
  const order = { request: 'the-same', do: 'dial', address: 'sip:Extra@video.example.com' };
  const answers = await Promise.all([post(meeting, order), post(meeting, order), post(meeting, order)]);
  expect(answers.map(({ json }) => json.state)).toEqual(['done', 'done', 'done']);
  await here(meeting, 1);
  expect((await post(meeting, order)).json.state).toBe('done');
  expect(asked(world.cms, { method: 'POST', path: /callLegs$/i, form: /extra/i })).toHaveLength(1);
});

test.concurrent('somebody is moved to another conference, on another call bridge too, and only there afterwards', async () => {
  const [from, to] = await Promise.all([opened('here'), opened('there')]);
  const ann = join(from, 'Ann');
  const ben = join(from, 'Ben', { bridge: 1 });
  await here(from, 3);
  const known = { to: to.key, number: to.number };
  expect(await operate(from, { do: 'move', who: [ann], to: to.key, number: '80000000' })).toMatchObject({
    ...{ state: 'refused', refusal: 'another-target' },
    detail: expect.stringContaining(to.number ?? ''),
  });
  const moved = await operate(from, { do: 'move', who: [ann, ben], ...known });
  expect(moved).toMatchObject({ state: 'done', participants: [{ participant: ann }, { participant: ben }] });
  expect(inside(from)).not.toContain('Ann');
  expect(inside(to)).toEqual(expect.arrayContaining(['Ann', 'Ben']));
  expect(await whats(to)).toContain('moved-in');
  // The room too, which is not called back; nor is it hung up where it is now.
  const [room] = await here(from, 1);
  expect(await operate(from, { do: 'move', who: [room?.id], ...known })).toMatchObject({ state: 'done' });
  await here(from, 0);
  await here(to, 4);
  expect(asked(world.cms, { method: 'POST', path: /callLegs$/i, form: /remoteParty=here/ })).toHaveLength(1);
  expect(await operate(from, { do: 'move', who: [ann], ...known })).toMatchObject({ refusal: 'nobody' });
  // Who is there is not called into this one as well.
  for (const order of [
    { do: 'redial', room: mailboxOf('here') },
    { do: 'dial', address: 'here@video.example.com' },
  ])
    expect(await operate(from, order)).toMatchObject({
      ...{ state: 'refused', refusal: 'is-elsewhere' },
      detail: expect.stringContaining(to.number ?? ''),
    });
});

test.concurrent('who cannot go there is told why, and stays', async () => {
  const [from, hosted] = await Promise.all([opened('far'), opened('hosted')]);
  const ann = join(from, 'Ann');
  await here(from, 1);
  expect(await operate(from, { do: 'move', who: [ann], to: 'no-such', number: '1' })).toMatchObject({
    refusal: 'target-unknown',
  });
  expect(await operate(from, { do: 'move', who: [ann], to: from.key, number: from.number })).toMatchObject({
    refusal: 'same-conference',
  });
  const there = { to: hosted.key, number: hosted.number };
  expect(await operate(from, { do: 'move', who: [ann], ...there })).toMatchObject({ refusal: 'lobby' });
  expect(inside(from)).toEqual(['Ann']);
  expect(await operate(from, { do: 'move', who: [ann], ...there, pastLobby: true })).toMatchObject({
    state: 'done',
  });
  expect(inside(hosted)).toEqual(['Ann']);
});

test.concurrent('a conference that is still to come is opened for who is moved to it, and for who wants it now', async () => {
  const from = await opened('from');
  // So near that nobody else's number will do.
  const start = inSeconds(60);
  const planned = { organizer, rooms: [mailboxOf('soon')], subject: 'Soon', start, end: later(start, 100) };
  const { iCalUId: key } = world.graph.outlook.book(planned);
  const soon = await world.meetingThat(product, key, ({ number }) => number !== null, 30_000);
  const ann = join(from, 'Ann');
  await here(from, 1);
  expect(await operate(from, { do: 'move', who: [ann], to: key, number: soon.number })).toMatchObject({
    state: 'done',
  });
  expect(await world.meeting(product, key)).toMatchObject({ state: 'open', number: soon.number });
  expect(inside(soon)).toEqual(['Ann']);
  expect(await operate(soon, { do: 'start' })).toMatchObject({ state: 'done' });
  const later_ = inSeconds(4 * 3_600);
  const far = world.graph.outlook.book({
    ...planned,
    subject: 'Far',
    start: later_,
    end: later(later_, 600),
  });
  const away = await world.meetingThat(product, far.iCalUId, ({ number }) => number !== null, 30_000);
  expect(await operate(away, { do: 'start' })).toMatchObject({ state: 'refused', refusal: 'too-early' });
});

test.concurrent('an operator ends a conference; it is over, and more cannot be ordered of it', async () => {
  const meeting = await opened('ended');
  join(meeting, 'Ann');
  expect(await operate(meeting, { do: 'end' })).toMatchObject({ state: 'done' });
  const closed = await world.meetingThat(product, meeting.key, ({ state }) => state === 'closed', 30_000);
  expect(closed.reason).toBe('operator');
  expect(inside(meeting)).toEqual([]);
  expect(await operate(meeting, { do: 'lock', locked: true })).toMatchObject({ refusal: 'not-open' });
});

test.concurrent('a conference goes on for as long as an operator wants, unless somebody else is next', async () => {
  const meeting = await opened('longer', 60);
  join(meeting, 'Ann');
  const end = Date.parse(meeting.end);
  const order = { request: 'longer-1', do: 'extend', minutes: 2 };
  for (let again = 0; again < 2; again += 1)
    await until(async () => ((await post(meeting, order)).json.state === 'done' ? true : undefined), 15_000);
  const extended = (await world.meeting(product, meeting.key)) as MeetingJson;
  expect(extended.extendedUntil).toBe(new Date(end + 120_000).toISOString());
  expect(await whats(meeting)).toContain('extended');
  const next = new Date(end + 240_000);
  const other = {
    organizer,
    rooms: [mailboxOf('longer')],
    subject: 'Next',
    start: next,
    end: later(next, 60),
  };
  await world.meetingThat(
    product,
    world.graph.outlook.book(other).iCalUId,
    ({ number }) => number !== null,
    30_000,
  );
  expect(await operate(meeting, { do: 'extend', minutes: 10 })).toMatchObject({
    ...{ state: 'refused', refusal: 'time-taken' },
    detail: expect.stringContaining(mailboxOf('longer')),
  });
  expect(await operate(meeting, { do: 'extend', minutes: 1 })).toMatchObject({ state: 'done' });
});

test.concurrent('the command line does the same, by names', async () => {
  const meeting = await opened('shut');
  join(meeting, 'Ann');
  await here(meeting, 1);
  const file = world.configFile('command.yaml', Number(new URL(product.admin).port));
  const command = (...args: string[]) =>
    run(['operate', meeting.number ?? '', ...args, '--by', 'olga', '--config', file]);
  expect(await command('mute', 'ann')).toMatchObject({ code: 0, stdout: 'done\n  Ann: done\n' });
  expect(await command('mute', 'ben')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ben is not in; in are: Ann'),
  });
  expect(await command('record')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('usage: roombridge operate NUMBER record on|off'),
  });
  expect(await command('dance')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('dance is none of dial'),
  });
  expect(await command('end')).toMatchObject({ code: 0, stdout: 'done\n' });
});
