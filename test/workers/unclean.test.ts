/** Nobody of the meeting before in the same slot lands in the next one, whatever call bridge was away at its end. */
import { afterEach, expect, it } from 'vitest';
import { mergeBookings } from '../../src/meeting/booking.ts';
import { deleteCalls } from '../../workers/steps.ts';
import { number, OneConference } from './one-conference.ts';

let one: OneConference;
afterEach(() => one.close());

const spaceId = () => one.cms.space(number)?.id ?? '';
const callsOn = (bridge: number) =>
  one.cms
    .bridge(bridge)
    .calls()
    .map(({ id }) => id);

/** Somebody of a former meeting is in at this call bridge, which was away when that ended; it ran there, or nobody knew. */
async function leftBehind(bridge: number, isKnown = true): Promise<string> {
  const { cms, slots } = one;
  await one.asAdministrator('PUT', `coSpaces/${spaceId()}`, 'cms1', { nonMemberAccess: 'true' });
  expect(cms.join(number, { name: 'Yesterday', bridge })).toMatchObject({ joined: true });
  await one.asAdministrator('PUT', `coSpaces/${spaceId()}`, 'cms1', { nonMemberAccess: 'false' });
  const [call = ''] = callsOn(bridge);
  const since = Date.now() + 3_000;
  const mark = {
    number,
    callBridge: cms.bridge(bridge).url,
    since,
    space: spaceId(),
    call: isKnown ? call : '',
  };
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

it('where the meeting before ran on a call bridge that cannot be reached, the next one gets another slot', async () => {
  one = await OneConference.begin();
  const former = await leftBehind(1);
  one.cms.bridge(1).setFault({ kind: 'refuse' });
  await one.lose('cms2');
  await one.bring();
  const { placement, run } = await one.meeting();
  expect(placement?.number).not.toBe(number);
  expect(run).toMatchObject({ number: placement?.number, callBridge: one.cms.bridge(0).url });
  expect(one.dials).toEqual([1, 1]);
  expect(one.cms.space(number)?.nonMemberAccess).toBe(false);
  expect((await one.told()).filter(({ what }) => what === 'rehomed')).toMatchObject([
    {
      reason: expect.stringMatching(/^people of the meeting before may still be in the slot, on localhost:/),
    },
  ]);
  expect(callsOn(1)).toEqual([former]);
});

it('so it does where the meeting before was not even closed, for nobody could be told at its end', async () => {
  one = await OneConference.begin();
  const { cms, meetings, slots } = one;
  await one.asAdministrator('PUT', `coSpaces/${spaceId()}`, 'cms1', { nonMemberAccess: 'true' });
  expect(cms.join(number, { name: 'Yesterday', bridge: 1 })).toMatchObject({ joined: true });
  const [call = ''] = callsOn(1);
  const { booked } = await one.meeting();
  const start = (booked?.start ?? 0) - 3_600_000;
  const former = {
    ...{ key: 'former', uid: 'former', eventId: 'e', title: 'Yesterday', isPrivate: false },
    ...{ start, end: start + 3_600_000, timesSince: start },
  };
  await meetings.putBooking('c@x', 'former', former, mergeBookings(new Map([['c@x', former]])), []);
  await meetings.adoptRun(
    'former',
    {
      ...{ cluster: 'emea', number, space: spaceId(), name: 'Yesterday', passcode: '', secret: 's' },
      ...{ end: former.end, callBridge: cms.bridge(1).url, call, openedAt: start, rooms: {} },
    },
    [],
  );
  const wish = { key: 'former', from: start, to: former.end };
  const range = { name: 'emea', numbers: { base: Number(number), quantity: 5 } };
  expect(await slots.reserve(range, [wish], { mode: 'found', number })).toBe(number);
  cms.bridge(1).setFault({ kind: 'refuse' });
  await one.lose('cms2');
  await one.bring();
  const { placement, run } = await one.meeting();
  expect(placement?.number).not.toBe(number);
  expect(run).toMatchObject({ number: placement?.number, callBridge: cms.bridge(0).url });
  expect(cms.space(number)?.name).not.toBe(cms.space(placement?.number ?? '')?.name);
  expect(callsOn(1)).toEqual([call]);
});

it('which is not needed where its peers say that it is gone', async () => {
  one = await OneConference.begin();
  await leftBehind(1);
  await one.cms.bridge(1).kill();
  await one.lose('cms2');
  await one.cms.waitFor(() => one.cms.bridge(1).alive === false);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await one.bring();
  expect((await one.meeting()).placement?.number).toBe(number);
  expect((await one.told()).map(({ what }) => what)).not.toContain('slot-unclean');
});

it('what a start cannot reach is said, and is out as soon as its call bridge is back', async () => {
  one = await OneConference.begin();
  const former = await leftBehind(1, false);
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

it('a call that the next meeting has made meanwhile is not taken for one that was left', async () => {
  one = await OneConference.begin();
  const space = spaceId();
  const bridge = one.cms.bridge(0);
  const ask = one.callBridges.client('emea', bridge.url);
  if (ask === undefined) throw new Error('it is configured');
  // Listed late: by then the next meeting has the slot, and its call.
  bridge.setFault({ kind: 'late', ms: 600, times: 1, match: { method: 'GET', path: /calls$/i } });
  const deleted = deleteCalls(ask, space, {}, async (calls) => ((await one.meeting()).run ? [] : calls));
  await one.bring();
  expect(await deleted).toBe(true);
  expect(bridge.calls()).toHaveLength(1);
});
