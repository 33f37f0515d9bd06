/** `roombridge tickets` against an admin listener: what is open, that nothing is, and every way in which it cannot ask. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Ticket } from '../../src/cluster/ticket.ts';
import type { ListenerConfig } from '../../src/config.ts';
import { acknowledgeTicket, listTickets } from '../../src/tickets.ts';
import { type Admin, openAdmin } from '../http/admin-fixture.ts';
import { now } from '../http/answers.ts';

const ticket: Ticket = {
  ...{ id: '0a1b2c3d4e', scope: 'call-bridge https://cms1', code: 'clock-off', about: 'https://cms1' },
  ...{ detail: 'it is 3 s ahead', since: now - 5_000, lastSeen: now },
};

let admin: Admin;
let address: ListenerConfig;
let held: Ticket[];
beforeAll(async () => {
  admin = await openAdmin({
    listTickets: async (state) => held.filter(({ closedAt }) => state === 'all' || closedAt === undefined),
    acknowledgeTicket: async (id, said) =>
      id === ticket.id ? { ...ticket, acknowledged: { ...said, at: now } } : 'unknown',
  });
  address = { host: '127.0.0.1', port: admin.port };
});
afterAll(() => admin.instance.close());
beforeEach(() => {
  held = [
    ticket,
    { ...ticket, id: '1a1b2c3d4e', code: 'call-bridge-down', detail: 'it was cut off', closedAt: now },
  ];
});

it('shows each open ticket with what to do', async () => {
  const text = await listTickets(address, {});
  expect(text).toBe(
    [
      '1 open ticket',
      '',
      '0a1b2c3d4e  warning  clock-off  since 2026-03-10T11:59:55.000Z',
      '  The clock of a call bridge is wrong: https://cms1',
      '  it is 3 s ahead',
      '  To do: Give the call bridge and this machine the same time servers (MMP: `ntp server add`, `ntp status`).',
    ].join('\n'),
  );
});

it('shows what was closed when asked for all, without anything to do', async () => {
  const text = await listTickets(address, { all: true });
  expect(text).toContain(
    '1a1b2c3d4e  warning  call-bridge-down  2026-03-10T11:59:55.000Z to 2026-03-10T12:00:00.000Z',
  );
  expect(text.slice(text.indexOf('1a1b2c3d4e'))).not.toContain('To do');
});

it('says that there is none', async () => {
  held = [];
  expect(await listTickets(address, {})).toBe('No open tickets');
  expect(JSON.parse(await listTickets(address, { json: true }))).toEqual({
    ...{ summary: 'No open tickets', open: 0, acknowledged: 0 },
    tickets: [],
  });
});

it('gives JSON as the listener does', async () => {
  const answer = await admin.ask('/api/tickets?state=all');
  expect(JSON.parse(await listTickets(address, { all: true, json: true }))).toEqual(JSON.parse(answer.body));
});

it('acknowledges, and shows who has', async () => {
  const text = await acknowledgeTicket(address, ticket.id, { by: 'ann', note: 'seen' });
  expect(text).toMatch(/^acknowledged\n\n0a1b2c3d4e {2}warning/);
  expect(text).toContain('Acknowledged by ann at 2026-03-10T12:00:00.000Z: seen');
});

it('says why a ticket cannot be acknowledged', async () => {
  const said = { by: 'ann', note: 'seen' };
  await expect(acknowledgeTicket(address, 'none', said)).rejects.toThrow('No ticket has this id.');
  await expect(acknowledgeTicket(address, '../clusters?x=', said)).rejects.toThrow('No ticket has this id.');
  await expect(acknowledgeTicket(address, ticket.id, { ...said, note: ' ' })).rejects.toThrow(
    /^note: expected/,
  );
});

it('says that no product runs', async () => {
  const { server, port } = await serve(() => {});
  server.close();
  await once(server, 'close');
  await expect(listTickets({ host: '127.0.0.1', port }, {})).rejects.toThrow(
    `nothing answers at http://127.0.0.1:${port} (http.admin): does roombridge run? (ECONNREFUSED)`,
  );
});

it('says that the port of the running product is not known', async () => {
  await expect(listTickets({ host: '127.0.0.1', port: 0 }, {})).rejects.toThrow('http.admin.port is 0');
});

it.each([
  ['a page', 200, '<html>'],
  ['another answer', 404, '{"error":"no"}'],
])('says that %s is not the product', async (_, status, body) => {
  const { server, port } = await serve((_request, response) => response.writeHead(status).end(body));
  await expect(listTickets({ host: '127.0.0.1', port }, {})).rejects.toThrow(
    `what answers at http://127.0.0.1:${port} (http.admin) is not roombridge, or of another version: ${status}`,
  );
  server.close();
});

async function serve(
  handle: Parameters<typeof createServer>[1] & object,
): Promise<{ server: Server; port: number }> {
  const server = createServer(handle);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}
