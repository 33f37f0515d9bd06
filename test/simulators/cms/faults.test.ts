/** Faults on the wire: what is done, what is answered, and what is left when they are over. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { connect } from 'node:tls';
import { request } from 'undici';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { authorization, startTestCluster, type TestCluster } from './test-client.ts';

let cluster: TestCluster;
let slot: string;
beforeEach(async () => {
  cluster = await startTestCluster();
  slot = cluster.cms.addSpace({ name: 'Slot', uri: '1' });
});
afterEach(() => cluster[Symbol.asyncDispose]());

const post = () => cluster.call('POST', 'calls', { form: { coSpace: slot } });

test('a lost answer: the call is made, then the connection is cut; the next request is served', async () => {
  const { cms } = cluster;
  cms.bridge(0).setFault({ kind: 'lost-answer', match: { method: 'post', path: /calls$/ }, times: 1 });
  await expect(post()).rejects.toThrow();
  expect(cms.bridge(0).calls()).toHaveLength(1);
  expect(cms.log).toMatchObject([{ method: 'POST', status: 0, fault: 'lost-answer' }]);
  expect((await post()).id).toBe(cms.bridge(0).calls()[0]?.id);
});

test('a dropped request does nothing', async () => {
  const { cms } = cluster;
  cms.bridge(0).setFault({ kind: 'drop-request', times: 1 });
  await expect(post()).rejects.toThrow();
  expect(cms.bridge(0).calls()).toEqual([]);
  expect((await post()).status).toBe(200);
});

test('a hanging bridge takes the request, does nothing and never answers', async () => {
  const { cms, call } = cluster;
  cms.bridge(0).setFault({ kind: 'hang' });
  const form = { coSpace: slot };
  await expect(call('POST', 'calls', { form, timeout: 1_000 })).rejects.toThrow();
  expect(cms.bridge(0).calls()).toEqual([]);
  expect(cms.log).toHaveLength(1);
  await cms.bridge(0).clearFault();
  expect((await post()).status).toBe(200);
});

test('headers may come without the body, after the write', async () => {
  const { cms, dispatcher } = cluster;
  const bridge = cms.bridge(0);
  bridge.setFault({ kind: 'hang-body', times: 2 });
  for (const method of ['POST', 'GET'] as const) {
    const answer = await request(`${bridge.url}/api/v1/calls`, {
      method,
      dispatcher,
      signal: AbortSignal.timeout(300),
      headers: authorization(bridge),
      ...(method === 'POST' && { body: `coSpace=${slot}` }),
    });
    expect(answer.statusCode).toBe(200);
    expect(bridge.calls()).toHaveLength(1);
    await expect(answer.body.text()).rejects.toThrow();
  }
});

test('an answer may be withheld after the write, or the write come late though nobody waits any more', async () => {
  const { cms, call } = cluster;
  cms.bridge(0).setFault({ kind: 'hang-answer', times: 1 });
  const form = { coSpace: slot };
  await expect(call('POST', 'calls', { form, timeout: 1_000 })).rejects.toThrow();
  expect(cms.bridge(0).calls()).toHaveLength(1);
  // The connection stands before: on a busy machine that alone may take longer than the client waits.
  await call('GET', 'calls', { bridge: cms.bridge(1) });
  cms.bridge(1).setFault({ kind: 'late', ms: 1_500, times: 1 });
  await expect(call('POST', 'calls', { form, timeout: 500, bridge: cms.bridge(1) })).rejects.toThrow();
  expect(cms.bridge(1).calls()).toEqual([]);
  await cms.waitFor(() => cms.bridge(1).calls().length === 1, 10_000);
});

test('a slow bridge answers in the end, its faults add up with others', async () => {
  const { cms } = cluster;
  cms.bridge(0).setFault({ kind: 'slow', ms: 150 });
  cms.bridge(0).setFault({ kind: 'busy', times: 1 });
  const begun = performance.now();
  expect((await post()).status).toBe(503);
  expect(performance.now() - begun).toBeGreaterThan(140);
  expect((await post()).status).toBe(200);
});

test.each([
  ['busy', 503, ''],
  ['error', 500, ''],
  ['unauthorized', 401, ''],
  ['html', 200, '<!DOCTYPE html>'],
  ['failure', 400, '<databaseNotReady />'],
] as const)('%s does nothing and answers %i', async (kind, status, part) => {
  cluster.cms.bridge(0).setFault({ kind });
  const answer = await post();
  expect(answer.status).toBe(status);
  expect(answer.body).toContain(part);
  expect(cluster.cms.bridge(0).calls()).toEqual([]);
});

test('a read-only database refuses spaces, still reads them, and lets calls be made', async () => {
  const { cms, call } = cluster;
  cms.bridge(0).setFault({ kind: 'read-only' });
  const put = await call('PUT', `cospaces/${slot}`, { form: { name: 'New' } });
  expect(put).toMatchObject({ status: 500 });
  expect(put.body).toContain('<databaseNotReady />');
  expect(cms.space(slot)?.name).toBe('Slot');
  expect((await call('GET', `coSpaces/${slot}`)).status).toBe(200);
  expect((await post()).status).toBe(200);
  const other = await call('PUT', `coSpaces/${slot}`, { form: { name: 'New' }, bridge: cms.bridge(1) });
  expect(other.status).toBe(200);
});

test('half an answer is broken XML', async () => {
  cluster.cms.bridge(0).setFault({ kind: 'half-answer', times: 1 });
  const { status, body } = await cluster.call('GET', 'coSpaces');
  expect(status).toBe(200);
  expect(body).toMatch(/^<\?xml version="1.0"\?><coSpaces/);
  expect(body).not.toContain('</coSpaces>');
});

test('a fault meant for one request by its form leaves the others alone', async () => {
  const { cms, call } = cluster;
  const { id } = await post();
  cms.bridge(0).setFault({ kind: 'busy', match: { form: /room\.b/ } });
  const dial = (room: string) =>
    call('POST', `calls/${id}/callLegs`, { form: `remoteParty=${room}@example.com` });
  expect((await dial('room.a')).status).toBe(200);
  expect((await dial('room.b')).status).toBe(503);
});

test('a bridge that refuses is reached again at the same port once that is over, with its calls', async () => {
  const { cms } = cluster;
  await post();
  cms.bridge(0).setFault({ kind: 'refuse' });
  await expect(post()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await cms.bridge(0).clearFault('refuse');
  expect((await post()).id).toBe(cms.bridge(0).calls()[0]?.id);
});

test('a killed bridge refuses, loses its calls, and comes back empty on the same port', async () => {
  const { cms } = cluster;
  await post();
  const { url } = cms.bridge(0);
  await cms.bridge(0).kill();
  expect(cms.openConnections).toBe(0);
  expect(cms.bridge(0).calls()).toEqual([]);
  expect(cms.join('1', { name: 'Ann', bridge: 0 })).toEqual({ joined: false, reason: 'unreachable' });
  await expect(post()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await cms.bridge(0).restart();
  expect(cms.bridge(0).url).toBe(url);
  expect((await post()).status).toBe(200);
  expect(cms.events.map(({ kind }) => kind)).toEqual([
    'callStarted',
    'callEnded',
    'bridgeKilled',
    'bridgeStarted',
    'callStarted',
  ]);
});

test('a kill in the middle of a slow request cuts it', async () => {
  const { cms } = cluster;
  cms.bridge(0).setFault({ kind: 'slow', ms: 5_000 });
  const answer = post();
  const settled = expect(answer).rejects.toThrow();
  await cms.waitFor(() => cms.log.length === 1);
  await cms.bridge(0).kill();
  await settled;
});

test('a connection serves its number of requests and no more', async () => {
  await using short = await startTestCluster({ requestsPerConnection: 3 });
  for (let i = 0; i < 7; i += 1) await short.call('GET', 'calls');
  expect(short.cms.bridge(0).connectionsOpened).toBe(3);
  expect(short.cms.bridge(0).requests).toBe(7);
});

test('an idle connection is closed by the bridge', async () => {
  await using short = await startTestCluster({ idleTimeout: 200 });
  const bridge = short.cms.bridge(0);
  const socket = connect({ port: bridge.port, host: '127.0.0.1', servername: 'localhost', ca: short.ca });
  await once(socket, 'secureConnect');
  socket.write('GET /api/v1/calls HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toContain('401 Unauthorized');
  socket.resume();
  await once(socket, 'close');
  await short.cms.waitFor(() => bridge.openConnections === 0);
});

test('waiting for what never comes fails with the last requests by name', async () => {
  const { cms } = cluster;
  await post();
  await expect(cms.waitFor(() => false, 30)).rejects.toThrow(/within 30 ms.*POST \/api\/v1\/calls → 200/);
});

test('a TLS failure cuts what is open and lets nobody in, until it is over', async () => {
  const { cms, call } = cluster;
  const bridge = cms.bridge(0);
  expect((await post()).status).toBe(200);
  const fault = { kind: 'tls' } as const;
  bridge.setFault(fault);
  await expect(call('GET', 'calls')).rejects.toThrow(
    expect.objectContaining({ code: expect.stringMatching(/SSL|EPROTO/) }),
  );
  await expect(call('GET', 'calls', { timeout: 1_000 })).rejects.toThrow();
  expect(bridge.calls()).toHaveLength(1);
  bridge.dropFault(fault);
  expect((await call('GET', 'calls')).status).toBe(200);
});

test.each(['reset', 'garbage', 'cut-answer'] as const)(
  '%s befalls one request, and the next is served',
  async (kind) => {
    const { cms } = cluster;
    const bridge = cms.bridge(0);
    bridge.setFault({ kind, match: { method: 'POST', path: /calls$/ }, times: 1 });
    const error = await post().catch((caught: unknown) => caught);
    const expected = {
      reset: { code: 'ECONNRESET' },
      garbage: { name: 'HTTPParserError' },
      'cut-answer': { code: 'UND_ERR_SOCKET' },
    };
    expect(error).toMatchObject(expected[kind]);
    expect(bridge.calls()).toHaveLength(kind === 'cut-answer' ? 1 : 0);
    expect(cms.log).toMatchObject([{ method: 'POST', fault: kind }]);
    expect((await post()).status).toBe(200);
  },
);

test('a black hole takes connections, and is silent on them and on those that were open', async () => {
  const { cms, call, ca } = cluster;
  const bridge = cms.bridge(0);
  await post();
  const secure = { host: 'localhost', port: bridge.port, ca };
  const open = connect(secure);
  await once(open, 'secureConnect');
  bridge.setFault({ kind: 'black-hole' });
  open.write(`GET /api/v1/calls HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const taken = createConnection(bridge.port, '127.0.0.1');
  await once(taken, 'connect');
  const another = connect(secure).on('error', () => {});
  onTestFinished(() => {
    for (const socket of [open, taken, another]) socket.destroy();
  });
  const heard = await Promise.race([
    once(open, 'data').then(() => 'an answer'),
    once(another, 'secureConnect').then(() => 'a handshake'),
    new Promise((resolve) => setTimeout(resolve, 400, 'nothing')),
  ]);
  expect(heard).toBe('nothing');
  expect(cms.log).toHaveLength(1);
  const cut = once(
    open.on('error', () => {}),
    'close',
  );
  await bridge.clearFault('black-hole');
  await cut;
  expect((await call('GET', 'calls', { timeout: 5_000 })).status).toBe(200);
  expect(bridge.calls()).toHaveLength(1);
});

test('a deaf bridge does not even take a connection, and listens at the same port again', async () => {
  const { cms, call } = cluster;
  const bridge = cms.bridge(0);
  bridge.setFault({ kind: 'deaf' });
  await bridge.settled();
  const socket = createConnection(bridge.port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  const heard = await Promise.race([
    once(socket, 'connect').then(() => 'taken'),
    new Promise((resolve) => setTimeout(resolve, 400, 'nothing')),
  ]);
  expect(heard).toBe('nothing');
  await bridge.clearFault('deaf');
  expect((await call('GET', 'calls')).status).toBe(200);
});

test('an untrusted certificate is shown from then on, until that is over', async () => {
  const { cms, call } = cluster;
  const bridge = cms.bridge(0);
  await post();
  bridge.setFault({ kind: 'untrusted' });
  const first = (await call('GET', 'calls').catch((caught: unknown) => caught)) as Error;
  expect(first).toBeInstanceOf(Error);
  await expect(call('GET', 'calls')).rejects.toMatchObject({
    code: expect.stringMatching(/VERIFY_LEAF|ISSUER|SELF_SIGNED/),
  });
  expect(bridge.calls()).toHaveLength(1);
  await bridge.clearFault('untrusted');
  expect((await call('GET', 'calls')).status).toBe(200);
});

test.each(['refuse', 'black-hole', 'tls', 'untrusted', 'deaf'] as const)(
  '%s may begin with a request, which is not performed',
  async (kind) => {
    const { cms, call } = cluster;
    const bridge = cms.bridge(0);
    bridge.setFault({ kind, match: { method: 'POST', path: /calls$/ } });
    expect((await call('GET', 'calls')).status).toBe(200);
    const form = { coSpace: slot };
    await expect(call('POST', 'calls', { form, timeout: 400 })).rejects.toThrow();
    expect(bridge.calls()).toEqual([]);
    expect(cms.log.at(-1)).toMatchObject({ method: 'POST', fault: kind, status: 0 });
    await bridge.settled();
    await expect(call('GET', 'calls', { timeout: 400 })).rejects.toThrow();
    await bridge.clearFault();
    expect((await call('GET', 'calls', { timeout: 5_000 })).status).toBe(200);
    expect((await post()).status).toBe(200);
  },
);
