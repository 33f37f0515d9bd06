/** Spaces: what is unique, what is made by the bridge, what an empty value does; bulk syncs. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from './test-client.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startTestCluster({ bulkSyncDelay: 40 });
});
afterEach(() => cluster[Symbol.asyncDispose]());

async function create(path: string, form: Record<string, string>): Promise<string> {
  const answer = await cluster.call('POST', path, { form });
  return answer.status === 200 ? answer.id : (/<(\w+)[^<]*\/></.exec(answer.body)?.[1] ?? answer.body);
}

test('a URI or call ID that another space holds is refused, on every bridge, until it is given up', async () => {
  const { cms, call } = cluster;
  const first = await create('coSpaces', { name: 'a', uri: 'Number.One', callId: '0017' });
  const again = await call('POST', 'coSpaces', { form: { uri: 'number.ONE' }, bridge: cms.bridge(1) });
  expect(again).toMatchObject({ status: 400 });
  expect(again.body).toBe('<?xml version="1.0"?><failureDetails><duplicateCoSpaceUri /></failureDetails>');
  expect(await create('coSpaces', { secondaryUri: 'number.one' })).toBe('duplicateCoSpaceUri');
  expect(await create('coSpaces', { callId: '0017' })).toBe('duplicateCoSpaceId');
  await call('PUT', `coSpaces/${first}`, { form: { callId: '0018' } });
  expect(cms.space('0017')).toBeUndefined();
  const second = await create('coSpaces', { callId: '0017' });
  expect(cms.space('0017')?.id).toBe(second);
  await call('DELETE', `coSpaces/${first}`);
  expect(cms.space(await create('coSpaces', { uri: 'number.one' }))).toBeDefined();
});

test('a secret is made where there is a call ID, changed on demand, and gone without one', async () => {
  const { cms, call } = cluster;
  const id = await create('coSpaces', { name: 'a', uri: '5' });
  expect(cms.space(id)?.secret).toBeUndefined();
  await call('PUT', `coSpaces/${id}`, { form: { requireCallId: 'true' } });
  expect(cms.space(id)?.callId).toMatch(/^\d{9}$/);
  const made = cms.space(id)?.secret;
  expect(made).toMatch(/^[\w-]{22}$/);
  await call('PUT', `coSpaces/${id}`, { form: { secret: 'our own', passcode: '1234' } });
  expect(cms.space(id)).toMatchObject({ secret: 'our own', passcode: '1234' });
  await call('PUT', `coSpaces/${id}`, { form: { passcode: '', regenerateSecret: 'true' } });
  expect(cms.space(id)?.passcode).toBe('');
  expect(cms.space(id)?.secret).toMatch(/^[\w-]{22}$/);
  const detail = await call('GET', `coSpaces/${id}`);
  expect(detail.body).toContain('<nonMemberAccess>true</nonMemberAccess>');
  expect(detail.body).not.toContain('passcode');
  await call('PUT', `coSpaces/${id}`, { form: { callId: '' } });
  expect(cms.space(id)?.secret).toBeUndefined();
});

test('an access method may share its space’s number with another passcode only, and lets in with its own', async () => {
  const { cms } = cluster;
  const id = await create('coSpaces', { name: 'a', uri: '5', callId: '5', passcode: '11' });
  const methods = `coSpaces/${id}/accessMethods`;
  expect(await create(methods, { uri: '5', passcode: '11' })).toBe('duplicateCoSpaceUriPasscode');
  expect(await create(methods, { callId: '5', passcode: '11' })).toBe('duplicateCoSpaceIdPasscode');
  const method = await create(methods, { uri: '5', callId: '5', passcode: '22' });
  const list = await cluster.call('GET', methods);
  expect(list.body).toContain(`<accessMethods total="1"><accessMethod id="${method}"><uri>5</uri>`);
  expect(cms.join('5', { name: 'Host', passcode: '22' })).toMatchObject({ joined: true });
  expect(cms.join('5', { name: 'Nobody' })).toEqual({ joined: false, reason: 'incorrectPasscode' });
  const member = await create(`coSpaces/${id}/coSpaceUsers`, {
    userJid: 'ann@example.com',
    canDestroy: 'true',
  });
  const read = await cluster.call('GET', `coSpaces/${id}/coSpaceUsers/${member}`);
  expect(read.body).toContain('<canDestroy>true</canDestroy>');
  expect(read.body).toContain('<canChangeNonMemberAccessAllowed>true</canChangeNonMemberAccessAllowed>');
});

test.each([
  ['a method with the space’s URI and PIN', { uri: '5', passcode: '11' }, 'duplicateCoSpaceUriPasscode'],
  ['a method with its second URI and PIN', { uri: '6', passcode: '11' }, 'duplicateCoSpaceUriPasscode'],
  ['a method with its call ID and PIN', { callId: '5', passcode: '11' }, 'duplicateCoSpaceIdPasscode'],
  ['a method with another’s URI and PIN', { uri: 'host', passcode: '22' }, 'duplicateCoSpaceUriPasscode'],
  ['a method with another’s call ID and PIN', { callId: '7', passcode: '22' }, 'duplicateCoSpaceIdPasscode'],
  ['a method with another space’s URI', { uri: 'other', passcode: '99' }, 'duplicateCoSpaceUri'],
])('%s is refused, when it is made and when it is changed', async (_, form, reason) => {
  const { call } = cluster;
  cluster.cms.addSpace({ uri: 'other' });
  const id = await create('coSpaces', { uri: '5', secondaryUri: '6', callId: '5', passcode: '11' });
  const methods = `coSpaces/${id}/accessMethods`;
  await create(methods, { uri: 'host', callId: '7', passcode: '22' });
  expect(await create(methods, form)).toBe(reason);
  const third = await create(methods, { ...form, uri: 'free', callId: '8', passcode: '33' });
  const unchanged = (await call('GET', `${methods}/${third}`)).body;
  const changed = await call('PUT', `${methods}/${third}`, { form });
  expect(changed).toMatchObject({ status: 400 });
  expect(changed.body).toContain(`<${reason} />`);
  expect((await call('GET', `${methods}/${third}`)).body).toBe(unchanged);
});

test('a change of the space is refused that makes it the same as one of its access methods', async () => {
  const { call } = cluster;
  const id = await create('coSpaces', { uri: '5', callId: '5', passcode: '11' });
  await create(`coSpaces/${id}/accessMethods`, { uri: '5', callId: '6', passcode: '22' });
  await create(`coSpaces/${id}/accessMethods`, { uri: 'host', callId: '5', passcode: '33' });
  const put = async (form: Record<string, string>) => (await call('PUT', `coSpaces/${id}`, { form })).body;
  expect(await put({ passcode: '22' })).toContain('<duplicateCoSpaceUriPasscode />');
  expect(await put({ passcode: '33' })).toContain('<duplicateCoSpaceIdPasscode />');
  expect(await put({ passcode: '33', secondaryUri: 'host' })).toContain('<duplicateCoSpaceUriPasscode />');
  expect(await put({ passcode: '44', secondaryUri: 'host' })).toBe('');
  expect(cluster.cms.space(id)?.passcode).toBe('44');
});

test('users are read only, found by part of a name or by the whole address, and own spaces', async () => {
  await using other = await startTestCluster({
    users: ['bob@x.example', { jid: 'ann@x.example', name: 'Ann <1>', email: 'ann.one@mail.example' }],
  });
  const { call, cms } = other;
  const list = async (query = '') => (await call('GET', `users${query}`)).body;
  const [, ann = ''] = /<user id="([^"]+)"><userJid>ann@/.exec(await list()) ?? [];
  const fields =
    '<userJid>ann@x.example</userJid><name>Ann &lt;1&gt;</name><email>ann.one@mail.example</email>';
  expect(await list()).toContain('<users total="2">');
  expect((await call('GET', `users/${ann}`)).body).toContain(`<user id="${ann}">${fields}</user>`);
  expect(await list('?filter=ANN')).toContain(`<users total="1"><user id="${ann}">${fields}</user></users>`);
  expect(await list('?emailFilter=ann.one@mail.example')).toContain(`<users total="1"><user id="${ann}">`);
  expect(await list('?emailFilter=ann.one')).toContain('<users total="0"></users>');
  expect((await call('GET', 'users/nobody')).body).toContain('<userDoesNotExist />');
  expect((await call('DELETE', `users/${ann}`)).body).toContain('<invalidOperation />');
  const space = cms.addSpace({ uri: '5', ownerJid: 'ann@x.example' });
  const read = async () => (await call('GET', `coSpaces/${space}`)).body;
  expect(await read()).toContain(`<ownerId>${ann}</ownerId><ownerJid>ann@x.example</ownerJid>`);
  const form = { userJid: 'ann@x.example' };
  const member = await call('POST', `coSpaces/${space}/coSpaceUsers`, { form });
  expect(member.id).toBe(ann);
  const stranger = await call('PUT', `coSpaces/${space}`, { form: { ownerJid: 'eve@x.example' } });
  expect(stranger.body).toContain('<userDoesNotExist />');
  await call('PUT', `coSpaces/${space}`, { form: { ownerJid: '' } });
  expect(await read()).not.toContain('owner');
});

const range = {
  startIndex: '80991000',
  endIndex: '80991024',
  coSpaceUriMapping: '$index$',
  coSpaceNameMapping: 'TMS_Scheduled_Meeting_$index$',
  coSpaceCallIdMapping: '$index$',
  nonMemberAccess: 'false',
};

async function sync(set: string, form: Record<string, string> = {}): Promise<string> {
  const id = await create('cospaceBulkSyncs', { cospaceBulkParameterSet: set, ...form });
  const first = await cluster.call('GET', `cospaceBulkSyncs/${id}`);
  expect(first.body).toContain('<status>pending</status>');
  for (;;) {
    const { body } = await cluster.call('GET', `cospaceBulkSyncs/${id}`);
    const status = /<status>(\w+)</.exec(body)?.[1] ?? body;
    if (status !== 'pending' && status !== 'running') return status;
  }
}

test('a bulk sync makes the range in its own time, and a second one makes it anew', async () => {
  const { cms } = cluster;
  const set = await create('cospaceBulkParameterSets', range);
  const other = cms.addSpace({ name: 'not of the set', uri: 'cool' });
  expect(await sync(set)).toBe('complete');
  expect(cms.spaces()).toHaveLength(26);
  const slot = cms.space('80991007');
  expect(slot).toMatchObject({
    name: 'TMS_Scheduled_Meeting_80991007',
    callId: '80991007',
    nonMemberAccess: false,
  });
  expect(slot?.secret).toMatch(/^[\w-]{22}$/);
  await cluster.call('POST', 'calls', { form: { coSpace: slot?.id ?? '' } });
  expect(await sync(set)).toBe('complete');
  expect(cms.spaces()).toHaveLength(26);
  expect(cms.space('80991007')?.id).not.toBe(slot?.id);
  expect(cms.bridge(0).calls()).toEqual([]);
  expect(await sync(set, { removeAll: 'true' })).toBe('complete');
  expect(cms.spaces().map(({ id }) => id)).toEqual([other]);
});

test('a bulk sync that cannot be done says why afterwards', async () => {
  const { cms } = cluster;
  cms.addSpace({ name: 'in the way', uri: '80991003' });
  const set = await create('cospaceBulkParameterSets', range);
  expect(await sync(set)).toBe('failedCoSpaceUriConflict');
  expect(cms.spaces()).toHaveLength(1);
  const inverted = await create('cospaceBulkParameterSets', { ...range, endIndex: '1' });
  expect(await sync(inverted)).toBe('failedIndexRangeInvalid');
  expect(await sync('2be23a10-f400-4436-baef-6058f55ca688')).toBe('failedNoSuchParameterSet');
  const mapping = { ...range, coSpaceNameMapping: 'twice $index$ $index$' };
  expect(await create('cospaceBulkParameterSets', mapping)).toBe('parameterError');
  expect(await create('cospaceBulkParameterSets', { ...range, coSpaceUriMapping: '$index$@x' })).toBe(
    'parameterError',
  );
});

test('dollar signs and backslashes of a mapping are escaped', async () => {
  const { cms } = cluster;
  const form = { ...range, endIndex: range.startIndex, coSpaceNameMapping: 'a\\$b\\\\c $index$' };
  expect(await sync(await create('cospaceBulkParameterSets', form))).toBe('complete');
  expect(cms.space('80991000')?.name).toBe('a$b\\c 80991000');
});
