import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createSubscription,
  deleteSubscription,
  listSubscriptions,
  renewSubscription,
} from '../../src/graph/subscriptions.ts';
import { clientOf, faultOf } from './graph-under-test.ts';
import { fixture, type RecordedServer, startRecordedServer } from './recorded-server.ts';

const utc = Date.parse;
const id = '2c7a1f0e-6d0b-4b1c-8f57-0d5f3b9a6e21';
const wish = {
  mailbox: 'boardroom@fabrikam.example',
  notificationUrl: 'https://rooms.fabrikam.example/graph/notifications',
  lifecycleUrl: 'https://rooms.fabrikam.example/graph/lifecycle',
  clientState: 'a-secret-of-its-own',
  expires: utc('2026-11-27T08:00:00Z'),
};

let server: RecordedServer;
beforeEach(async () => {
  server = await startRecordedServer();
});
afterEach(() => server.close());

test('a subscription asks for both URLs and immutable ids', async () => {
  server.answering = ({ body }) => ({ status: 201, body: { ...JSON.parse(body), id } });
  expect(await createSubscription(clientOf(server), wish)).toEqual({
    id,
    resource: '/users/boardroom@fabrikam.example/events',
    mailbox: 'boardroom@fabrikam.example',
    notificationUrl: wish.notificationUrl,
    lifecycleNotificationUrl: wish.lifecycleUrl,
    clientState: wish.clientState,
    expires: wish.expires,
  });
  const [asked] = server.asked;
  expect(asked).toMatchObject({ method: 'POST', url: '/v1.0/subscriptions' });
  expect(asked?.headers.prefer).toBe('IdType="ImmutableId"');
  expect(JSON.parse(asked?.body ?? '')).toEqual({
    changeType: 'created,updated,deleted',
    resource: '/users/boardroom@fabrikam.example/events',
    notificationUrl: wish.notificationUrl,
    lifecycleNotificationUrl: wish.lifecycleUrl,
    clientState: wish.clientState,
    expirationDateTime: '2026-11-27T08:00:00.000Z',
    latestSupportedTlsVersion: 'v1_2',
  });
});

test('the answers of the documentation are read', async () => {
  const expires = utc('2026-11-20T18:23:45.935Z');
  const hook = 'https://hooks.fabrikam.example/api/notify';
  const lifecycleNotificationUrl = 'https://hooks.fabrikam.example/api/lifecycle';
  const graph = clientOf(server);

  server.answering = () => ({ status: 201, body: fixture('subscription-created') });
  expect(await createSubscription(graph, wish)).toEqual({
    id,
    resource: "me/mailFolders('Inbox')/messages",
    notificationUrl: hook,
    clientState: 'ourSecretValue',
    expires,
  });

  server.answering = () => ({ body: fixture('subscription-list') });
  expect(await listSubscriptions(graph)).toEqual([
    {
      id: '7d3e9c55-1b2a-4c8e-9d10-5a6b7c8d9e0f',
      resource: 'Users',
      notificationUrl: hook,
      lifecycleNotificationUrl,
      expires: utc('2027-03-12T05:00:00Z'),
    },
  ]);

  server.answering = () => ({ body: fixture('subscription') });
  const read = { id, resource: 'me/messages', notificationUrl: hook, lifecycleNotificationUrl };
  expect(await renewSubscription(graph, id, expires)).toEqual({
    ...read,
    clientState: 'ourSecretValue',
    expires,
  });

  server.answering = () => ({ body: fixture('subscription-renewed') });
  const until = utc('2026-11-22T18:23:45.935Z');
  expect(await renewSubscription(graph, id, until)).toEqual({
    ...read,
    clientState: 'subscription-mark',
    expires: until,
  });
  expect(server.asked.at(-1)).toMatchObject({ method: 'PATCH', url: `/v1.0/subscriptions/${id}` });
  expect(JSON.parse(server.asked.at(-1)?.body ?? '')).toEqual({
    expirationDateTime: '2026-11-22T18:23:45.935Z',
  });
});

test('a duplicate names the one that is there', async () => {
  const message = `Subscription Id ${id} already exists for the requested combination`;
  server.answering = () => ({ status: 409, body: { error: { code: 'Conflict', message } } });
  expect(await faultOf(createSubscription(clientOf(server), wish))).toMatchObject({
    kind: 'refused',
    code: 'duplicate',
    status: 409,
    existing: id,
  });
  server.answering = () => ({ status: 409, body: { error: { code: 'Conflict', message: 'There is one.' } } });
  expect(await faultOf(createSubscription(clientOf(server), wish))).toMatchObject({
    code: 'duplicate',
    existing: undefined,
  });
});

test('a failed handshake is refused with the words of Graph', async () => {
  const message = 'Subscription validation request timed out.';
  server.answering = () => ({ status: 400, body: { error: { code: 'InvalidRequest', message } } });
  const fault = await faultOf(createSubscription(clientOf(server), wish));
  expect(fault).toMatchObject({ kind: 'refused', code: 'InvalidRequest' });
  expect(fault.message).toContain(message);
});

test('all pages of the list are read, both forms of the resource understood, odd ones left out', async () => {
  const one = (name: string, resource: string) => ({
    id: name,
    resource,
    expirationDateTime: '2026-11-27T08:00:00Z',
  });
  server.answering = ({ url }) =>
    url.includes('skiptoken')
      ? { body: { value: [one('b', "Users('Huddle@fabrikam.example')/Events"), null, { id: 'broken' }] } }
      : {
          body: {
            value: [one('a', '/users/Boardroom@fabrikam.example/events')],
            '@odata.nextLink': `${server.url}/v1.0/subscriptions?$skiptoken=2`,
          },
        };
  expect((await listSubscriptions(clientOf(server))).map(({ id: name, mailbox }) => [name, mailbox])).toEqual(
    [
      ['a', 'boardroom@fabrikam.example'],
      ['b', 'huddle@fabrikam.example'],
    ],
  );
});

test('renewing what has expired is absent; deleting it is done', async () => {
  server.answering = () => ({ status: 404, body: { error: { code: 'ResourceNotFound', message: 'gone' } } });
  const graph = clientOf(server);
  expect(await faultOf(renewSubscription(graph, id, wish.expires))).toMatchObject({ kind: 'absent' });
  await deleteSubscription(graph, id);
  server.answering = () => ({ status: 204 });
  await deleteSubscription(graph, id);
  expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', url: `/v1.0/subscriptions/${id}` });
  server.answering = () => ({ status: 403, body: { error: { code: 'Forbidden', message: 'no' } } });
  expect(await faultOf(deleteSubscription(graph, id))).toMatchObject({ kind: 'refused' });
});
