/** What `roombridge check` finds out about the mailboxes of a simulated tenant. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check, grantLeast, outside } from './check-run.ts';
import type { NewMeeting } from './simulators/graph/outlook.ts';
import { organizer, World } from './world/world.ts';

const hour = 3_600_000;
const names = ['wiping', 'adding', 'keeping', 'far', 'idle'];
const mailboxOf = (name: string) => `${name}@example.com`;

let world: World;
let hours = 1;
const book = (room: string, change: Partial<NewMeeting> = {}) => {
  const start = new Date(Date.now() + hours++ * hour);
  const end = new Date(start.getTime() + hour / 2);
  const body = { contentType: 'html' as const, content: '<p>Agenda of the merger</p>' };
  const meeting = { organizer, rooms: [mailboxOf(room)], subject: 'Merger talks', body, start, end };
  return world.graph.outlook.book({ ...meeting, ...change });
};
const accepted = (room: string) =>
  world.graph.waitFor(() => {
    const copies = world.graph.outlook.roomCopies(mailboxOf(room));
    return copies.length > 0 && copies.every(({ response }) => response.response === 'accepted');
  });

/** Without what is no mailbox, and so in a part of the time. */
const look = (room: string, change: object = {}) =>
  check(world, { ...change }, {}, ['--room', mailboxOf(room)]);

beforeAll(async () => {
  world = await World.create({ rooms: names.map((name) => ({ mailbox: mailboxOf(name), name })) });
  grantLeast(world);
  const settings = { deleteSubject: true, addOrganizerToSubject: true, deleteComments: true };
  Object.assign(world.graph.rooms.get(mailboxOf('wiping')) ?? {}, settings, { removePrivateProperty: true });
  Object.assign(world.graph.rooms.get(mailboxOf('adding')) ?? {}, { addOrganizerToSubject: true });
  book('wiping', { sensitivity: 'private' });
  book('adding', {
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'numbered', numberOfOccurrences: 5 },
    },
  });
  book('keeping');
  const far = new Date(Date.now() + 200 * 24 * hour);
  book('far', { start: far, end: new Date(far.getTime() + hour) });
  for (const room of names.slice(0, 4)) await accepted(room);
});
afterAll(() => world.destroy());

describe('a room', () => {
  test('that wipes what organizers wrote is told each of its settings, and the line that mends them', async () => {
    const checked = await check(world, {}, {}, outside);
    expect(checked.row('room wiping@example.com')).toEqual({
      what: 'room wiping@example.com',
      state: 'warning',
      detail:
        "it replaces titles by the organizer's name (DeleteSubject, AddOrganizerToSubject); " +
        'it deletes the texts of invitations (DeleteComments); it clears the private flag (RemovePrivateProperty)',
      remedy: expect.stringContaining(
        "'wiping@example.com', 'adding@example.com' | ForEach-Object { Set-CalendarProcessing -Identity $_ " +
          '-DeleteSubject $false -AddOrganizerToSubject $false -DeleteComments $false -RemovePrivateProperty $false }',
      ),
    });
    expect(checked.row('room adding@example.com')).toMatchObject({
      state: 'warning',
      detail: "it puts the organizer's name before titles (AddOrganizerToSubject)",
    });
    expect(checked.row('room keeping@example.com')).toMatchObject({
      state: 'ok',
      detail: 'its calendar can be read; 1 booking shows its titles and texts kept; UTC, en-US',
    });
    expect(checked.row('room idle@example.com')).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('no booking tells how it processes them'),
      remedy: expect.stringContaining('Get-CalendarProcessing -Identity'),
    });
    expect(checked.row('organizers')).toMatchObject({
      state: 'ok',
      detail: 'calendars of 3 of 3 can be read',
    });
    expect(checked.code).toBe(0);
    // Whose meetings these are, and what about, is nobody's business here.
    expect(checked.text).not.toMatch(/merger|kratzke|tim@/i);
  });

  test('that is booked beyond the horizon is told both ways out', async () => {
    const checked = await look('far');
    expect(checked.row('room far@example.com')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(
        /^it is booked beyond calendar\.horizon: what is more than 180 days ahead/,
      ),
      remedy: expect.stringContaining(
        'Set-CalendarProcessing -Identity far@example.com -BookingWindowInDays 180',
      ),
    });
    const wider = await look('far', { calendar: { horizon: '365d' } });
    expect(wider.row('room far@example.com')?.state).toBe('ok');
  });

  test('whose clock differs from the configured one is told, with the name that Exchange knows', async () => {
    world.graph.settings(mailboxOf('keeping'), { timeZone: 'W. Europe Standard Time', locale: 'de-DE' });
    const zoned = (timeZone: string) =>
      look('keeping', { rooms: [{ mailbox: mailboxOf('keeping'), timeZone }] }).then(({ row }) =>
        row(/^room/),
      );
    expect(await zoned('Europe/Vienna')).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('Europe/Berlin, de-DE'),
    });
    expect(await zoned('America/New_York')).toMatchObject({
      state: 'warning',
      detail: 'its mailbox says Europe/Berlin, the configuration America/New_York',
      remedy: expect.stringContaining(
        'Set-MailboxRegionalConfiguration -Identity keeping@example.com -TimeZone "Eastern Standard Time"',
      ),
    });
  });

  test('is looked at more closely alone, and one that is not configured is bad usage', async () => {
    const alone = await check(world, {}, {}, ['--room', 'Wiping@example.com']);
    expect(alone.rows.map(({ what }) => what)).toEqual([
      'token',
      'permissions',
      'reach',
      'room wiping@example.com',
      'organizers',
    ]);
    expect(alone.row(/^room/)?.remedy).toMatch(/^ *Get-CalendarProcessing -Identity wiping@example\.com/m);
    const none = await check(world, {}, {}, ['--room', 'nowhere@example.com']);
    expect(none.text).toMatch(/^nowhere@example\.com is not among the rooms of .*check\.yaml\n$/);
    expect(none.code).toBe(2);
  });

  test('takes at most five requests', async () => {
    const before = world.graph.log.length;
    await check(world, { rooms: [{ mailbox: mailboxOf('adding') }] });
    const asked = world.graph.log.slice(before).filter(({ path }) => path.startsWith('/v1.0/users/'));
    expect(asked.map(({ path }) => path.replace(/\?.*/s, '').split('/').slice(3, 5).join(' '))).toEqual([
      'adding@example.com calendarView',
      'adding@example.com events',
      'tim@example.com events',
      'adding@example.com calendarView',
      'adding@example.com mailboxSettings',
    ]);
  });
});

describe('what is not granted', () => {
  test("organizers' calendars: what follows from it is told by the ways that are left", async () => {
    world.graph.knobs.deniedMailboxes.add(organizer);
    const told = async (change: object) => (await look('wiping', change)).row('organizers');
    expect(await told({})).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/^calendars of 1 of 1 may not be read .* told by the room's answer$/),
      remedy: expect.stringContaining('Add-DistributionGroupMember'),
    });
    const mail = { invitation: { ways: ['event', 'mail'], mail: { from: 'ann@example.com' } } };
    expect((await told(mail))?.detail).toMatch(/organizers are told by mail$/);
    expect((await told({ invitation: { ways: ['event'] } }))?.detail).toMatch(/organizers are not told$/);
    world.graph.knobs.deniedMailboxes.delete(organizer);
  });

  test('mailbox settings: the permission is named once, and no room is asked', async () => {
    world.graph.knobs.permissions.delete('MailboxSettings.Read');
    const before = world.graph.log.length;
    const checked = await look('idle');
    expect(checked.row('mailbox settings')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/^MailboxSettings\.Read is not granted/),
    });
    expect(world.graph.log.slice(before).filter(({ path }) => path.includes('mailboxSettings'))).toEqual([]);
    world.graph.knobs.permissions.add('MailboxSettings.Read');
  });
});

describe('the mailbox that mails come from', () => {
  const from = (mailbox: string) => ({ invitation: { mail: { from: mailbox } } });
  const row = async (mailbox: string) => (await look('idle', from(mailbox))).row(/^mail from/);

  test('is well with Mail.Send and Mail.Read, and each that is missing has its consequence', async () => {
    const { permissions, deniedMailboxes } = world.graph.knobs;
    deniedMailboxes.delete('ann@example.com');
    for (const one of ['Mail.Send', 'Mail.Read']) permissions.add(one);
    expect(await row('ann@example.com')).toMatchObject({ state: 'ok' });
    permissions.delete('Mail.Read');
    expect(await row('ann@example.com')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/whose sending broke off is not sent again/),
      remedy: expect.stringContaining('"Application Mail.Read" -CustomResourceScope "Roombridge sender"'),
    });
    permissions.delete('Mail.Send');
    expect(await row('ann@example.com')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/^Mail\.Send is not in the token/),
    });
  });

  test('may be another one for mails about tickets, which is not read back', async () => {
    const { permissions } = world.graph.knobs;
    permissions.add('Mail.Send');
    permissions.delete('Mail.Read');
    const tickets = { tell: [{ mail: ['ops@example.com'], from: 'ann@example.com' }] };
    expect((await look('idle', { tickets })).row(/^mail from/)).toMatchObject({
      state: 'ok',
      detail: 'Mail.Send is granted; whether the mailbox is there cannot be seen without Mail.Read',
    });
    permissions.add('Mail.Read');
    tickets.tell[0] = { mail: ['ops@example.com'], from: 'nobody@example.com' };
    expect((await look('idle', { tickets })).row(/^mail from/)).toMatchObject({ state: 'FAILED' });
  });

  test('has to be there', async () => {
    for (const one of ['Mail.Send', 'Mail.Read']) world.graph.knobs.permissions.add(one);
    expect(await row('nobody@example.com')).toMatchObject({
      state: 'FAILED',
      remedy: expect.stringContaining('Get-EXOMailbox -Identity nobody@example.com'),
    });
  });
});

test('the script has every remedy, and never replaces a file', async () => {
  const script = join(world.folder, 'mend.ps1');
  const room = ['--room', mailboxOf('wiping')];
  const written = await check(world, {}, {}, [...room, '--script', script]);
  expect(written.code).toBe(0);
  expect(readFileSync(script, 'utf8')).toMatch(
    /^Set-CalendarProcessing -Identity wiping@example\.com -DeleteSubject/m,
  );
  const again = await check(world, {}, {}, [...room, '--script', script]);
  expect(again.text).toContain('mend.ps1 could not be written: it is there already');
  expect(again.code).toBe(1);
});

test("an administrator's own texts are read, and each mistake is told at its line", async () => {
  const folder = join(world.folder, 'texts');
  mkdirSync(folder);
  writeFileSync(join(folder, 'mail.en.txt'), 'Hello\n{{joining.numbr}}\n');
  const checked = await check(world, { invitation: { templates: 'texts' } });
  expect(checked.rows).toContainEqual({
    what: 'text mail.en.txt',
    state: 'FAILED',
    detail: expect.stringMatching(/^line 2: .*; the text of Roombridge is used in its place$/),
    remedy: expect.stringContaining('joining.number'),
  });
  expect(checked.code).toBe(1);
  expect(existsSync(join(world.folder, 'data/redis/server.json'))).toBe(false);
});
