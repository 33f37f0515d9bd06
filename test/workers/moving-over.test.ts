/** An operator wants a conference that runs on another call bridge: it is one conference all the while, with its number. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/conference/operation/operation.ts';
import { number, OneConference, passcode } from './one-conference.ts';

let one: OneConference;
afterEach(() => one.close());

async function ordered(to?: string, request = 'a'): Promise<Outcome | undefined> {
  await one.order(request, { do: 'move-bridge', ...(to === undefined ? {} : { to }) });
  await one.bring();
  return await one.outcome(request);
}

const url = (name: string) => one.cms.bridge(name).url;
const join = (name: string) => one.cms.join(number, { name, passcode });
/** Calls that were begun, on any call bridge. */
const begun = () => one.cms.events.filter(({ kind }) => kind === 'callStarted').length;

describe('a conference that runs', () => {
  it('goes on at the one that is meant: the same number, its rooms called again, the old call ended', async () => {
    one = await OneConference.inFull(['cms1', 'cms2', 'cms3']);
    join('Ann');
    expect(await ordered(url('cms3'))).toMatchObject({
      ...{ state: 'done', did: { what: 'moved-over', callBridge: url('cms3') } },
    });
    expect(one.runsOn).toEqual(['cms3']);
    expect(one.dials).toEqual([2, 2]);
    expect(begun()).toBe(2);
    expect(await one.run()).toMatchObject({ callBridge: url('cms3'), uncleared: [] });
    const told = await one.told();
    expect(told).toContainEqual({ what: 'moved-over', callBridge: url('cms3') });
    expect(told).toContainEqual({ what: 'operated', do: 'move-bridge', by: 'olga', outcome: 'done' });
    expect(join('Ann')).toMatchObject({ joined: true });
  });

  it('goes on at the first other one that is well and in service, where none is meant', async () => {
    one = await OneConference.inFull(['cms1', 'cms2', 'cms3']);
    await one.drain('cms2');
    expect(await ordered()).toMatchObject({ did: { callBridge: url('cms3') } });
    expect(one.runsOn).toEqual(['cms3']);
  });

  it('pressed twice it moves once, and stays where it is meant to be', async () => {
    one = await OneConference.inFull();
    const { host } = new URL(url('cms2'));
    await ordered(host);
    expect(await ordered(host)).toMatchObject({ state: 'done' });
    expect(await ordered(url('cms2'), 'b')).toMatchObject({ state: 'refused', refusal: 'runs-there' });
    expect(one.runsOn).toEqual(['cms2']);
    expect(one.dials).toEqual([2, 2]);
    expect(await ordered(url('cms1'), 'c')).toMatchObject({ state: 'done' });
    expect(one.runsOn).toEqual(['cms1']);
    expect(one.dials).toEqual([3, 3]);
  });

  it.each([
    ['that nobody knows', 'bridge-unknown', async (): Promise<string> => 'https://cms9.example.com'],
    [
      'that is taken out of service',
      'bridge-drained',
      async (): Promise<string> => {
        await one.drain('cms2');
        return url('cms2');
      },
    ],
    [
      'that is down',
      'bridge-down',
      async (): Promise<string> => {
        await one.cms.bridge('cms2').kill();
        await one.lose('cms2');
        return url('cms2');
      },
    ],
    [
      'for it is the only one that is well',
      'no-other-bridge',
      async (): Promise<undefined> => {
        await one.cms.bridge('cms2').kill();
        await one.lose('cms2');
        return undefined;
      },
    ],
  ] as const)('does not go to one %s', async (_, refusal, target) => {
    one = await OneConference.inFull();
    expect(await ordered(await target())).toMatchObject({ state: 'refused', refusal });
    expect(one.runsOn).toEqual(['cms1']);
    expect(one.dials).toEqual([1, 1]);
    expect((await one.run()).callBridge).toBe(url('cms1'));
  });

  it('stays where it is when the other one refuses it, and nothing of it is left there', async () => {
    one = await OneConference.inFull();
    one.cms.bridge('cms2').setFault({ kind: 'busy', match: { method: 'POST', path: /\/calls$/i } });
    expect(await ordered(url('cms2'))).toMatchObject({ state: 'refused', refusal: 'bridge-down' });
    expect(one.runsOn).toEqual(['cms1']);
    expect((await one.run()).callIntent).toBeUndefined();
    await one.look();
    await one.bring();
    expect(await one.run()).toMatchObject({ callBridge: url('cms1'), uncleared: [] });
    expect(one.dials).toEqual([1, 1]);
  });

  it('keeps those who came in through the other one when that refuses it', async () => {
    one = await OneConference.inFull();
    expect(one.cms.join(number, { name: 'Ben', passcode, bridge: 'cms2' })).toMatchObject({ joined: true });
    const isIn = () =>
      one.cms
        .bridge('cms2')
        .participants()
        .some(({ name }) => name === 'Ben');
    expect(isIn()).toBe(true);
    one.cms.bridge('cms2').setFault({ kind: 'busy', match: { method: 'PUT', path: /\/coSpaces\//i } });
    expect(await ordered(url('cms2'))).toMatchObject({ state: 'refused' });
    await one.look();
    await one.bring();
    expect(await one.run()).toMatchObject({ callBridge: url('cms1'), uncleared: [] });
    expect(isIn()).toBe(true);
  });

  it('goes on at one whose answer was lost, which has made the call', async () => {
    one = await OneConference.inFull();
    one.cms
      .bridge('cms2')
      .setFault({ kind: 'cut-answer', match: { method: 'POST', path: /\/calls$/i }, times: 1 });
    expect(await ordered(url('cms2'))).toMatchObject({ state: 'done' });
    expect(one.runsOn).toEqual(['cms2']);
    expect(begun()).toBe(2);
  });
});

it.each(['before', 'after'] as const)(
  'is moved once, though its worker dies just %s any of its writes',
  { timeout: 240_000 },
  async (when) => {
    const deaths: string[] = [];
    for (let write = 1; ; write += 1) {
      one = await OneConference.inFull();
      await one.order('a', { do: 'move-bridge' });
      const wrote = await one.bringToEnd({ write, when });
      const at = wrote?.at(-1) ?? 'no write';
      deaths.push(at);
      await one.bring('another');
      expect.soft(await one.outcome('a'), at).toMatchObject({ did: { callBridge: url('cms2') } });
      expect.soft(one.runsOn, at).toEqual(['cms2']);
      expect.soft(one.dials, at).toEqual([2, 2]);
      expect.soft(begun(), at).toBe(2);
      expect.soft(await one.times('moved-over'), at).toBe(1);
      expect.soft(await one.times('operated'), at).toBe(1);
      if (wrote === undefined) break;
      await one.close();
    }
    for (const wanted of [/progress/, /saveRun/, /^PUT coSpaces/, /^POST calls$/, /callLegs$/, /settle/])
      expect(
        deaths.some((at) => wanted.test(at)),
        String(wanted),
      ).toBe(true);
  },
);
