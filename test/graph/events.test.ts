import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEvent } from '../../src/graph/event.ts';
import { findOrganizerEvent, readEventItem, readInstances, writeBody } from '../../src/graph/events.ts';
import { clientOf, faultOf } from './graph-under-test.ts';
import { fixture, type RecordedServer, startRecordedServer } from './recorded-server.ts';

const utc = Date.parse;
const organizer = 'ines@fabrikam.example';

let server: RecordedServer;
beforeEach(async () => {
  server = await startRecordedServer();
});
afterEach(() => server.close());

test('the two events of the documentation are read', async () => {
  server.answering = ({ url }) => ({
    body: fixture(url.includes('Outing') ? 'event-in-several-places' : 'event-in-pacific-time'),
  });
  const graph = clientOf(server);
  expect(readEvent(await readEventItem(graph, 'Room@x', 'AAMkWelcomeDOFAAA='))).toMatchObject({
    id: 'AAMkWelcomeDOFAAA=',
    subject: 'Welcome day ',
    start: utc('2027-04-21T17:00:00Z'),
    end: utc('2027-04-21T19:00:00Z'),
    organizer: { name: 'Ines Okafor', address: 'ineso@fabrikam.example' },
  });
  expect(readEvent(await readEventItem(graph, 'Room@x', 'AAMkOutingDm4NAAA='))).toMatchObject({
    subject: 'Works outing',
    start: utc('2027-08-30T11:00:00Z'),
  });
  const [asked] = server.asked;
  expect(asked?.url).toMatch(/^\/v1\.0\/users\/Room@x\/events\/AAMkWelcomeDOFAAA%3D\?\$select=/);
  expect(asked?.headers.prefer).toBe('IdType="ImmutableId", outlook.timezone="UTC"');
});

test('an event that is gone is absent', async () => {
  server.answering = () => ({ status: 404, body: { error: { code: 'ErrorItemNotFound', message: 'gone' } } });
  expect(await faultOf(readEventItem(clientOf(server), organizer, 'x'))).toMatchObject({ kind: 'absent' });
});

test('the instances of a series are read to the last page, in the window that is asked for', async () => {
  const next = `${server.url}/v1.0/next`;
  server.answering = ({ url }) =>
    url.endsWith('/next')
      ? { body: { value: [{ id: '2' }] } }
      : { body: { value: [{ id: '1' }], '@odata.nextLink': next } };
  const window = { from: utc('2026-12-01T00:00:00Z'), to: utc('2026-12-30T00:00:00Z') };
  expect(await readInstances(clientOf(server), 'Room@x', 'M=', window)).toEqual([{ id: '1' }, { id: '2' }]);
  const asked = new URL(`${server.url}${server.asked[0]?.url}`);
  expect(asked.pathname).toBe('/v1.0/users/Room@x/events/M%3D/instances');
  expect(asked.searchParams.get('startDateTime')).toBe('2026-12-01T00:00:00.000Z');
  expect(asked.searchParams.get('endDateTime')).toBe('2026-12-30T00:00:00.000Z');
});

test("the organizer's copy is found by its iCalUId, whatever characters are in it", async () => {
  server.answering = () => ({
    body: { value: [wire('theirs', { isOrganizer: false }), wire('own', { isOrganizer: true })] },
  });
  const found = await findOrganizerEvent(clientOf(server), organizer, "04'0+/=&#%E0");
  expect(found).toEqual({
    id: 'own',
    etag: 'W/"own=="',
    subject: 'Budget',
    sensitivity: 'private',
    type: 'singleInstance',
    isCancelled: false,
    body: { contentType: 'html', content: '<html>\r\n<p>ä 😀 &nbsp;</p>\r\n</html>\r\n' },
  });
  const asked = new URL(`${server.url}${server.asked[0]?.url}`);
  expect(asked.pathname).toBe(`/v1.0/users/${organizer}/events`);
  expect(asked.searchParams.get('$filter')).toBe("iCalUId eq '04''0+/=&#%E0'");
  expect(asked.searchParams.get('$select')?.split(',')).toEqual(
    expect.arrayContaining(['body', 'sensitivity']),
  );
  expect(server.asked[0]?.url).toContain('%2704%27%270%2B%2F%3D%26%23%25E0%27');
});

test('a series is preferred to its exceptions, and all pages are looked through', async () => {
  server.answering = ({ url }) =>
    url.includes('$skip')
      ? { body: { value: [wire('master', { type: 'seriesMaster', isOrganizer: true })] } }
      : {
          body: {
            value: [wire('exception', { type: 'exception', isOrganizer: true })],
            '@odata.nextLink': `${server.url}/v1.0/users/x/events?$skip=1`,
          },
        };
  expect(await findOrganizerEvent(clientOf(server), organizer, 'u')).toMatchObject({
    id: 'master',
    type: 'seriesMaster',
  });
});

test('no such event is undefined; no such mailbox is absent', async () => {
  server.answering = () => ({ body: { value: [] } });
  expect(await findOrganizerEvent(clientOf(server), organizer, 'u')).toBeUndefined();
  server.answering = () => ({
    status: 404,
    body: { error: { code: 'ErrorInvalidUser', message: 'unknown' } },
  });
  expect(await faultOf(findOrganizerEvent(clientOf(server), organizer, 'u'))).toMatchObject({
    kind: 'absent',
  });
});

test('a body is written only over the version it was read from', async () => {
  const content = '<html>\r\n<p>ä 😀 &nbsp;\u0000"\\</p>\r\n</html>\r\n';
  server.answering = ({ headers }) =>
    headers['if-match'] === 'W/"one=="'
      ? { body: { '@odata.etag': 'W/"two=="', id: 'e' } }
      : { status: 412, body: { error: { code: 'ErrorIrresolvableConflict', message: 'changed' } } };
  const graph = clientOf(server);
  expect(await writeBody(graph, organizer, 'e=', 'W/"one=="', { contentType: 'html', content })).toEqual({
    etag: 'W/"two=="',
  });
  expect(server.asked[0]).toMatchObject({ method: 'PATCH', url: `/v1.0/users/${organizer}/events/e%3D` });
  expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({ body: { contentType: 'html', content } });
  expect(server.asked[0]?.headers['content-type']).toBe('application/json');
  const late = writeBody(graph, organizer, 'e=', 'W/"zero=="', { contentType: 'text', content: '' });
  expect(await faultOf(late)).toMatchObject({ kind: 'stale', status: 412 });
  expect(server.asked).toHaveLength(2);
});

function wire(id: string, more: object): object {
  return {
    '@odata.etag': `W/"${id}=="`,
    id,
    subject: 'Budget',
    sensitivity: 'private',
    isCancelled: false,
    body: { contentType: 'html', content: '<html>\r\n<p>ä 😀 &nbsp;</p>\r\n</html>\r\n' },
    ...more,
  };
}
