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
