/** Connections that fail: what is repeated, what never is, and that every request is over in time. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Agent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { dial } from '../../src/cms/call-legs.ts';
import { createCall, deleteCall } from '../../src/cms/calls.ts';
import { CmsClient, type Observation } from '../../src/cms/client.ts';
import { closeSpace, openSpace } from '../../src/cms/spaces.ts';
import { createDispatcher } from '../../src/outbound.ts';
import { ca, type Exchange, password, RawBridge } from './raw-bridge.ts';

const id = '458075bc-6def-4052-8ed6-b1192d6e6b35';
const releases: (() => unknown)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

async function started(handler: (exchange: Exchange) => void): Promise<RawBridge> {
  const bridge = await RawBridge.start(handler);
  releases.push(() => bridge.stop());
  return bridge;
}

const fine = ({ method, answer, xml }: Exchange) => {
  if (method === 'GET') xml('<calls total="0"></calls>');
  else answer(200, method === 'POST' ? { location: `/api/v1/calls/${id}` } : {});
};

const acts: Record<string, (client: CmsClient, deadline?: number) => Promise<unknown>> = {
  GET: (client, deadline) => client.get('calls', {}, { deadline }),
  PUT: (client, deadline) => client.put(`coSpaces/${id}`, [['name', 'x']], { deadline }),
  DELETE: (client, deadline) => client.delete(`calls/${id}`, { deadline }),
  POST: (client, deadline) => client.post('calls', [['coSpace', id]], { deadline }),
};
const methods = Object.entries(acts);
const repeatable = methods.filter(([method]) => method !== 'POST');
const writes = methods.filter(([method]) => method !== 'GET');

describe('a bridge that drops a kept-alive connection under a request', () => {
  test.each(repeatable)('is asked once more for a %s, on another connection', async (method, act) => {
    let dropped = 0;
    const bridge = await started((exchange) => {
      if (bridge.requests.length === 2) {
        dropped++;
        exchange.destroy();
      } else fine(exchange);
    });
    const client = bridge.client({ connections: 1 });
    await client.get('calls');
    await act(client);
    expect(dropped).toBe(1);
    expect(bridge.requests.map((request) => request.method)).toEqual(['GET', method, method]);
    expect(bridge.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  });

  test('is never asked once more for a POST: its outcome is unclear', async () => {
    const bridge = await started((exchange) => {
      if (exchange.method === 'POST') exchange.destroy();
      else fine(exchange);
    });
    const client = bridge.client({ connections: 1 });
    await client.get('calls');
    await expect(acts.POST?.(client)).rejects.toMatchObject({ kind: 'unreachable', sent: true, reasons: [] });
    expect(bridge.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  test.each(repeatable)('is asked twice for a %s and no more', async (method, act) => {
    const bridge = await started(({ destroy }) => destroy());
    await expect(act(bridge.client())).rejects.toMatchObject({ kind: 'unreachable', sent: method !== 'GET' });
    expect(bridge.requests).toHaveLength(2);
  });

  test.each(repeatable)('and all others with it is asked once more for a %s', async (method, act) => {
    const bridge = await started((exchange) => {
      if (bridge.requests.length === 4) bridge.drop();
      // The first three wait for one another, so that each has a connection of its own.
      else if (bridge.requests.length === 3) for (const release of waiting.splice(0)) release();
      if (bridge.requests.length < 3) waiting.push(() => fine(exchange));
      else if (bridge.requests.length !== 4) fine(exchange);
    });
    const waiting: (() => void)[] = [];
    const client = bridge.client({ connections: 3 });
    await Promise.all([client.get('calls'), client.get('calls'), client.get('calls')]);
    expect(bridge.connections).toBe(3);
    await act(client);
    expect(bridge.requests.map((request) => request.method)).toEqual(['GET', 'GET', 'GET', method, method]);
    expect(bridge.requests.at(-1)?.connection).toBe(4);
  });

  test('has deleted what the second request does not find', async () => {
    const bridge = await started(({ destroy, xml }) => {
      if (bridge.requests.length === 1) destroy();
      else xml('<failureDetails><callDoesNotExist /></failureDetails>', 400);
    });
    await expect(bridge.client().delete(`calls/${id}`)).resolves.toBeUndefined();
  });
});

test.each(methods)('a connection closed while idle costs a %s nothing', async (method, act) => {
  const bridge = await started(fine);
  const dispatcher = new Agent({ connections: 1, connect: { ca } });
  releases.push(() => dispatcher.destroy());
  const client = bridge.client({ dispatcher });
  await client.get('calls');
  const noticed = once(dispatcher, 'disconnect');
  bridge.closeIdleConnections();
  await noticed;
  await act(client);
  expect(bridge.requests.map((request) => request.method)).toEqual(['GET', method]);
  expect(bridge.connections).toBe(2);
});

describe('a bridge that hangs', () => {
  test.each(methods)('before the headers of a %s is left in time', async (method, act) => {
    const bridge = await started(() => {});
    const begun = performance.now();
    const expected = { kind: 'unreachable', sent: method !== 'GET', status: undefined };
    await expect(act(bridge.client(), 150)).rejects.toMatchObject(expected);
    expect(performance.now() - begun).toBeLessThan(1_500);
    expect(bridge.requests).toHaveLength(1);
  });

  test.each(methods)('in the body of the answer to a %s is left in time', async (method, act) => {
    const bridge = await started(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '1000' });
      response.write('<?xml version="1.0"?><calls total="1">');
    });
    const expected = { kind: 'unreachable', sent: method !== 'GET', status: 200 };
    await expect(act(bridge.client(), 800)).rejects.toMatchObject(expected);
    expect(bridge.requests).toHaveLength(1);
  });

  test('after saying where the new object is has made it', async () => {
    const bridge = await started(({ response }) => {
      response.writeHead(200, { location: `/api/v1/calls/${id}`, 'content-length': '10' });
      response.write('<');
    });
    expect(await acts.POST?.(bridge.client(), 150)).toBe(id);
  });

  test('after its status has refused all the same', async () => {
    const bridge = await started(({ response }) => {
      response.writeHead(503, { 'content-length': '10' });
      response.write('<');
    });
    await expect(acts.POST?.(bridge.client(), 600)).rejects.toMatchObject({ kind: 'busy', sent: false });
  });

  test.each(writes)('in the TLS handshake has got nothing of a %s', async (_method, act) => {
    const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = elsewhere(`https://localhost:${(server.address() as AddressInfo).port}`);
    releases.push(() => server.close());
    const fault = await act(client, 150).catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind: 'unreachable', sent: false });
    expect((fault as Error).message).toMatch(/no connection within \d+ ms$/);
  });

  test('does not have a request that waited for its connection, and keeps that', async () => {
    let release: (() => void) | undefined;
    const bridge = await started((exchange) => {
      if (bridge.requests.length === 1) release = () => fine(exchange);
      else fine(exchange);
    });
    const client = bridge.client({ connections: 1 });
    const first = client.get('calls');
    await expect(acts.POST?.(client, 100)).rejects.toMatchObject({ kind: 'unreachable', sent: false });
    release?.();
    await first;
    await client.get('calls');
    expect(bridge.requests.map(({ method, connection }) => [method, connection])).toEqual([
      ['GET', 1],
      ['GET', 1],
    ]);
  });
});

test.each(writes)(
  'nothing of a %s has reached a bridge that refuses the connection',
  async (_method, act) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `https://localhost:${(server.address() as AddressInfo).port}`;
    server.close();
    await once(server, 'close');
    const fault = await act(elsewhere(address)).catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind: 'unreachable', sent: false, callBridge: address });
    expect((fault as Error).message).toMatch(/it refused the connection$/);
  },
);

test('an answer broken off in its body is no answer, and not asked for again', async () => {
  const bridge = await started(({ response, destroy }) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('<calls', () => destroy());
  });
  await expect(bridge.client().get('calls')).rejects.toMatchObject({ kind: 'unreachable', sent: false });
  expect(bridge.requests).toHaveLength(1);
});

test('what does not speak HTTP is garbled', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  releases.push(() => server.close());
  const client = elsewhere(`http://localhost:${(server.address() as AddressInfo).port}`);
  await expect(client.get('calls')).rejects.toMatchObject({ kind: 'garbled', sent: false });
});

test('a request can be called off, before and after it went out', async () => {
  const bridge = await started(() => {});
  const client = bridge.client();
  await expect(client.post('calls', [], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    kind: 'unreachable',
    sent: false,
  });
  const controller = new AbortController();
  bridge.handler = () => controller.abort();
  await expect(client.post('calls', [], { signal: controller.signal })).rejects.toMatchObject({
    kind: 'unreachable',
    sent: true,
  });
  expect(bridge.requests).toHaveLength(1);
});

test('each request is observed once, with its time and its fault', async () => {
  const seen: Observation[] = [];
  const bridge = await started((exchange) => {
    if (exchange.method === 'GET') exchange.xml('<calls total="0"></calls>');
    else exchange.answer(503);
  });
  const client = bridge.client({ observe: (observation) => seen.push(observation) });
  const before = Date.now();
  await client.get('calls', { limit: 1 });
  const fault = await client.post('calls', []).catch((error: unknown) => error);
  expect(seen).toEqual([
    {
      callBridge: bridge.address,
      method: 'GET',
      path: '/api/v1/calls',
      at: expect.any(Number),
      took: expect.any(Number),
    },
    {
      callBridge: bridge.address,
      method: 'POST',
      path: '/api/v1/calls',
      at: expect.any(Number),
      took: expect.any(Number),
      fault,
    },
  ]);
  for (const { at, took } of seen) {
    expect(at).toBeGreaterThanOrEqual(before);
    expect(took).toBeGreaterThanOrEqual(0);
  }
});

describe('a bridge that is busy', () => {
  test.each(methods)('is asked again for a %s, and does it once it can', async (_method, act) => {
    const bridge = await started((exchange) => {
      if (bridge.requests.length < 3) exchange.answer(503);
      else fine(exchange);
    });
    const seen: Observation[] = [];
    await act(bridge.client({ observe: (observation) => seen.push(observation) }), 20_000);
    expect(bridge.requests).toHaveLength(3);
    expect(seen).toMatchObject([{ took: expect.any(Number) }]);
    expect(seen[0]?.fault).toBeUndefined();
  });

  test('is left as busy within the deadline', async () => {
    const bridge = await started((exchange) =>
      exchange.xml('<failureDetails><databaseNotReady /></failureDetails>', 500),
    );
    const begun = performance.now();
    await expect(acts.POST?.(bridge.client(), 300)).rejects.toMatchObject({ kind: 'busy', sent: false });
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(bridge.requests.length).toBeLessThan(4);
  });

  test('after it had cut a PUT off does not say that nothing was done', async () => {
    const bridge = await started(({ destroy, answer }) => {
      if (bridge.requests.length === 1) destroy();
      else answer(503);
    });
    await expect(acts.PUT?.(bridge.client())).rejects.toMatchObject({ kind: 'busy', sent: true });
    expect(bridge.requests).toHaveLength(2);
  });
});

describe('a write that nobody wants any more', () => {
  test.each(writes)('is kept here when its connection is free at last: a %s', async (method, act) => {
    let release: (() => void) | undefined;
    const bridge = await started((exchange) => {
      if (bridge.requests.length === 1) release = () => fine(exchange);
      else fine(exchange);
    });
    let wanted = true;
    const asked: boolean[] = [];
    const client = bridge.client({
      connections: 1,
      deadline: 20_000,
      parts: { connect: 20_000, headers: 20_000 },
    });
    const guarded = client.guardedBy({
      stillWanted: () => {
        asked.push(wanted);
        return wanted;
      },
      otherwise: () => new Error('taken over'),
    });
    const first = client.get('calls');
    await expect.poll(() => release, { timeout: 10_000 }).toBeDefined();
    const write = act(guarded);
    const settled = expect(write).rejects.toThrow('taken over');
    // It waits for the connection; whoever sent it is taken for dead meanwhile.
    wanted = false;
    release?.();
    await settled;
    await first;
    expect(asked).toEqual([false]);
    await client.get('calls');
    expect(bridge.requests.map((request) => request.method)).toEqual(['GET', 'GET']);
    expect(bridge.requests.map(({ connection }) => connection)).toEqual([1, 1]);
    wanted = true;
    await act(guarded);
    expect(bridge.requests.at(-1)?.method).toBe(method);
  });

  test('is no fault of the call bridge, and is said without a guard too', async () => {
    const bridge = await started(fine);
    const seen: Observation[] = [];
    const client = bridge.client({ observe: (observation) => seen.push(observation) });
    const fault = await client
      .post('calls', [['coSpace', id]], { stillWanted: () => false })
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind: 'unreachable', sent: false, withheld: 'unwanted' });
    expect(bridge.requests).toEqual([]);
    expect(seen).toEqual([]);
  });

  test('was perhaps done where it had been sent before', async () => {
    let wanted = true;
    const bridge = await started(({ destroy }) => {
      wanted = false;
      destroy();
    });
    const act = bridge.client().put(`coSpaces/${id}`, [], { stillWanted: () => wanted });
    await expect(act).rejects.toMatchObject({ kind: 'unreachable', sent: true, withheld: 'unwanted' });
    expect(bridge.requests).toHaveLength(1);
  });
});

test('writes about one space are made in the order in which they were asked for, and one at a time', async () => {
  const open: string[] = [];
  const ended: (() => void)[] = [];
  const bridge = await started((exchange) => {
    open.push(
      `${exchange.method} ${exchange.path.replace('/api/v1/', '')} ${exchange.form[0]?.[1] ?? ''}`.trim(),
    );
    ended.push(() => fine(exchange));
  });
  const client = bridge.client({ connections: 8, deadline: 20_000, parts: { headers: 20_000 } });
  const arrived = (count: number) => expect.poll(() => open.length, { timeout: 10_000 }).toBe(count);
  const call = createCall(client, 'space');
  await arrived(1);
  ended.shift()?.();
  await call;
  const all = [
    openSpace(client, 'space', { name: 'Weekly', passcode: '', secret: 's' }),
    dial(client, id, 'one@example.com'),
    dial(client, id, 'two@example.com'),
    closeSpace(client, 'space', { name: 'Slot' }),
    deleteCall(client, id),
    openSpace(client, 'another', { name: 'Daily', passcode: '', secret: 's' }),
  ];
  await arrived(3);
  expect(open.slice(1).sort()).toEqual(['PUT coSpaces/another true', 'PUT coSpaces/space true']);
  for (const end of ended.splice(0)) end();
  await arrived(5);
  expect(open.slice(3)).toEqual([
    `POST calls/${id}/callLegs one@example.com`,
    `POST calls/${id}/callLegs two@example.com`,
  ]);
  for (const end of ended.splice(0)) end();
  await arrived(6);
  expect(open.at(-1)).toBe('PUT coSpaces/space false');
  ended.shift()?.();
  await arrived(7);
  expect(open.at(-1)).toBe(`DELETE calls/${id}`);
  ended.shift()?.();
  await Promise.all(all);
});

test('a query is added as given, without what is undefined', async () => {
  const bridge = await started(fine);
  await bridge.client().get('calls', { coSpaceFilter: 'a b&c', limit: 1, filter: undefined });
  expect(bridge.requests[0]).toMatchObject({
    path: '/api/v1/calls',
    query: { coSpaceFilter: 'a b&c', limit: '1' },
  });
});

function elsewhere(address: string): CmsClient {
  const dispatcher = createDispatcher({ proxy: {}, connections: 2, connectTimeout: 10_000 });
  releases.push(() => dispatcher.destroy());
  return new CmsClient({ callBridge: { address, username: 'apiadmin', password }, dispatcher });
}
