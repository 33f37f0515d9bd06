/** The API's manners on the wire: sign-in, headers, paths, forms, pages, failures. */

import { fetch } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authorization, startTestCluster, type TestCluster } from './test-client.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster();
});
afterEach(() => cluster[Symbol.asyncDispose]());

test('without or with wrong credentials the answer is an empty 401 with the old brand as realm', async () => {
  const { cms, call } = cluster;
  const anonymous = await call('GET', 'coSpaces', { anonymous: true });
  expect(anonymous).toMatchObject({ status: 401, body: '' });
  expect(anonymous.headers['www-authenticate']).toBe('Basic realm="acano"');
  const wrong = authorization(cms.bridge(1));
  expect((await call('GET', 'coSpaces', { headers: wrong })).status).toBe(401);
  const before = cms.spaces().length;
  expect((await call('POST', 'coSpaces', { anonymous: true, form: { name: 'x' } })).status).toBe(401);
  expect(cms.spaces()).toHaveLength(before);
});

test('documents are text/xml without a charset, on one line, and connections announce their limits', async () => {
  const answer = await cluster.call('GET', 'participants');
  expect(answer.headers['content-type']).toBe('text/xml');
  expect(answer.headers['keep-alive']).toBe('timeout=5, max=100');
  expect(answer.headers.server).toBe('Apache');
  expect(answer.body).toBe('<?xml version="1.0"?><participants total="0"></participants>');
});

test('a client that takes gzip gets it, chunked', async () => {
  const bridge = cluster.cms.bridge(0);
  const url = `${bridge.url}/api/v1/callLegs`;
  const answer = await fetch(url, { dispatcher: cluster.dispatcher, headers: authorization(bridge) });
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  expect(answer.headers.get('transfer-encoding')).toBe('chunked');
  expect(await answer.text()).toBe('<?xml version="1.0"?><callLegs total="0"></callLegs>');
});

test('paths match in any case and with a slash at the end; Location has one spelling', async () => {
  const created = await cluster.call('POST', 'COSPACES/', { form: { name: 'Any case' } });
  expect(created).toMatchObject({ status: 200, body: '' });
  expect(created.headers.location).toMatch(
    /^\/api\/v1\/coSpaces\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  );
  const read = await cluster.call('GET', `/API/v1/cospaces/${created.id.toUpperCase()}`);
  expect(read.body).toContain(`<coSpace id="${created.id}"><name>Any case</name>`);
});

test('a form may begin with an empty pair, leave dollar signs and spaces raw, and spell booleans loosely', async () => {
  const { call, cms } = cluster;
  const form = '&name=a $index$ b&nonMemberAccess=False&uri=Mixed.Case';
  const { id } = await call('POST', 'coSpaces', { form });
  expect(cms.space(id)).toMatchObject({ name: 'a $index$ b', nonMemberAccess: false, uri: 'mixed.case' });
  await call('PUT', `coSpaces/${id}`, { form: '&nonMemberAccess=on&name=%C3%9Cbung+%26+%3CTee%3E' });
  expect(cms.space(id)).toMatchObject({ name: 'Übung & <Tee>', nonMemberAccess: true });
  expect((await call('GET', `coSpaces/${id}`)).body).toContain('<name>Übung &amp; &lt;Tee&gt;</name>');
  expect(cms.log.at(-2)).toMatchObject({
    method: 'PUT',
    status: 200,
    form: [
      ['nonMemberAccess', 'on'],
      ['name', 'Übung & <Tee>'],
    ],
  });
});

test('spaces come in pages of twenty at most, whatever the limit; total counts what matches', async () => {
  const { cms, call } = cluster;
  for (let i = 0; i < 45; i += 1) cms.addSpace({ name: `Room ${i}`, uri: `r${i}`, callId: `${7_000 + i}` });
  const sizes: number[] = [];
  for (const offset of [0, 20, 40, 60]) {
    const { body } = await call('GET', `coSpaces?limit=50&offset=${offset}`);
    expect(body).toContain('<coSpaces total="45">');
    sizes.push(body.split('<coSpace ').length - 1);
  }
  expect(sizes).toEqual([20, 20, 5, 0]);
  const one = await call('GET', 'coSpaces?limit=1&filter=ROOM%201');
  expect(one.body).toContain('total="11"');
  expect(one.body.match(/<coSpace /g)).toHaveLength(1);
  expect((await call('GET', 'coSpaces?filter=7044')).body).toContain('<name>Room 44</name>');
});

test('calls come in pages of ten', async () => {
  const { call } = cluster;
  for (let i = 0; i < 12; i += 1) await call('POST', 'calls', { form: { name: `Call ${i}` } });
  const { body } = await call('GET', 'calls?limit=100');
  expect(body).toContain('<calls total="12">');
  expect(body.match(/<call /g)).toHaveLength(10);
});

test('failures are 400 with their reasons in failureDetails', async () => {
  const { call } = cluster;
  const reasonsOf = async (...args: Parameters<typeof call>): Promise<string> => {
    const answer = await call(...args);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('text/xml');
    return /<failureDetails>(.*)<\/failureDetails>/.exec(answer.body)?.[1] ?? '';
  };
  expect(await reasonsOf('GET', 'coSpaces/2be23a10-f400-4436-baef-6058f55ca688')).toBe(
    '<coSpaceDoesNotExist />',
  );
  expect(await reasonsOf('DELETE', 'system/status')).toBe('<invalidOperation />');
  expect(await reasonsOf('GET', 'noSuchThing')).toBe('<unrecognisedObject />');
  const form = { nonMemberAccess: 'maybe', uri: 'a@b', callId: 'x1' };
  expect(await reasonsOf('POST', 'coSpaces', { form })).toBe(
    '<parameterError parameter="nonMemberAccess" error="invalidValue" />' +
      '<parameterError parameter="uri" error="invalidValue" />' +
      '<parameterError parameter="callId" error="invalidValue" />',
  );
  expect(await reasonsOf('GET', 'calls?limit=-1')).toBe(
    '<parameterError parameter="limit" error="invalidValue" />',
  );
});

test('each bridge says what it is, and the cluster names every member with its own address', async () => {
  const { cms, call } = cluster;
  const { body } = await call('GET', 'callBridges');
  expect(body).toContain('<callBridges total="2">');
  for (const bridge of cms.bridges) {
    expect((await call('GET', `callBridges/${bridge.id}`)).body).toContain(
      `<address>${bridge.url}</address>`,
    );
    const own = await call('GET', 'system/configuration/cluster', { bridge });
    expect(own.body).toContain(`<uniqueName>${bridge.name}</uniqueName>`);
  }
  expect((await call('GET', 'system/status')).body).toContain('<clusterEnabled>true</clusterEnabled>');
  expect((await call('GET', 'system/database')).body).toContain('<database clustered="enabled">');
  await cms.bridge(1).kill();
  expect((await call('GET', 'system/alarms')).body).toContain('<type>callBridgeConnectionFailure</type>');
});

test('a bridge that stands alone lists no call bridges', async () => {
  const callBridges = [{ name: 'lone', username: 'u', password: 'p' }];
  await using lone = await startTestCluster({ callBridges, standalone: true, unknownIdStatus: 404 });
  expect((await lone.call('GET', 'callBridges')).body).toContain('<callBridges total="0"></callBridges>');
  expect((await lone.call('GET', 'system/status')).body).toContain('<clusterEnabled>false</clusterEnabled>');
  expect((await lone.call('GET', 'calls/00000000-0000-0000-0000-000000000000')).status).toBe(404);
});

test('profiles are created, changed, listed with their ids and told apart by use', async () => {
  const { call } = cluster;
  const profile = await call('POST', 'callProfiles', { form: { participantLimit: '1000' } });
  const used = await call('POST', 'callLegProfiles', { form: '' });
  await call('PUT', `callLegProfiles/${used.id}`, { form: { defaultLayout: 'telepresence', name: 'Rooms' } });
  await call('POST', 'coSpaces', { form: { name: 'x', callLegProfile: used.id } });
  expect((await call('GET', `callProfiles/${profile.id}`)).body).toContain(
    '<participantLimit>1000</participantLimit>',
  );
  expect((await call('GET', 'callProfiles?usageFilter=referenced')).body).toContain('total="0"');
  expect((await call('GET', 'callLegProfiles?usageFilter=referenced')).body).toContain(used.id);
  const bad = await call('POST', 'coSpaces', { form: { callProfile: used.id } });
  expect(bad.body).toContain('<callProfileDoesNotExist />');
});
