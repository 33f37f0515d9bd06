/** The list of tickets, the button beside each, and the guard before every button of the admin listener. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ticket } from '../../src/cluster/ticket.ts';
import { ticketCodes, ticketKinds } from '../../src/cluster/ticket-codes.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';
import { now } from './answers.ts';

const open: Ticket = {
  ...{ id: '0a1b2c3d4e', scope: 'call-bridge https://cms1', code: 'clock-off', about: 'https://cms1' },
  ...{ detail: 'it is 3 s ahead', since: now - 5_000, lastSeen: now },
};
const closed: Ticket = { ...open, id: '1a1b2c3d4e', closedAt: now };

let admin: Admin;
let held: Ticket[];
let acknowledged: unknown[][];
beforeAll(async () => {
  admin = await openAdmin({
    listTickets: async (state) =>
      held.filter(({ closedAt }) => state === 'all' || (state === 'open') === (closedAt === undefined)),
    acknowledgeTicket: async (id, said) => {
      acknowledged.push([id, said]);
      const ticket = held.find((one) => one.id === id);
      if (ticket === undefined) return 'unknown';
      return ticket.closedAt === undefined ? { ...ticket, acknowledged: { ...said, at: now } } : 'closed';
    },
  });
});
afterAll(() => admin.instance.close());
beforeEach(() => {
  held = [open, closed];
  acknowledged = [];
});

const json = { 'content-type': 'application/json' };
const path = `/api/tickets/${open.id}/acknowledge`;
const body = JSON.stringify({ by: 'ann', note: 'NTP is being moved' });
const press = (url: string, headers: Record<string, string>, text: string | Uint8Array = body) =>
  admin.ask(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': String(text.length) },
    body: text,
  });

describe('the vocabulary', () => {
  test('is of kebab-case codes, each with its words', () => {
    expect(ticketCodes.length).toBeGreaterThan(20);
    for (const code of ticketCodes) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      const { title, remedy } = ticketKinds[code];
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(remedy).toMatch(/^[A-Z].*\.$/s);
    }
  });
});

describe('the list', () => {
  const list = async (search = '') => JSON.parse((await admin.ask(`/api/tickets${search}`)).body);
  const shown = {
    ...{ id: open.id, code: 'clock-off', severity: 'warning', state: 'open', scope: open.scope },
    ...{ title: ticketKinds['clock-off'].title, remedy: ticketKinds['clock-off'].remedy },
    ...{ about: open.about, detail: open.detail },
    since: '2026-03-10T11:59:55.000Z',
    lastSeen: '2026-03-10T12:00:00.000Z',
    ...{ closedAt: null, acknowledged: null },
  };

  test('is of open ones, with all that is known of each', async () => {
    expect(await list()).toEqual({ summary: '1 open ticket', open: 1, acknowledged: 0, tickets: [shown] });
    expect(await list('?state=open')).toEqual(await list());
  });

  test('is of closed ones too, when asked for', async () => {
    const gone = { ...shown, id: closed.id, state: 'closed', closedAt: '2026-03-10T12:00:00.000Z' };
    expect(await list('?state=closed')).toEqual({
      ...{ summary: '1 open ticket', open: 1, acknowledged: 0 },
      tickets: [gone],
    });
    expect((await list('?state=all')).tickets).toEqual([shown, gone]);
  });

  test('that is empty says so', async () => {
    held = [closed];
    expect(await list()).toEqual({ summary: 'No open tickets', open: 0, acknowledged: 0, tickets: [] });
  });

  test('says how many somebody knows of', async () => {
    held = [open, { ...open, id: '2', acknowledged: { by: 'ann', note: 'x', at: now } }];
    expect(await list()).toMatchObject({
      summary: '2 open tickets, 1 acknowledged',
      open: 2,
      acknowledged: 1,
    });
    expect((await list()).tickets[1].acknowledged).toEqual({
      ...{ by: 'ann', note: 'x' },
      at: '2026-03-10T12:00:00.000Z',
    });
  });

  test.each([
    ['?state=shut', 'state'],
    ['?state=', 'state'],
    ['?state=open&state=all', 'state'],
    ['?severity=critical', 'severity'],
  ])('%s is refused, by name', async (search, parameter) => {
    const answer = await admin.ask(`/api/tickets${search}`);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(answer.body)).toMatchObject({ status: 400, parameter });
  });
});

describe('the button', () => {
  test('says who and why, and answers with the ticket', async () => {
    const answer = await press(path, { ...json, 'content-type': 'application/json; charset=utf-8' });
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(answer.body)).toMatchObject({
      id: open.id,
      acknowledged: { by: 'ann', note: 'NTP is being moved', at: '2026-03-10T12:00:00.000Z' },
    });
    expect(acknowledged).toEqual([[open.id, { by: 'ann', note: 'NTP is being moved' }]]);
  });

  test.each([
    ['0000000000', 404, 'No ticket has this id.'],
    ['%2e%2e%2fadmin', 404, 'No ticket has this id.'],
    [closed.id, 409, /is closed/],
  ])('of %s is %d', async (id, status, detail) => {
    const answer = await press(`/api/tickets/${id}/acknowledge`, json);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(answer.body)).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });

  test.each([
    ['{}', 'note'],
    ['{"note":"x"}', 'by'],
    ['{"by":"ann"}', 'note'],
    ['{"by":"","note":"x"}', 'by'],
    ['{"by":"   ","note":"x"}', 'by'],
    ['{"by":7,"note":"x"}', 'by'],
    ['{"by":null,"note":"x"}', 'by'],
    [JSON.stringify({ by: 'a'.repeat(101), note: 'x' }), 'by'],
    [JSON.stringify({ by: 'ann', note: 'x'.repeat(1_001) }), 'note'],
    ['{"by":"ann","note":["x"]}', 'note'],
    ['{"by":"ann","note":"x","until":"friday"}', 'until'],
  ])('with %.60s is refused, by name', async (text, parameter) => {
    const answer = await press(path, json, text);
    expect(answer.status).toBe(400);
    const said = JSON.parse(answer.body);
    expect(said).toMatchObject({ status: 400, parameter });
    expect(said.detail).toMatch(new RegExp(`^${parameter}: .`));
    expect(acknowledged).toEqual([]);
  });

  test.each(['', '{', '[]', '"by"', 'null', '7', '{"__proto__":{"by":"x"}}', '\u0000'])(
    'with %j is no object',
    async (text) => {
      const answer = await press(path, json, text);
      expect(answer.status).toBe(400);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(JSON.parse(answer.body).detail).toBe('The body is not a JSON object.');
      expect(acknowledged).toEqual([]);
    },
  );

  test('with more than a note is too large', async () => {
    const answer = await press(path, json, JSON.stringify({ by: 'ann', note: 'x'.repeat(20_000) }));
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 413, detail: expect.stringContaining('16384') });
  });

  test('is pressed by POST only', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']) {
      const answer = await admin.ask(path, { method });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
    }
    const answer = await admin.ask('/api/tickets', { method: 'POST', headers: json, body: '{}' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET']);
  });

  test('waits for Redis for a while only', async () => {
    const ill = await openAdmin({
      listTickets: () => Promise.reject(new Error('down')),
      acknowledgeTicket: () => Promise.reject(new Error('down')),
    });
    expect((await ill.ask('/api/tickets')).status).toBe(503);
    const pressed = await ill.ask(path, { method: 'POST', headers: json, body });
    expect(pressed.status).toBe(503);
    expect(JSON.parse(pressed.body).detail).toBe('The store (Redis) could not be read.');
    await ill.instance.close();
  });
});

describe('a page of another site', () => {
  test.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['application/json-patch+json'],
    ['text/plain; application/json'],
  ])('cannot press with %s, which needs no leave', async (type) => {
    const answer = await press(path, { 'content-type': type });
    expect(answer.status).toBe(415);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 415 });
    expect(acknowledged).toEqual([]);
  });

  test('cannot press without a type', async () => {
    expect((await press(path, {})).status).toBe(415);
    expect(acknowledged).toEqual([]);
  });

  test.each(['https://evil.example', 'http://localhost:1', 'null'])('from %s is refused', async (origin) => {
    const answer = await press(path, { ...json, host: 'localhost:8080', origin });
    expect(answer.status).toBe(403);
    expect(acknowledged).toEqual([]);
  });

  test('is never given leave', async () => {
    const answer = await admin.ask(path, {
      method: 'OPTIONS',
      headers: { host: 'localhost', origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.status).toBe(403);
  });

  test('of our own may press', async () => {
    const own = { ...json, host: 'localhost:8080', origin: 'http://localhost:8080' };
    expect((await press(path, own)).status).toBe(200);
  });
});
