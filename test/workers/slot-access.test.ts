/** What hosts come in by, on one slot: meeting after meeting, whoever dies over it, nothing of one is left for the next. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listAccessMethods } from '../../src/cms/access-methods.ts';
import { listMembers } from '../../src/cms/members.ts';
import type { AccessPolicy, Hosts } from '../../src/conference/access.ts';
import { standardPolicies } from '../../src/config.ts';
import { readBack } from '../../workers/access-read-back.ts';
import { lockWith, prepareAccess, putOpenAgain, putOpenWith } from '../../workers/slot-access.ts';
import { BridgeScene, base, Death, type Fate } from './bridge-scene.ts';

const number = String(base);
const standard = standardPolicies().filter(({ way }) => way !== 'open');
const memberOnly = standard.flatMap((policy) =>
  policy.way === 'host-member'
    ? [{ ...policy, name: 'member-only', member: { ...policy.member, passcode: false } }]
    : [],
);
const policies = [...standard, ...memberOnly];
const byName = new Map<string, AccessPolicy>(policies.map((policy) => [policy.name, policy]));

let scene: BridgeScene;
beforeAll(async () => {
  scene = await BridgeScene.create(1);
  scene.policies = policies;
  await scene.look();
});
afterAll(() => scene.destroy());

interface Life {
  /** Undefined for an open one. */
  readonly hosts: Hosts | undefined;
  readonly guests: string;
  /** Whether it was prepared ahead, and how each part of its life goes. */
  readonly ahead: boolean;
  readonly deaths: readonly (readonly [write: number, moment: Fate['moment']])[];
  /** Whoever was to close it has died, and nobody has done it before the next. */
  readonly left: boolean;
  /** Its organizer is no user of the bridge. */
  readonly stranger: boolean;
}

const hosts: fc.Arbitrary<Hosts | undefined> = fc.option(
  fc.oneof(
    fc.record({
      policy: fc.constant('two-pins'),
      number: fc.constant(number),
      passcode: fc.constantFrom('111222', '333444'),
    }),
    fc.record({
      policy: fc.constant('host-pin'),
      number: fc.constant(number),
      passcode: fc.constantFrom('111222', '555666'),
    }),
    fc.record({
      policy: fc.constantFrom('host-member', 'member-only'),
      number: fc.constant(number),
      passcode: fc.constant('666777'),
    }),
    fc.record({
      policy: fc.constant('separate-numbers'),
      number: fc.constant('9000'),
      passcode: fc.constantFrom('', '333444'),
    }),
  ),
  { nil: undefined },
);
const life: fc.Arbitrary<Life> = fc
  .record({
    hosts,
    guests: fc.constantFrom('', '777888', '999000'),
    ahead: fc.boolean(),
    deaths: fc.array(
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom('before' as const, 'after' as const)),
      {
        maxLength: 3,
      },
    ),
    left: fc.boolean(),
    stranger: fc.boolean(),
  })
  .map((one) => ({
    ...one,
    // What `protect` sees to.
    guests:
      one.hosts?.policy === 'host-pin'
        ? ''
        : one.hosts?.policy === 'two-pins'
          ? one.guests || '777888'
          : one.guests,
  }));

/** One process after the other, until one comes to the end of it. */
async function untilDone(deaths: Life['deaths'], work: () => Promise<unknown>): Promise<void> {
  for (const [left, moment] of [...deaths, [Number.POSITIVE_INFINITY, 'before'] as const]) {
    Object.assign(scene.fate, { left, moment });
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof Death)) throw error;
    } finally {
      scene.fate.left = Number.POSITIVE_INFINITY;
    }
  }
}

/** Once, however it ends. */
async function once([left, moment]: Life['deaths'][number], work: () => Promise<unknown>): Promise<void> {
  Object.assign(scene.fate, { left, moment });
  await work().catch((error: unknown) => {
    if (!(error instanceof Death)) throw error;
  });
  scene.fate.left = Number.POSITIVE_INFINITY;
}

async function live(key: string, { hosts: own, guests, ahead, deaths, left, stranger }: Life): Promise<void> {
  const deps = { bridges: scene.bridges, policies: byName };
  const client = scene.client(0);
  const organizer = `${stranger ? 'eve' : 'tim'}@example.com`;
  const place = () => ({ key, cluster: 'emea', number, space: scene.space(number), hosts: own, organizer });
  if (ahead)
    await once(deaths[0] ?? [Number.POSITIVE_INFINITY, 'before'], () => prepareAccess(deps, client, place()));
  await untilDone(deaths, async () => {
    await prepareAccess(deps, client, place());
    const fields = { name: key, passcode: guests, secret: `secret of ${key}` };
    await putOpenWith(deps, client, scene.config(), place(), fields);
  });
  const space = scene.cms.space(number);
  const isMember = ['host-member', 'member-only'].includes(own?.policy ?? '') && !stranger;
  const hasMethod = own !== undefined && !(own.policy === 'member-only' && isMember);
  const methods = !hasMethod ? [] : [{ uri: own.number, callId: own.number, passcode: own.passcode }];
  expect(space?.accessMethods, 'its own, and nothing else').toEqual(methods);
  expect(space).toMatchObject({ nonMemberAccess: true, passcode: guests, name: key });
  const jid = 'tim@users.example.com';
  expect([space?.ownerJid, space?.members]).toEqual(isMember ? [jid, [jid]] : [undefined, []]);
  const { callProfile, callLegProfile, accessProfiles = {} } = await scene.bridges.clusterStatus('emea');
  const profiles = own && accessProfiles[own.policy];
  expect(space?.callLegProfile).toBe(profiles?.guests ?? callLegProfile);
  expect(space?.callProfile).toBe(profiles?.call ?? callProfile);
  const close = () => lockWith(deps, client, scene.config(), place());
  if (left) await once(deaths[0] ?? [1, 'before'], close);
  else await untilDone(deaths, close);
}

describe('hosts of one meeting after the other in a slot', () => {
  beforeEach(async () => {
    await lockWith({ bridges: scene.bridges }, scene.client(0), scene.config(), {
      number,
      space: scene.space(number),
    });
  });

  it('find their own access there, and nobody finds that of a meeting before', async () => {
    let meetings = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 6 }), async (lives) => {
        for (const one of lives) {
          meetings += 1;
          await live(`meeting ${meetings}`, one);
        }
        await lockWith({ bridges: scene.bridges }, scene.client(0), scene.config(), {
          number,
          space: scene.space(number),
        });
        expect(scene.cms.space(number)).toMatchObject({
          members: [],
          accessMethods: [],
          passcode: '',
          nonMemberAccess: false,
        });
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});

/** The names and values of an object as the bridge shows it. */
async function read(path: string): Promise<Record<string, string>> {
  const found = await scene.client(1).get(path);
  return Object.fromEntries(found.elements.map(({ name, content }) => [name, content]));
}

describe('each way, read back as Cisco documents it', () => {
  const file = new URL('../fixtures/cms/guest-host-access.json', import.meta.url);
  const { profiles, ways } = JSON.parse(readFileSync(file, 'utf8')) as {
    profiles: Record<'guests' | 'hosts', Record<string, string>>;
    ways: Record<
      string,
      {
        callProfile?: Record<string, string>;
        coSpace: string[];
        accessMethod: string[];
        coSpaceUser?: string[];
      }
    >;
  };

  it.each(Object.entries(ways))('%s', async (way, documented) => {
    const deps = { bridges: scene.bridges, policies: byName };
    const client = scene.client(0);
    const isApart = way === 'separate-numbers';
    const hosts = { policy: way, number: isApart ? '9000' : number, passcode: isApart ? '' : '1234' };
    const space = scene.space(number);
    const place = { key: way, cluster: 'emea', number, space, hosts, organizer: 'tim@example.com' };
    const guests = way === 'two-pins' ? '789' : '';
    await prepareAccess(deps, client, place);
    await putOpenWith(deps, client, scene.config(), place, { name: way, passcode: guests, secret: 's' });
    const own = await read(`coSpaces/${space}`);
    expect(Object.keys(own)).toEqual(expect.arrayContaining(documented.coSpace));
    expect(own).toMatchObject({ uri: number, callId: number, nonMemberAccess: 'true' });
    expect(await read(`callLegProfiles/${own.callLegProfile}`)).toMatchObject(profiles.guests);
    if (documented.callProfile !== undefined)
      expect(await read(`callProfiles/${own.callProfile}`)).toMatchObject(documented.callProfile);
    const [method] = await listAccessMethods(client, space);
    const shown = await read(`coSpaces/${space}/accessMethods/${method?.id}`);
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(documented.accessMethod));
    expect(shown).toMatchObject({ uri: hosts.number, callId: hosts.number });
    expect(shown.passcode ?? '').toBe(hosts.passcode);
    expect(await read(`callLegProfiles/${shown.callLegProfile}`)).toMatchObject(profiles.hosts);
    const [member] = await listMembers(client, space);
    expect(member === undefined).toBe(documented.coSpaceUser === undefined);
    if (member !== undefined) {
      const user = await read(`coSpaces/${space}/coSpaceUsers/${member}`);
      expect(Object.keys(user)).toEqual(expect.arrayContaining(documented.coSpaceUser ?? []));
      expect(user.callLegProfile).toBe(shown.callLegProfile);
    }
    await lockWith({ bridges: scene.bridges }, client, scene.config(), { number, space, hosts });
  });
});

describe('what is read back ahead of a start', () => {
  const hosts = { policy: 'two-pins', number, passcode: '1234' };
  const deps = () => ({ bridges: scene.bridges, policies: byName });
  const place = (key: string) => ({
    ...{ key, cluster: 'emea', number, space: scene.space(number), hosts },
    organizer: 'tim@example.com',
  });
  const change = async (form: Record<string, string>) => {
    const { space } = place('');
    const [method] = await listAccessMethods(scene.client(0), space);
    await scene.client(0).put(`coSpaces/${space}/accessMethods/${method?.id}`, Object.entries(form));
  };

  it.each([
    [
      'another passcode',
      () => change({ passcode: '9999' }),
      'the passcode of the access method for hosts is another',
    ],
    [
      'another number',
      () => change({ callId: '4711' }),
      'the callId of the access method for hosts is another',
    ],
    [
      'its being gone',
      async () => {
        const [method] = await listAccessMethods(scene.client(0), scene.space(number));
        await scene.client(0).delete(`coSpaces/${scene.space(number)}/accessMethods/${method?.id}`);
      },
      'the access method for hosts is gone',
    ],
    [
      'another beside it',
      async () => {
        await scene.client(0).post(`coSpaces/${scene.space(number)}/accessMethods`, [['passcode', '777']]);
      },
      'there are other access methods beside that for hosts',
    ],
  ])('tells %s, and the next look puts it right', async (_what, spoil, told) => {
    const client = scene.client(0);
    const own = place(`changed to ${told}`);
    await prepareAccess(deps(), client, own);
    expect(await readBack(deps(), client, own)).toBeUndefined();
    await spoil();
    expect(await readBack(deps(), client, own)).toBe(told);
    await prepareAccess(deps(), client, own);
    expect(await readBack(deps(), client, own)).toBeUndefined();
    expect(scene.cms.space(number)?.accessMethods).toEqual([
      { uri: number, callId: number, passcode: '1234' },
    ]);
    await lockWith(deps(), client, scene.config(), own);
  });

  const spoilMember = async (form: Readonly<Record<string, string>>) => {
    const space = scene.space(number);
    const [member] = await listMembers(scene.client(0), space);
    await scene.client(0).put(`coSpaces/${space}/coSpaceUsers/${member}`, Object.entries(form));
  };

  it.each([
    [
      'another owner',
      () => scene.client(0).put(`coSpaces/${scene.space(number)}`, [['ownerJid', '']]),
      'the owner of the space is another than its organizer',
    ],
    [
      'its organizer being no member any more',
      async () => {
        const [member] = await listMembers(scene.client(0), scene.space(number));
        await scene.client(0).delete(`coSpaces/${scene.space(number)}/coSpaceUsers/${member}`);
      },
      'its organizer is no member of the space any more',
    ],
    [
      'another profile of the member',
      () => spoilMember({ callLegProfile: '' }),
      'the callLegProfile of the member is another',
    ],
    [
      'a right more',
      () => spoilMember({ canDeleteAllMessages: 'true' }),
      'canDeleteAllMessages of the member is another',
    ],
  ])('of a member tells %s, and the next look puts it right', async (_what, spoil, told) => {
    const client = scene.client(0);
    const hostsOfIt = { policy: 'member-only', number, passcode: '666777' };
    const own = { ...place(`member: ${told}`), hosts: hostsOfIt, organizer: 'tim@example.com' };
    await prepareAccess(deps(), client, own);
    expect(await readBack(deps(), client, own)).toBeUndefined();
    await spoil();
    expect(await readBack(deps(), client, own)).toBe(told);
    await prepareAccess(deps(), client, own);
    expect(await readBack(deps(), client, own)).toBeUndefined();
    await lockWith(deps(), client, scene.config(), own);
  });
});

describe('profiles that somebody has removed from the bridge', () => {
  const hosts = { policy: 'two-pins', number, passcode: '1234' };
  const deps = () => ({ bridges: scene.bridges, policies: byName });
  const place = (key: string) => ({
    ...{ key, cluster: 'emea', number, space: scene.space(number), hosts },
    organizer: 'tim@example.com',
  });
  const fields = { name: 'Budget', passcode: '789', secret: 's' };
  const idsOf = async () => (await scene.bridges.clusterStatus('emea')).accessProfiles?.['two-pins'];

  it.each(['guests', 'hosts'] as const)('are made again by the start: those of %s', async (whose) => {
    const client = scene.client(0);
    const own = place(`without ${whose}`);
    const gone = (await idsOf())?.[whose] ?? '';
    await client.delete(`callLegProfiles/${gone}`);
    await prepareAccess(deps(), client, own);
    await putOpenWith(deps(), client, scene.config(), own, fields);
    const ids = await idsOf();
    expect(ids?.[whose]).not.toBe(gone);
    const space = scene.cms.space(number);
    expect(space).toMatchObject({ nonMemberAccess: true, callLegProfile: ids?.guests });
    expect((await listAccessMethods(client, own.space)).map(({ callLegProfile }) => callLegProfile)).toEqual([
      ids?.hosts,
    ]);
    await lockWith(deps(), client, scene.config(), own);
  });

  it('keep no slot open at its end', async () => {
    const client = scene.client(0);
    const own = place('last');
    await prepareAccess(deps(), client, own);
    await putOpenWith(deps(), client, scene.config(), own, fields);
    const { callProfile } = await scene.bridges.clusterStatus('emea');
    await client.delete(`callProfiles/${callProfile}`);
    await lockWith(deps(), client, scene.config(), own);
    expect(scene.cms.space(number)).toMatchObject({
      nonMemberAccess: false,
      passcode: '',
      accessMethods: [],
    });
  });

  it('are changed on purpose while it runs, and stay so', async () => {
    await scene.look();
    const client = scene.client(0);
    const own = place('changed');
    await prepareAccess(deps(), client, own);
    await putOpenWith(deps(), client, scene.config(), own, fields);
    const other = await client.post('callLegProfiles', [['needsActivation', false]]);
    await client.put(`coSpaces/${own.space}`, [['callLegProfile', other]]);
    await putOpenAgain(deps(), client, scene.config(), own, fields);
    expect(scene.cms.space(number)?.callLegProfile).toBe(other);
    // A space that was deleted has its policy again.
    scene.cms.removeSpace(own.space);
    await putOpenAgain(deps(), client, scene.config(), own, fields);
    expect(scene.cms.space(number)).toMatchObject({
      ...{ callLegProfile: (await idsOf())?.guests, nonMemberAccess: true },
      accessMethods: [{ uri: number, callId: number, passcode: '1234' }],
    });
    await lockWith(deps(), client, scene.config(), { ...own, space: scene.space(number) });
  });
});
