/** What the app says to people: mails, answers for rooms; and what it may read of their settings, places and mailboxes. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTenant } from './tenant.ts';

const ADA = '/v1.0/users/ada@example.com';
const ROOM = 'board@example.com';
const FACT = 'String {6a1d1f0c-0000-4000-8000-000000000001} Name Fact';

let tenant: Awaited<ReturnType<typeof startTenant>>;
beforeEach(async () => {
  tenant = await startTenant({ attendantDelay: 1, acceptDelay: 1 });
});
afterEach(() => tenant.stop());

function mail(fact: string, saveToSentItems?: boolean) {
  return {
    message: {
      subject: `About ${fact}`,
      body: { contentType: 'HTML', content: '<p>ready</p>' },
      toRecipients: [{ emailAddress: { address: 'Eve@elsewhere.example' } }],
      singleValueExtendedProperties: [{ id: FACT, value: fact }],
      internetMessageHeaders: [{ name: 'x-fact', value: fact }],
    },
    ...(saveToSentItems === undefined ? {} : { saveToSentItems }),
  };
}

function sentItems(filter: string, more = '') {
  return tenant.send(
    'GET',
    `${ADA}/mailFolders/SentItems/messages?$filter=${encodeURIComponent(filter)}${more}`,
  );
}

function factIs(fact: string): string {
  return `singleValueExtendedProperties/Any(ep: ep/id eq '${FACT}' and ep/value eq '${fact.replaceAll("'", "''")}')`;
}

async function book() {
  const start = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000);
  const end = new Date(start.getTime() + 1_800_000);
  const range = { type: 'numbered' as const, numberOfOccurrences: 3 };
  const meeting = tenant.graph.outlook.book({
    ...{ organizer: 'ada@example.com', rooms: [ROOM], subject: 'Plan', start, end },
    recurrence: { pattern: { type: 'daily', interval: 1 }, range },
  });
  await tenant.graph.settled();
  return meeting;
}

test('a mail is sent once and found in Sent Items by its property or its id, unless it was not kept', async () => {
  const sent = await tenant.send('POST', `${ADA}/sendMail`, mail("room's"));
  expect([sent.status, sent.json]).toEqual([202, '']);
  await tenant.send('POST', `${ADA}/sendMail`, mail('unkept', false));
  expect(tenant.graph.mails).toMatchObject([
    { from: 'ada@example.com', to: ['eve@elsewhere.example'], subject: "About room's", saved: true },
    { body: { contentType: 'html', content: '<p>ready</p>' }, headers: [{ name: 'x-fact' }], saved: false },
  ]);
  const expand = `&$select=subject&$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${FACT}')`)}`;
  const [found, ...more] = (await sentItems(factIs("room's"), expand)).json.value;
  expect(more).toEqual([]);
  expect(Object.keys(found).sort()).toEqual([
    '@odata.etag',
    'id',
    'singleValueExtendedProperties',
    'subject',
  ]);
  expect(found.singleValueExtendedProperties).toEqual([{ id: FACT, value: "room's" }]);
  const id = tenant.graph.mails[0]?.internetMessageId ?? '';
  expect((await sentItems(`internetMessageId eq '${id}'`, '&$top=1')).json.value).toHaveLength(1);
  expect((await sentItems(factIs('unkept'))).json.value).toEqual([]);
  expect((await sentItems("subject eq 'x'")).status).toBe(400);
});

test('a mail whose answer is lost was sent, and shows in Sent Items when it is time', async () => {
  tenant.graph.knobs.sentItemsDelay = 60_000;
  tenant.graph.fail({ kind: 'drop-after', method: 'POST', path: /sendMail/ });
  await expect(tenant.send('POST', `${ADA}/sendMail`, mail('lost'))).rejects.toThrow();
  expect(tenant.graph.mails).toHaveLength(1);
  expect((await sentItems(factIs('lost'))).json.value).toEqual([]);
  tenant.graph.knobs.sentItemsDelay = 0;
  expect((await sentItems(factIs('lost'))).json.value).toHaveLength(1);
});

test('mail from nobody, to nobody or with a reserved header is refused', async () => {
  const nobody = await tenant.send('POST', '/v1.0/users/nobody@example.com/sendMail', mail('x'));
  expect([nobody.status, nobody.json.error.code]).toEqual([404, 'ErrorInvalidUser']);
  const { message } = mail('x');
  const refusals = [
    { message: { ...message, toRecipients: [] } },
    { message: { ...message, toRecipients: [{ emailAddress: { address: 'no address' } }] } },
    { message: { ...message, internetMessageHeaders: [{ name: 'Reply-To', value: 'x' }] } },
    {},
  ];
  for (const body of refusals) expect((await tenant.send('POST', `${ADA}/sendMail`, body)).status).toBe(400);
  expect(tenant.graph.mails).toEqual([]);
});

test('an answer for a room keeps its comment, for a series and for one of its occurrences', async () => {
  const series = await book();
  const events = `/v1.0/users/${ROOM}/events`;
  const copy = tenant.graph.outlook.roomCopy(ROOM, series);
  const body = { Comment: 'Dial 80', SendResponse: true };
  expect((await tenant.send('POST', `${events}/${copy?.id}/accept`, body)).status).toBe(202);
  const from = new Date((copy?.start ?? 0) - 1).toISOString();
  const window = `startDateTime=${from}&endDateTime=${new Date((copy?.start ?? 0) + 90_000_000).toISOString()}`;
  const { json } = await tenant.send('GET', `${events}/${copy?.id}/instances?${window}`);
  const second = json.value[1];
  await tenant.send('POST', `${events}/${second.id}/decline`, { comment: 'not this one' });
  await tenant.send('POST', `${events}/${json.value[0].id}/tentativelyAccept`, { sendResponse: false });
  expect(tenant.graph.replies).toMatchObject([
    {
      room: ROOM,
      organizer: 'ada@example.com',
      iCalUId: series.iCalUId,
      response: 'accepted',
      comment: 'Dial 80',
    },
    { iCalUId: second.iCalUId, response: 'declined', comment: 'not this one' },
  ]);
  expect(tenant.graph.outlook.event('ada@example.com', series)?.attendees[0]?.response).toBe('accepted');
  const kinds = tenant.graph.outlook.roomCopies(ROOM).map(({ response }) => response.response);
  expect(kinds).toEqual(['accepted', 'declined', 'tentativelyAccepted']);
});

test('each mailbox has its language and zone', async () => {
  tenant.graph.addPerson('bo@example.com', 'Bo', {
    locale: 'pt-BR',
    timeZone: 'E. South America Standard Time',
  });
  tenant.graph.settings(ROOM, { locale: 'de-DE' });
  const read = (mailbox: string, query = '') =>
    tenant.send('GET', `/v1.0/users/${mailbox}/mailboxSettings${query}`).then(({ json }) => json);
  expect(await read('bo@example.com', '?$select=language,timeZone')).toMatchObject({
    language: { locale: 'pt-BR', displayName: 'Brazilian Portuguese' },
    timeZone: 'E. South America Standard Time',
  });
  expect(await read(ROOM)).toMatchObject({
    language: { locale: 'de-DE' },
    timeZone: 'UTC',
    userPurpose: 'room',
  });
});

test('rooms and room lists come in pages of a hundred, as lenient as Places is', async () => {
  const { places } = tenant.graph;
  for (let n = 0; n < 101; n++) {
    places.addRoom({
      displayName: `Room ${n}`,
      emailAddress: `r${n}@example.com`,
      capacity: n % 2 ? n : `${n}`,
    });
  }
  places.addRoom({ displayName: 'Unknown to Exchange' });
  places.addList({
    displayName: 'House',
    emailAddress: 'house@example.com',
    rooms: ['R1@example.com', 'r100@example.com'],
  });
  const first = await tenant.send('GET', '/v1.0/places/microsoft.graph.room');
  const second = await tenant.send('GET', first.json['@odata.nextLink']);
  expect([first.json.value.length, second.json.value.length, second.json['@odata.nextLink']]).toEqual([
    100,
    2,
    undefined,
  ]);
  expect([first.json.value[2].capacity, first.json.value[3].capacity]).toEqual(['2', 3]);
  expect('emailAddress' in second.json.value[1]).toBe(false);
  const lists = await tenant.send('GET', '/v1.0/places/microsoft.graph.roomlist?$select=emailAddress');
  expect(lists.json.value).toEqual([{ id: expect.any(String), emailAddress: 'house@example.com' }]);
  const path = '/v1.0/places/house@example.com/microsoft.graph.roomlist/rooms';
  const within = await tenant.send('GET', `${path}?$top=1`);
  expect(within.json.value[0].displayName).toBe('Room 1');
  expect((await tenant.send('GET', within.json['@odata.nextLink'])).json.value[0].displayName).toBe(
    'Room 100',
  );
  expect((await tenant.send('GET', path.replace('house', 'nowhere'))).status).toBe(404);
});

test('what the token has no permission for is forbidden, from the next token on', async () => {
  const series = await book();
  const { permissions } = tenant.graph.knobs;
  const refused = async (permission: string, method: string, path: string, body?: unknown) => {
    permissions.delete(permission);
    expect((await tenant.send(method, path, body)).status).toBeLessThan(300);
    await tenant.signIn();
    const { status, json } = await tenant.send(method, path, body);
    permissions.add(permission);
    await tenant.signIn();
    return [status, json.error?.code];
  };
  const denied = [403, 'ErrorAccessDenied'];
  expect(await refused('Mail.Send', 'POST', `${ADA}/sendMail`, mail('x'))).toEqual(denied);
  expect(await refused('Mail.Read', 'GET', `${ADA}/mailFolders/sentitems/messages`)).toEqual(denied);
  expect(await refused('MailboxSettings.Read', 'GET', `${ADA}/mailboxSettings`)).toEqual(denied);
  expect(await refused('Place.Read.All', 'GET', '/v1.0/places/microsoft.graph.room')).toEqual(denied);
  const event = `${ADA}/events/${series.id}`;
  expect(await refused('Calendars.ReadWrite', 'PATCH', event, { subject: 'y' })).toEqual(denied);
  permissions.delete('Calendars.Read');
  await tenant.signIn();
  // What may write may read, but gets no subscriptions.
  expect((await tenant.send('GET', event)).status).toBe(200);
  const subscription = await tenant.subscribe(ROOM);
  expect([subscription.status, subscription.json.error.code]).toEqual([403, 'ExtensionError']);
});
