/** Sign-in, subscriptions and notifications over the wire. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTenant } from './tenant.ts';

const ROOM = 'board@example.com';

let tenant: Awaited<ReturnType<typeof startTenant>>;
beforeEach(async () => {
  tenant = await startTenant({ attendantDelay: 1, acceptDelay: 40 });
});
afterEach(() => tenant.stop());

function book() {
  const start = new Date(Date.now() + 3_600_000);
  const end = new Date(Date.now() + 7_200_000);
  return tenant.graph.outlook.book({
    organizer: 'ada@example.com',
    rooms: [ROOM],
    subject: 'Plan',
    start,
    end,
  });
}

function changes(): string[] {
  return tenant.graph.notificationLog.flatMap(({ value }) =>
    value.map((one) => ('changeType' in one ? one.changeType : one.lifecycleEvent)),
  );
}

test('a wrong secret, a foreign tenant and a revoked token are refused in their own words', async () => {
  const wrong = await tenant.token({ client_secret: 'guess' });
  expect([wrong.status, wrong.json.error, wrong.json.error_codes]).toEqual([
    401,
    'invalid_client',
    [7000215],
  ]);
  const assertion = `e30.${Buffer.from('{"iss":"5f0f6a2e-0000-4000-8000-000000000002"}').toString('base64url')}.x`;
  expect((await tenant.token({ client_secret: '', client_assertion: assertion })).status).toBe(200);
  expect((await tenant.send('GET', '/someone-else/v2.0/.well-known/openid-configuration')).status).toBe(400);
  tenant.graph.revokeTokens();
  const late = await tenant.send('GET', '/v1.0/subscriptions');
  expect([late.status, late.json.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
});

test('a subscription is made after both URLs echoed their token, once for a room', async () => {
  const made = await tenant.subscribe(ROOM, {
    expirationDateTime: new Date(Date.now() + 60_000).toISOString(),
  });
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({
    resource: `/users/${ROOM}/events`,
    clientState: 'a secret',
    creatorId: expect.any(String),
  });
  expect(tenant.graph.handshakeLog.map(({ fault }) => fault)).toEqual([undefined, undefined]);
  // Less than 45 minutes are raised to 45.
  expect(Date.parse(made.json.expirationDateTime)).toBeGreaterThan(Date.now() + 44 * 60_000);

  const again = await tenant.subscribe('BOARD@example.com', { changeType: 'deleted,updated,created' });
  expect(again.status).toBe(409);
  expect(again.json.error.message).toContain(`Subscription Id ${made.json.id} already exists`);
  const long = { expirationDateTime: new Date(Date.now() + 8 * 86_400_000).toISOString() };
  expect((await tenant.subscribe('attic@example.com', long)).status).toBe(400);

  const path = `/v1.0/subscriptions/${made.json.id}`;
  const renewal = { expirationDateTime: new Date(Date.now() + 86_400_000).toISOString() };
  expect((await tenant.send('PATCH', path, renewal)).json.expirationDateTime.slice(0, 19)).toBe(
    renewal.expirationDateTime.slice(0, 19),
  );
  expect((await tenant.send('POST', `${path}/reauthorize`)).status).toBe(204);
  tenant.graph.expireSubscription(ROOM);
  expect((await tenant.send('PATCH', path, renewal)).status).toBe(404);
});

test('an endpoint that refuses, alters or leaves the token unanswered gets no subscription', async () => {
  tenant.receiver.behave(({ url }) => (url.pathname === '/lifecycle' ? { status: 403 } : undefined));
  const refused = await tenant.subscribe(ROOM);
  expect([refused.status, refused.json.error.code]).toEqual([400, 'InvalidRequest']);
  expect(refused.json.error.message).toContain("HTTP status code is 'Forbidden'");
  tenant.receiver.behave(({ url }) => ({ status: 200, body: url.search }));
  expect((await tenant.subscribe(ROOM)).json.error.message).toContain('exactly match');
  tenant.graph.knobs.validation = 'never-sent';
  expect((await tenant.subscribe(ROOM)).json.error.message).toBe(
    'Subscription validation request timed out.',
  );
  expect(tenant.graph.subscriptions.size).toBe(0);
});

test('subscriptions are listed in pages', async () => {
  tenant.graph.knobs.subscriptionPageSize = 1;
  await tenant.subscribe(ROOM);
  await tenant.subscribe('attic@example.com');
  const first = await tenant.send('GET', '/v1.0/subscriptions');
  const second = await tenant.send('GET', first.json['@odata.nextLink']);
  expect([first.json.value.length, second.json.value.length]).toEqual([1, 1]);
  expect(second.json['@odata.nextLink']).toBeUndefined();
});

test('a booking is told as one created and three updated, several in a POST', async () => {
  await tenant.subscribe(ROOM);
  const meeting = book();
  await tenant.graph.settled();
  expect(changes()).toEqual(['created', 'updated', 'updated', 'updated']);
  expect(tenant.graph.notificationLog).toHaveLength(2);
  const id = tenant.graph.outlook.roomCopy(ROOM, meeting)?.id;
  const [notification] = tenant.graph.notificationLog[0]?.value ?? [];
  expect(notification).toMatchObject({
    clientState: 'a secret',
    tenantId: '5f0f6a2e-0000-4000-8000-000000000001',
    resource: expect.stringMatching(/^Users\/[0-9a-f-]{36}\/Events\//),
    resourceData: { '@odata.type': '#Microsoft.Graph.Event', id },
  });
});

test('a notification is repeated until the answer is 2xx', async () => {
  await tenant.subscribe(ROOM);
  tenant.graph.knobs.notificationRetry = 5;
  let refusals = 2;
  tenant.receiver.behave(() => (refusals-- > 0 ? { status: 503 } : undefined));
  tenant.graph.outlook.bookInRoom(ROOM, {
    subject: 'x',
    start: new Date(),
    end: new Date(Date.now() + 1000),
  });
  await tenant.graph.settled();
  expect(tenant.graph.notificationLog.map(({ status, attempt }) => [status, attempt])).toEqual([
    [503, 1],
    [503, 2],
    [202, 3],
  ]);
});

test('notifications are lost or doubled as told, and lifecycle events take the other URL', async () => {
  await tenant.subscribe(ROOM);
  tenant.graph.knobs.dropNotifications = ({ changeType }) => changeType === 'updated';
  tenant.graph.knobs.notificationCopies = 2;
  book();
  await tenant.graph.settled();
  expect(changes()).toEqual(['created', 'created']);
  expect(tenant.graph.sendLifecycle(ROOM, 'subscriptionRemoved')).toBe(1);
  await tenant.graph.settled();
  expect(tenant.graph.notificationLog.at(-1)).toMatchObject({
    url: `${tenant.receiver.url}/lifecycle`,
    value: [{ lifecycleEvent: 'subscriptionRemoved', clientState: 'a secret' }],
    status: 202,
  });
  expect(tenant.graph.subscriptions.size).toBe(0);
});
