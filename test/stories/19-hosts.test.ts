/** Part 4 §1: guests and hosts, each way of telling them apart, as people find it who dial in. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asked, atRest, calling, dialling, fieldOf, noted, opening } from '../world/cms-side.ts';
import { run } from '../world/command.ts';
import { inSeconds } from '../world/graph-side.ts';
import { base, type MeetingJson, organizer, type Product, until, World } from '../world/world.ts';

const mailboxOf = (room: string) => `${room}@example.com`;
const sipOf = (room: string) => `${room}@video.example.com`;
const later = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1_000);
const rooms = [
  { mailbox: mailboxOf('pins'), access: 'two-pins' },
  { mailbox: mailboxOf('numbers'), access: 'separate-numbers' },
  { mailbox: mailboxOf('prompt'), access: 'pressed' },
  { mailbox: mailboxOf('disconnecting'), access: 'disconnecting' },
  { mailbox: mailboxOf('staying'), access: 'staying' },
  { mailbox: mailboxOf('host-video'), sip: sipOf('host-video'), access: 'two-pins' },
  { mailbox: mailboxOf('guest-video'), sip: sipOf('guest-video'), access: 'waiting-rooms' },
  { mailbox: mailboxOf('failing'), access: 'two-pins' },
  { mailbox: mailboxOf('long'), access: 'two-pins' },
  { mailbox: mailboxOf('member'), access: 'host-member' },
  { mailbox: mailboxOf('refused'), access: 'two-pins' },
  { mailbox: mailboxOf('stays'), access: 'two-pins' },
  { mailbox: mailboxOf('plain') },
];
const policies = [
  { name: 'pressed', way: 'host-pin', prompt: { mode: 'required' } },
  { name: 'disconnecting', way: 'two-pins', deactivation: { mode: 'disconnect', after: '0s' } },
  { name: 'staying', way: 'two-pins', deactivation: { mode: 'remainActivated', after: '0s' } },
  { name: 'waiting-rooms', way: 'two-pins', rooms: 'guest' },
  { name: 'board', way: 'two-pins', askedBy: { keywords: ['@board'] } },
];

let world: World;
let product: Product;
beforeAll(async () => {
  world = await World.create({
    rooms,
    conference: { preflight: '1m', extension: { by: '6s', times: 3 } },
    config: {
      access: policies,
      clusters: undefined,
    },
    cms: { users: [{ jid: 'tim@users.example.com', email: organizer, name: 'Tim' }] },
  });
  product = await world.start('all', 'config', { change: { clusters: clustersOf(world, 20) } });
  await atRest(world, product);
}, 120_000);
afterAll(() => world.destroy());

/** As `World` configures it, and numbers for hosts. */
function clustersOf({ cms }: World, quantity: number) {
  const callBridges = cms.bridges.map(({ url, username, password }) => ({
    address: url,
    username,
    password,
  }));
  const numbers = { base, quantity, hosts: { base: base + 1_000 } };
  return [{ name: 'emea', domain: 'meet.example.com', numbers, ca: 'ca.pem', callBridges }];
}

function book(room: string, start: Date, end: Date, details: object = {}) {
  const meeting = { organizer, rooms: [mailboxOf(room)], subject: `In the ${room}`, start, end, ...details };
  return world.graph.outlook.book(meeting);
}

const that = (key: string, isAsWished: (meeting: MeetingJson) => boolean) =>
  world.meetingThat(product, key, isAsWished, 60_000);
const isOpen = ({ state }: MeetingJson) => state === 'open';
const isClosed = ({ state }: MeetingJson) => state === 'closed';

/** A booking that begins soon, and what it is when it has begun. */
async function opened(
  room: string,
  { length = 20, ...details }: { length?: number; [field: string]: unknown } = {},
) {
  const start = inSeconds(8);
  const event = book(room, start, later(start, length), details);
  const meeting = await that(event.iCalUId, isOpen);
  return {
    event,
    meeting,
    number: meeting.number ?? '',
    guest: meeting.passcode ?? '',
    hosts: hostsOf(meeting),
  };
}

function hostsOf({ hosts }: MeetingJson): { policy: string; number: string; passcode: string } {
  if (hosts === undefined) throw new Error('it has no hosts');
  return { ...hosts, passcode: hosts.passcode ?? '' };
}

const participants = () => world.cms.bridges.flatMap((bridge) => (bridge.alive ? bridge.participants() : []));
const find = (id: string) => participants().find((one) => one.id === id);
const hasMedia = (id: string) => find(id)?.isDeactivated === false;

function join(number: string, name: string, passcode?: string, more: object = {}): string {
  const joined = world.cms.join(number, { name, ...(passcode === undefined ? {} : { passcode }), ...more });
  if (!joined.joined) throw new Error(`${name}: ${joined.reason}`);
  return joined.participant;
}

const refusal = (number: string, passcode?: string) => {
  const joined = world.cms.join(number, { name: 'Nobody', ...(passcode === undefined ? {} : { passcode }) });
  return joined.joined ? 'joined' : joined.reason;
};

/** Nothing of a meeting is left on its slot. */
async function isAtRest(number: string): Promise<void> {
  await until(async () => {
    const space = world.cms.space(number);
    return (space !== undefined && space.accessMethods.length === 0) || undefined;
  }, 20_000);
  expect(world.cms.space(number)).toMatchObject({ nonMemberAccess: false, passcode: '' });
}

test.concurrent('two passcodes on one number: guests wait until a host is in, and again when the last has left', async () => {
  const { event, number, guest, hosts, meeting } = await opened('pins');
  expect(hosts).toMatchObject({ policy: 'two-pins', number });
  expect(new Set([guest, hosts.passcode]).size).toBe(2);
  expect([guest, hosts.passcode].every((passcode) => /^\d{6}$/.test(passcode))).toBe(true);
  expect(refusal(number)).toBe('incorrectPasscode');
  expect(refusal(number, '000000')).toBe('incorrectPasscode');
  const ann = join(number, 'Ann', guest);
  expect(hasMedia(ann)).toBe(false);
  const tim = join(number, 'Tim', hosts.passcode);
  expect([ann, tim].map(hasMedia)).toEqual([true, true]);
  world.cms.leave(tim);
  expect(hasMedia(ann)).toBe(false);
  const again = join(number, 'Tim', hosts.passcode);
  expect(hasMedia(ann)).toBe(true);
  world.cms.leave(again);
  world.cms.leave(ann);
  await that(event.iCalUId, isClosed);
  await isAtRest(number);
  expect(refusal(number, hosts.passcode)).toBe('locked');
  // What could be prepared was: the start itself is a PUT and a POST.
  const [put] = asked(world.cms, opening(world.cms, number));
  const startedAt = put?.at ?? 0;
  const openedAt = Date.parse(noted(meeting, 'opened')[0]?.at ?? '');
  const during = world.cms.log.filter(
    ({ at, path, method }) =>
      at >= startedAt && at <= openedAt && /space|profile/i.test(path) && method !== 'GET',
  );
  expect(during.filter(({ path }) => path.includes(world.cms.space(number)?.id ?? '-'))).toHaveLength(1);
});

test.concurrent('numbers apart: hosts dial another one', async () => {
  const { event, number, guest, hosts } = await opened('numbers');
  expect(hosts.number).toBe(String(Number(number) + 1_000));
  const tim = join(hosts.number, 'Tim', hosts.passcode);
  expect(hasMedia(tim)).toBe(true);
  expect(refusal(hosts.number, guest)).toBe('incorrectPasscode');
  const ann = join(number, 'Ann', guest);
  expect(hasMedia(ann)).toBe(true);
  world.cms.leave(tim);
  expect(hasMedia(ann)).toBe(false);
  world.cms.leave(ann);
  await that(event.iCalUId, isClosed);
  await isAtRest(number);
  expect(refusal(hosts.number, hosts.passcode)).toBe('unknown');
});

test.concurrent('a passcode for hosts alone: guests press # and wait', async () => {
  const { event, number, meeting, hosts } = await opened('prompt');
  expect(meeting.passcode).toBeNull();
  expect(refusal(number)).toBe('passcodeAwaited');
  expect(refusal(number, '000000')).toBe('incorrectPasscode');
  const ann = join(number, 'Ann', '#');
  expect(hasMedia(ann)).toBe(false);
  const tim = join(number, 'Tim', hosts.passcode);
  expect(hasMedia(ann)).toBe(true);
  world.cms.leave(tim);
  world.cms.leave(ann);
  await that(event.iCalUId, isClosed);
  await isAtRest(number);
});

test.concurrent('the organizer is a member of the space, comes in without a passcode, and is nothing there afterwards', async () => {
  const { event, number, guest, hosts } = await opened('member');
  const space = () => world.cms.space(number);
  const jid = 'tim@users.example.com';
  expect(space()).toMatchObject({ ownerJid: jid, members: [jid] });
  const { stdout } = await verify(number);
  for (const line of [`space ownerJid: ${jid}`, `member userJid: ${jid}`])
    expect(stdout).toContain(`ok       ${line}`);
  expect(stdout).toContain("ok       member's call leg profile needsActivation: false");
  const ann = join(number, 'Ann', guest);
  expect(hasMedia(ann)).toBe(false);
  const tim = join(number, 'Tim', undefined, { userJid: jid });
  expect(hasMedia(ann)).toBe(true);
  world.cms.leave(tim);
  expect(hasMedia(ann)).toBe(false);
  // Somebody who stands in for the organizer and is no user of the bridge.
  const eve = join(number, 'Eve', hosts.passcode);
  expect(hasMedia(ann)).toBe(true);
  world.cms.leave(eve);
  world.cms.leave(ann);
  await that(event.iCalUId, isClosed);
  await isAtRest(number);
  expect(space()).toMatchObject({ members: [] });
  expect(space()?.ownerJid ?? '').toBe('');
});

test.concurrent('where the bridge will not have an access for hosts, the conference opens all the same', async () => {
  const own = await World.create({
    rooms: rooms.filter(({ mailbox }) => mailbox === mailboxOf('refused')),
    quantity: 1,
    conference: { preflight: '0s' },
  });
  try {
    const running = await own.start();
    await atRest(own, running);
    for (const bridge of own.cms.bridges)
      bridge.setFault({
        kind: 'failure',
        reason: 'duplicateCoSpaceUri',
        match: { method: 'POST', path: /accessMethods$/i },
      });
    const start = inSeconds(6);
    const event = own.graph.outlook.book({
      ...{ organizer, rooms: [mailboxOf('refused')], subject: 'Refused' },
      ...{ start, end: later(start, 30) },
    });
    const meeting = await own.meetingThat(running, event.iCalUId, isOpen, 30_000);
    expect(noted(meeting, 'access-refused')).toHaveLength(1);
    const { tickets } = await own.api<{ tickets: { code: string; about: string }[] }>(
      running,
      '/api/tickets',
    );
    expect(tickets).toContainEqual(
      expect.objectContaining({ code: 'hosts-access-refused', about: `meeting ${event.iCalUId}` }),
    );
    expect(Date.parse(noted(meeting, 'opened')[0]?.at ?? '') - start.getTime()).toBeLessThan(3_000);
    const joined = own.cms.join(meeting.number ?? '', { name: 'Ann', passcode: meeting.passcode ?? '' });
    const legs = own.cms.bridges.flatMap((bridge) => bridge.participants());
    expect(joined.joined && legs.find(({ id }) => id === joined.participant)?.isDeactivated).toBe(false);
  } finally {
    await own.destroy();
  }
});

test.concurrent('when the last host leaves, guests are put out, or stay, as the policy says', async () => {
  const [out, stay] = await Promise.all([opened('disconnecting'), opened('staying')]);
  const come = ({ number, guest, hosts }: typeof out) =>
    [join(number, 'Ann', guest), join(number, 'Tim', hosts.passcode)] as const;
  const [ann, tim] = come(out);
  world.cms.leave(tim);
  await until(async () => find(ann) === undefined || undefined, 5_000);
  const [bob, eve] = come(stay);
  world.cms.leave(eve);
  expect(hasMedia(bob)).toBe(true);
  // Who comes now waits all the same.
  expect(hasMedia(join(stay.number, 'Cid', stay.guest))).toBe(false);
});

test.concurrent('a room that is dialled opens the meeting, unless it is a guest by its policy', async () => {
  const [host, guest] = await Promise.all([opened('host-video'), opened('guest-video')]);
  const [first, second] = [join(host.number, 'Ann', host.guest), join(guest.number, 'Bob', guest.guest)];
  await that(host.event.iCalUId, (one) => noted(one, 'dialled').length > 0);
  await that(guest.event.iCalUId, (one) => noted(one, 'dialled').length > 0);
  await until(async () => hasMedia(first) || undefined, 10_000);
  expect(
    asked(world.cms, dialling(sipOf('guest-video'))).map((one) => fieldOf(one, 'callLegProfile')),
  ).toEqual([undefined]);
  expect(hasMedia(second)).toBe(false);
  join(guest.number, 'Tim', guest.hosts.passcode);
  expect(hasMedia(second)).toBe(true);
});

function verify(number: string) {
  const port = Number(new URL(product.admin).port);
  const file = world.configFile('command.yaml', port, { clusters: clustersOf(world, 20) });
  return run(['meeting', number, '--verify', '--config', file]);
}

test.concurrent('the command line reads a meeting back from the bridge, field by field', async () => {
  const { number, hosts, guest } = await opened('long', { length: 60 });
  const well = await verify(number);
  expect(well).toMatchObject({ code: 0, stderr: '' });
  expect(well.stdout).toMatch(/^In the long {2}open on https/);
  expect(well.stdout).toContain("ok       guests' call leg profile needsActivation: true");
  expect(well.stdout).toContain("ok       hosts' call leg profile needsActivation: false");
  expect(well.stdout).toContain("ok       hosts' access method passcode: as it should be");
  expect(well.stdout).toMatch(/all is as it should be\n$/);
  for (const secret of [guest, hosts.passcode]) expect(well.stdout).not.toContain(secret);
  world.cms.changeSpace(world.cms.space(number)?.id ?? '', { name: 'The canteen' });
  const differs = await verify(number);
  expect(differs.code).toBe(1);
  expect(differs.stdout).toContain('differs  space name: The canteen, should be In the long');
  expect(differs.stdout).toMatch(/1 of \d+ differ\n$/);
  const nothing = await verify('80999999');
  expect(nothing).toMatchObject({ code: 1 });
  expect(nothing.stderr).toContain('nothing is open at 80999999, nor planned within a week');
});

test.concurrent('a meeting asks for a policy by a word, and its organizer alone is told the passcode of hosts', async () => {
  const start = inSeconds(3_600);
  const event = book('plain', start, later(start, 1_800), {
    body: { contentType: 'html', content: '<p>Quarterly figures @board</p>' },
  });
  const meeting = await that(event.iCalUId, ({ hosts }) => hosts?.policy === 'board');
  const hosts = hostsOf(meeting);
  const told = await that(event.iCalUId, (one) =>
    noted(one, 'organizer-answered').some(({ facts }) => facts === 'hosts'),
  );
  expect(noted(told, 'invitation-written')).not.toEqual([]);
  const { outlook, replies } = world.graph;
  const reply = replies.findLast(({ iCalUId }) => iCalUId === event.iCalUId);
  expect(reply).toMatchObject({ organizer });
  expect(reply?.comment).toContain(hosts.passcode);
  // Everybody who is invited reads the event.
  const bodies = [organizer, mailboxOf('plain')].map((mailbox) =>
    outlook
      .roomCopies(mailbox)
      .flatMap(({ subject, body }) => [subject, body.content])
      .join(),
  );
  expect(bodies[0]).toContain(meeting.passcode);
  for (const body of bodies) expect(body).not.toContain(hosts.passcode);
});

test.concurrent('host first, then guests, and as long as people stay: an extension changes nothing of who they are', async () => {
  const { event, number, guest, hosts } = await opened('stays', { length: 12 });
  const tim = join(number, 'Tim', hosts.passcode);
  const ann = join(number, 'Ann', guest);
  expect([tim, ann].map(hasMedia)).toEqual([true, true]);
  await that(event.iCalUId, ({ extendedUntil }) => extendedUntil !== null);
  expect([tim, ann].map(hasMedia)).toEqual([true, true]);
  world.cms.leave(tim);
  expect(hasMedia(ann)).toBe(false);
  expect(refusal(number, '000000')).toBe('incorrectPasscode');
  const again = join(number, 'Tim', hosts.passcode);
  expect(hasMedia(ann)).toBe(true);
  world.cms.leave(again);
  world.cms.leave(ann);
  await that(event.iCalUId, isClosed);
  await isAtRest(number);
});

test.concurrent('a conference that is brought up on another call bridge has its policy there', async () => {
  const own = await World.create({
    rooms: rooms.filter(({ mailbox }) => mailbox === mailboxOf('failing')),
    quantity: 1,
  });
  try {
    const running = await own.start();
    await atRest(own, running);
    const start = inSeconds(6);
    const event = own.graph.outlook.book({
      ...{ organizer, rooms: [mailboxOf('failing')], subject: 'Failing' },
      ...{ start, end: later(start, 60) },
    });
    const meeting = await own.meetingThat(running, event.iCalUId, isOpen, 30_000);
    const { number, passcode } = meeting;
    await own.cms.bridge(0).kill();
    await own.meetingThat(running, event.iCalUId, (one) => noted(one, 'recovered').length > 0, 60_000);
    const dial = (name: string, pin: string | null | undefined) => {
      const joined = own.cms.join(number ?? '', { name, passcode: pin ?? '', bridge: 1 });
      return joined.joined ? joined.participant : joined.reason;
    };
    const media = (id: string) =>
      own.cms
        .bridge(1)
        .participants()
        .find((one) => one.id === id)?.isDeactivated === false;
    const ann = dial('Ann', passcode);
    expect(media(ann)).toBe(false);
    dial('Tim', hostsOf(meeting).passcode);
    expect(media(ann)).toBe(true);
  } finally {
    await own.destroy();
  }
});

test.concurrent('the next meeting in the slot has its own policy, and nothing of the one before', async () => {
  const own = await World.create({
    rooms: rooms.filter(({ mailbox }) => [mailboxOf('pins'), mailboxOf('plain')].includes(mailbox)),
    quantity: 1,
    conference: { extension: { times: 0 } },
  });
  try {
    const running = await own.start();
    await atRest(own, running);
    const start = inSeconds(6);
    const bookIn = (room: string, from: Date) =>
      own.graph.outlook.book({
        ...{ organizer, rooms: [mailboxOf(room)], subject: room },
        ...{ start: from, end: later(from, 8) },
      });
    const [first, second] = [bookIn('pins', start), bookIn('plain', later(start, 8))];
    const guarded = await own.meetingThat(running, first.iCalUId, isOpen, 30_000);
    const plain = await own.meetingThat(running, second.iCalUId, isOpen, 30_000);
    expect(plain.number).toBe(guarded.number);
    expect(plain.hosts).toBeUndefined();
    const dial = (passcode: string | null | undefined) =>
      own.cms.join(plain.number ?? '', { name: 'Ann', passcode: passcode ?? '' });
    expect(dial(hostsOf(guarded).passcode)).toEqual({ joined: false, reason: 'incorrectPasscode' });
    expect(dial(guarded.passcode)).toEqual({ joined: false, reason: 'incorrectPasscode' });
    const ann = dial(plain.passcode);
    const leg = own.cms.bridges.flatMap((bridge) => bridge.participants());
    expect(ann.joined && leg.find(({ id }) => id === ann.participant)?.isDeactivated).toBe(false);
    expect(own.cms.space(plain.number ?? '')?.accessMethods).toEqual([]);
    expect(asked(own.cms, calling(own.cms, plain.number ?? ''))).toHaveLength(2);
  } finally {
    await own.destroy();
  }
});
