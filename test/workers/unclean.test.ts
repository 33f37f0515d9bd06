/** Nobody of the meeting before in the same slot lands in the next one, whatever call bridge was away at its end. */
import { afterEach, expect, it } from 'vitest';
import { number, OneConference } from './one-conference.ts';

let one: OneConference;
afterEach(() => one.close());

const spaceId = () => one.cms.space(number)?.id ?? '';
const callsOn = (bridge: number) =>
  one.cms
    .bridge(bridge)
    .calls()
    .map(({ id }) => id);

/** Somebody of a former meeting is in at this call bridge, which was away when that ended. */
async function leftBehind(bridge: number): Promise<string> {
  const { cms, slots } = one;
  await one.asAdministrator('PUT', `coSpaces/${spaceId()}`, 'cms1', { nonMemberAccess: 'true' });
  expect(cms.join(number, { name: 'Yesterday', bridge })).toMatchObject({ joined: true });
  await one.asAdministrator('PUT', `coSpaces/${spaceId()}`, 'cms1', { nonMemberAccess: 'false' });
  const [call = ''] = callsOn(bridge);
  const since = Date.now() + 3_000;
  const mark = { number, callBridge: cms.bridge(bridge).url, since, space: spaceId(), call };
  await slots.markUnclean('emea', [{ ...mark, why: 'away' }]);
  return call;
}

it('a start puts out whom it can reach before it lets anybody in', async () => {
  one = await OneConference.begin();
  const former = await leftBehind(1);
  one.cms.clearLog();
  await one.bring();
  const deleted = one.cms.log.find(({ method, path }) => method === 'DELETE' && path.endsWith(former));
  const opened = one.cms.log.find(({ method }) => method === 'PUT');
  expect(deleted?.at).toBeLessThanOrEqual(opened?.at ?? 0);
  expect(one.runsOn).toEqual(['cms1']);
  expect(await one.slots.unclean('emea')).toEqual([]);
  expect(await one.told()).not.toContainEqual(expect.objectContaining({ what: 'slot-unclean' }));
});

it('what a start cannot reach is said, and is out as soon as its call bridge is back', async () => {
  one = await OneConference.begin();
  const former = await leftBehind(1);
  const away = { kind: 'refuse' as const };
  one.cms.bridge(1).setFault(away);
  await one.lose('cms2');
  await one.bring();
  expect(one.cms.bridge(0).calls()).toHaveLength(1);
  expect(await one.told()).toContainEqual({ what: 'slot-unclean', callBridge: one.cms.bridge(1).url });
  expect(callsOn(1)).toEqual([former]);
  await one.cms.bridge(1).clearFault();
  await one.regain('cms2');
  await one.census();
  expect(callsOn(1)).toEqual([]);
  expect(one.cms.bridge(0).calls()).toHaveLength(1);
  expect(await one.slots.unclean('emea')).toEqual([]);
});

it('an end that could not ask a call bridge leaves the slot unclean until it has been asked', async () => {
  one = await OneConference.inFull();
  const run = await one.run();
  one.cms.bridge(1).setFault({ kind: 'refuse' });
  await one.lose('cms2');
  await one.cancel();
  await one.bring();
  expect((await one.run()).closeReason).toBe('cancelled');
  expect(callsOn(0)).toEqual([]);
  expect(await one.slots.unclean('emea')).toMatchObject([
    { number, callBridge: one.cms.bridge(1).url, space: run.space, call: '', why: 'away' },
  ]);
  await one.cms.bridge(1).clearFault();
  await one.regain('cms2');
  await one.bring();
  expect(await one.slots.unclean('emea')).toEqual([]);
});

it('a start in a slot that is clean costs the bridge nothing more', async () => {
  one = await OneConference.begin();
  one.cms.clearLog();
  await one.bring();
  const asked = one.cms.log.map(
    ({ method, path }) => `${method} ${path.replace(/^.*\/v1\//i, '').split('/')[0]}`,
  );
  expect(asked.slice(0, 2)).toEqual(['PUT coSpaces', 'POST calls']);
});
