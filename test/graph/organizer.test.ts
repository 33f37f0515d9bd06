/** The organizer's copy by what is known of it, and the messages that go out where it cannot be written. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendMail, wasSent } from '../../src/graph/mail.ts';
import { findOrganizerCopy, readOrganizerInstances } from '../../src/graph/organizer.ts';
import { acceptWithComment, readResponse } from '../../src/graph/replies.ts';
import { seriesOf } from '../../src/meeting/global-object-id.ts';
import { clientOf, faultOf } from './graph-under-test.ts';
import { fixture, type RecordedServer, startRecordedServer } from './recorded-server.ts';

const organizer = 'ines@fabrikam.example';
const head = '040000008200E00074C5B7101A82E008';
const tail = '00000000D7E0F00D0000000000000000100000001234567890ABCDEF';
const series = `${head}00000000${tail}`;
/** 9 March 2027. */
const third = `${head}07EB0309${tail}`;

let server: RecordedServer;
beforeEach(async () => {
  server = await startRecordedServer();
});
afterEach(() => server.close());

const wire = (id: string, more: object = {}) => ({
  ...{ '@odata.etag': `W/"${id}"`, id, subject: id, type: 'occurrence', sensitivity: 'normal' },
  body: { contentType: 'html', content: '' },
  ...more,
});
const asked = () => server.asked.map(({ method, url }) => `${method} ${url.replace(/\?.*/, '')}`);

describe('an iCalUId', () => {
  it('of an occurrence names its series and its day', () => {
    expect(seriesOf(third)).toEqual({ iCalUId: series, day: Date.UTC(2027, 2, 9) });
    expect(seriesOf(third.toLowerCase())?.iCalUId).toBe(series.toLowerCase());
  });

  it.each([series, 'some-id@elsewhere.example', ''])('of anything else names none (%s)', (uid) => {
    expect(seriesOf(uid)).toBeUndefined();
  });
});

it('an occurrence to which alone a room was asked is found by way of its series', async () => {
  server.answering = ({ url }) => {
    const query = new URL(url, server.url).searchParams;
    if (query.get('$filter')?.includes(third)) return { body: { value: [] } };
    if (query.get('$filter')?.includes(series))
      return { body: { value: [wire('master', { type: 'seriesMaster' })] } };
    if (url.includes('/instances')) {
      return { body: { value: [wire('second', { iCalUId: 'x' }), wire('third', { iCalUId: third })] } };
    }
    return { body: wire('third', { type: 'exception' }) };
  };
  expect(await findOrganizerCopy(clientOf(server), organizer, third)).toMatchObject({
    id: 'third',
    type: 'exception',
  });
  expect(asked()).toHaveLength(4);
});

it('what is found at once costs one question, and what is in no calendar is not found', async () => {
  server.answering = () => ({ body: { value: [wire('single', { type: 'singleInstance' })] } });
  expect(await findOrganizerCopy(clientOf(server), organizer, third)).toMatchObject({ id: 'single' });
  expect(asked()).toHaveLength(1);
  server.answering = () => ({ body: { value: [] } });
  expect(await findOrganizerCopy(clientOf(server), organizer, third)).toBeUndefined();
  expect(await findOrganizerCopy(clientOf(server), organizer, series)).toBeUndefined();
});

it('occurrences are known by where their series has them, with their bodies only where few were asked for', async () => {
  const from = Date.parse('2027-03-09T09:00:00Z');
  const day = 86_400_000;
  const moved = {
    originalStart: '2027-03-09T09:00:00Z',
    start: { dateTime: '2027-03-10T09:00:00.0000000', timeZone: 'UTC' },
  };
  const there = { start: { dateTime: '2027-03-10T09:00:00.0000000', timeZone: 'UTC' } };
  const gone = { originalStart: '2027-03-11T09:00:00Z', isCancelled: true };
  server.answering = () => ({
    body: { value: [wire('tenth', there), wire('ninth', moved), wire('eleventh', gone)] },
  });
  const few = await readOrganizerInstances(clientOf(server), organizer, 'm', { from, to: from + day });
  expect([...few].map(([of, { id, etag }]) => [new Date(of).getUTCDate(), id, etag])).toEqual([
    [9, 'ninth', 'W/"ninth"'],
    [10, 'tenth', 'W/"tenth"'],
  ]);
  expect(few.get(from)?.event?.body.content).toBe('');
  const many = await readOrganizerInstances(clientOf(server), organizer, 'm', { from, to: from + 30 * day });
  expect(many.get(from)?.event).toBeUndefined();
  expect(server.asked[1]?.url).not.toContain('body');
});

it('the instances of the documentation are known by their start', async () => {
  // Its example leaves the body out, which we ask for.
  const page = fixture('event-instances') as { value: object[] };
  const value = page.value.map((item) => ({ ...item, body: { contentType: 'html', content: '' } }));
  server.answering = () => ({ body: { ...page, value } });
  const at = Date.parse('2027-04-19T20:30:00Z');
  const found = await readOrganizerInstances(clientOf(server), organizer, 'AAMkSeriesRgWAAA=', {
    from: at,
    to: at,
  });
  expect(found.get(at)).toMatchObject({ id: 'AAMkOccurrenceThree', event: { type: 'occurrence' } });
  expect(found.get(Date.parse('2027-04-13T20:30:00Z'))).toMatchObject({
    id: 'AAMkOccurrenceTue',
    event: { type: 'exception' },
  });
  expect(found.get(Date.parse('2027-04-20T20:30:00Z'))).toBeUndefined();
  const question = new URL(`${server.url}${server.asked[0]?.url}`);
  expect(question.pathname).toBe(`/v1.0/users/${organizer}/events/AAMkSeriesRgWAAA%3D/instances`);
  expect(question.searchParams.get('startDateTime')).toBe('2027-04-18T20:30:00.000Z');
  expect(question.searchParams.get('endDateTime')).toBe('2027-04-20T20:30:00.000Z');
});

describe('a mail', () => {
  const marks = { mail: 'm1', standing: 's1' };
  const mail = { to: [{ name: 'Ines', address: organizer }], subject: 'Ready', html: '<p>1</p>', marks };

  it('goes out with its marks, and is found again by them', async () => {
    server.answering = ({ method }) =>
      method === 'POST' ? { status: 202 } : { body: { value: [{ id: 'x' }] } };
    const graph = clientOf(server);
    await sendMail(graph, 'video@x', mail);
    expect(await wasSent(graph, 'video@x', 'mail', 'm1')).toBe(true);
    const [sent, looked] = server.asked;
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      message: {
        toRecipients: [{ emailAddress: { address: organizer, name: 'Ines' } }],
        body: { contentType: 'HTML', content: '<p>1</p>' },
      },
      saveToSentItems: true,
    });
    const { id } = JSON.parse(sent?.body ?? '').message.singleValueExtendedProperties[0];
    const filter = new URL(looked?.url ?? '', server.url).searchParams.get('$filter');
    expect(filter).toBe(`singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq 'm1')`);
  });

  it('that a gateway answers with nonsense is sent only if it was accepted', async () => {
    server.answering = () => ({ status: 202, body: '<html>' });
    await sendMail(clientOf(server), 'video@x', mail);
    server.answering = () => ({ status: 502, body: '<html>' });
    expect(await faultOf(sendMail(clientOf(server), 'video@x', mail))).toMatchObject({ sent: true });
  });
});

describe("a room's answer", () => {
  it('is read with its time, and never taken for one where nobody was asked', async () => {
    server.answering = () => ({
      body: { responseStatus: { response: 'accepted', time: '2027-03-09T09:00:00Z' } },
    });
    expect(await readResponse(clientOf(server), 'room@x', 'e')).toEqual({
      response: 'accepted',
      time: '2027-03-09T09:00:00Z',
    });
    server.answering = () => ({ body: { isCancelled: true, responseStatus: { response: 'accepted' } } });
    expect(await readResponse(clientOf(server), 'room@x', 'e')).toMatchObject({ response: 'cancelled' });
    server.answering = () => ({ body: { isOrganizer: true } });
    expect(await readResponse(clientOf(server), 'room@x', 'e')).toMatchObject({ response: 'organizer' });
  });

  it('carries the comment to the organizer', async () => {
    server.answering = () => ({ status: 202 });
    await acceptWithComment(clientOf(server), 'room@x', 'e=', 'Dial 8000');
    expect(asked()).toEqual(['POST /v1.0/users/room@x/events/e%3D/accept']);
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({ comment: 'Dial 8000', sendResponse: true });
  });
});
