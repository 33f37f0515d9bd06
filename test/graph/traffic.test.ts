/** What is told of requests to Graph: enough for Microsoft's support, and nothing that people wrote. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Discretion } from '../../src/conference/exchange/hiding.ts';
import { GraphFault } from '../../src/graph/fault.ts';
import { type GraphTraffic, toldOfEntries, toldOfGraph } from '../../src/graph/traffic.ts';

const discretion: Discretion = { known: new Set(['board@x.example']), secrets: ['client-secret'] };
const traffic = (fields: Partial<GraphTraffic>): GraphTraffic => ({
  ...{ method: 'GET', path: '/users/board@x.example/events/AA', at: 0, took: 12.2, status: 200 },
  ...{ call: { method: 'GET', path: '/' }, requestId: 'r-1', clientRequestId: 'c-1' },
  ...fields,
});
const event = {
  ...{ id: 'AA', subject: 'Salaries', type: 'singleInstance', iCalUId: '0400', isCancelled: false },
  organizer: { emailAddress: { name: 'Ann', address: 'ann@x.example' } },
  start: { dateTime: '2026-11-27T09:00:00.0000000', timeZone: 'UTC' },
  body: { contentType: 'html', content: '<p>PIN 471147</p>' },
  transactionId: 'whatever',
};

describe('it is told', () => {
  it('what an entry of a calendar says of its times, and none of its words', () => {
    const said = toldOfGraph(traffic({ body: event }), discretion);
    expect(said).toMatchObject({
      ...{ system: 'graph', path: '/users/board@x.example/events/AA', took: 12, status: 200 },
      ...{ requestId: 'r-1', clientRequestId: 'c-1', unnamed: 1 },
      answer: {
        ...{ id: 'AA', subject: null, type: 'singleInstance', isCancelled: 'false' },
        ...{
          'start.dateTime': '2026-11-27T09:00:00.0000000',
          'body.contentType': 'html',
          'body.content': null,
        },
        ...{ 'organizer.emailAddress.address': null },
      },
    });
    expect(JSON.stringify(said)).not.toMatch(/Salaries|Ann|471147|ann@/);
  });

  it('of what was written its new version, and not all of it once more', () => {
    const call = { method: 'PATCH' as const, path: '/', body: { isAllDay: true } };
    const body = { ...event, changeKey: 'k2' };
    const said = toldOfGraph(traffic({ method: 'PATCH', call, body }), discretion);
    expect(said).toMatchObject({ sent: { isAllDay: 'true' }, answer: { id: 'AA', changeKey: 'k2' } });
    expect(Object.keys(said.answer ?? {})).toHaveLength(2);
  });

  it('that a body or a mail was written, and to nobody by name', () => {
    const mail = {
      message: { subject: 'x', body: event.body, toRecipients: [event.organizer] },
      saveToSentItems: true,
    };
    const call = { method: 'POST' as const, path: '/', body: mail };
    const path = '/users/ann@x.example/sendMail';
    const said = toldOfGraph(traffic({ method: 'POST', path, call, status: 202 }), discretion);
    expect(said).toMatchObject({
      path: '/users/…/sendMail',
      sent: { 'message.subject': null, 'message.body.content': null, saveToSentItems: 'true' },
    });
    expect(JSON.stringify(said)).not.toMatch(/Ann|471147|ann@/);
  });

  it('why it failed, with the id that support asks for', () => {
    const fault = new GraphFault('refused', 'ann@x.example may not', {
      code: 'ErrorAccessDenied',
      requestId: 'r-2',
    });
    const said = toldOfGraph(traffic({ fault, status: 403, requestId: undefined }), discretion);
    expect(said).toMatchObject({
      status: 403,
      fault: 'refused',
      reason: 'ErrorAccessDenied',
      requestId: 'r-2',
    });
    expect(JSON.stringify(said)).not.toContain('ann@');
  });

  it('of a list what concerns one meeting, and nothing where it has nothing of it', () => {
    const body = {
      value: [{ ...event, id: 'BB' }, { id: 'CC', seriesMasterId: 'AA' }, event],
      '@odata.deltaLink': 'x',
    };
    const path = '/users/board@x.example/calendarView/delta';
    const said = toldOfEntries(traffic({ path, body }), discretion, new Set(['AA']));
    expect(said?.answer).toMatchObject({ 'value.1.id': 'CC', 'value.2.id': 'AA' });
    expect(JSON.stringify(said)).not.toContain('BB');
    expect(toldOfEntries(traffic({ path, body }), discretion, new Set(['DD']))).toBeUndefined();
    expect(
      toldOfEntries(traffic({ body: undefined, status: 404 }), discretion, new Set(['AA'])),
    ).toMatchObject({
      status: 404,
    });
  });
});

it('never tells a secret of the configuration, a token, or what people wrote', () => {
  const secret = fc.constantFrom('client-secret', 'PIN 471147', 'ann@x.example', 'eyJhbGciOi.JIUzI1NiJ9.x~');
  const name = fc.oneof(
    fc.constantFrom('id', 'subject', 'type', 'dateTime', 'address', 'content', 'comment', 'token', 'showAs'),
    fc.stringMatching(/^[A-Za-z$@.]{1,16}$/),
  );
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      secret,
      fc.dictionary(name, tie('node'), { maxKeys: 5 }),
      fc.array(tie('node'), { maxLength: 4 }),
    ),
  })).node;
  fc.assert(
    fc.property(tree, tree, secret, (body, sent, word) => {
      const call = { method: 'POST' as const, path: '/', body: { sent }, query: { $filter: word, x: word } };
      const path = `/users/${encodeURIComponent(word)}/events`;
      const json = JSON.stringify(toldOfGraph(traffic({ path, body, call }), discretion));
      expect(json).not.toMatch(/client-secret|471147|ann@|ann%40|JIUzI1NiJ9/);
    }),
  );
});
