/** Which policy a meeting has, and what its guests and hosts then dial and enter. */
import { describe, expect, it } from 'vitest';
import { protectionOf, usedPolicies } from '../../src/access-rules.ts';
import { policyFor, sameHosts } from '../../src/conference/access.ts';
import { deriveIdentityKey, derivePasscode, protect } from '../../src/conference/identity.ts';
import { type AccessPolicyConfig, standardPolicies } from '../../src/config.ts';

const own = (name: string, way: AccessPolicyConfig['way'], keywords: string[] = []): AccessPolicyConfig => ({
  ...(standardPolicies().find((policy) => policy.way === way) as AccessPolicyConfig),
  ...{ name, askedBy: { keywords, categories: [] } },
});
const policies = [own('board', 'two-pins', ['@board']), own('easy', 'open'), ...standardPolicies()];
const room = (mailbox: string, access?: string) => ({
  ...{ mailbox, privacy: 'none' as const, conference: 'always' as const },
  ...(access === undefined ? {} : { access }),
});
const configured = {
  access: policies,
  rooms: [
    room('plain'),
    room('pins', 'two-pins'),
    room('apart', 'separate-numbers'),
    room('pin', 'host-pin'),
    room('easy', 'easy'),
  ],
  conference: { passcode: 'random', passcodeLength: 6, access: 'open' },
  clusters: [
    { name: 'emea', numbers: { base: 8_000, quantity: 10, hosts: { base: 9_000 } } },
    { name: 'apac', numbers: { base: 7_000, quantity: 10 } },
  ],
} as unknown as Parameters<typeof protectionOf>[0];
const { access } = protectionOf(configured);

describe('the policy of a meeting', () => {
  it.each<[what: string, rooms: string[], asked: string | undefined, policy: string]>([
    ['is the usual one where its rooms say nothing', ['plain'], undefined, 'open'],
    ['is that of its room', ['pins'], undefined, 'two-pins'],
    ['is the strictest of its rooms', ['plain', 'apart', 'pin', 'pins'], undefined, 'two-pins'],
    [
      'is stricter with a passcode for hosts than with a number for them',
      ['apart', 'pin'],
      undefined,
      'host-pin',
    ],
    [
      'is stricter with a number for hosts than an open one',
      ['apart', 'plain'],
      undefined,
      'separate-numbers',
    ],
    ['is the one that is asked for, whatever its rooms say', ['pins'], 'easy', 'easy'],
    [
      'is that of its rooms where what is asked for is not configured any more',
      ['pin'],
      'former',
      'host-pin',
    ],
    ['is the usual one where it has no room', [], undefined, 'open'],
  ])('%s', (_, rooms, asked, policy) => {
    const meeting = { rooms, ...(asked === undefined ? {} : { access: asked }) };
    expect(policyFor(meeting, access).name).toBe(policy);
  });

  it('is one that a meeting may have where it is named, or can be asked for; an open one puts nothing on a bridge', () => {
    const names = usedPolicies(configured).map(({ name }) => name);
    expect(names).toEqual(['board', 'separate-numbers', 'two-pins', 'host-pin']);
  });
});

describe('what people dial and enter', () => {
  const key = deriveIdentityKey('test');
  const last = (rooms: string[]) =>
    ({ uid: 'uid', rooms }) as unknown as Parameters<typeof protect>[2]['last'];
  const placed = (rooms: string[], change: object = {}, cluster = 'emea') =>
    protect(
      key,
      protectionOf({ ...configured, conference: { ...configured.conference, ...change } }),
      { key: 'uid', last: last(rooms) },
      { cluster, number: cluster === 'emea' ? '8003' : '7003' },
    );
  const guests = derivePasscode(key, 'uid', '8003');
  const hosts = derivePasscode(key, 'uid', '8003', { whose: 'hosts' });

  it.each<[rooms: string, passcode: string, hosts: object | undefined]>([
    ['plain', guests, undefined],
    ['pins', guests, { policy: 'two-pins', number: '8003', passcode: hosts }],
    ['pin', '', { policy: 'host-pin', number: '8003', passcode: hosts }],
    ['apart', guests, { policy: 'separate-numbers', number: '9003', passcode: hosts }],
  ])('with passcodes, in the room %s', (mailbox, passcode, its) => {
    expect(hosts).not.toBe(guests);
    const { secret: _, ...place } = placed([mailbox]);
    expect(place).toEqual({ cluster: 'emea', number: '8003', passcode, ...(its && { hosts: its }) });
  });

  it('without passcodes only what tells hosts apart has one', () => {
    const none = { passcode: 'none' };
    expect(placed(['plain'], none).passcode).toBe('');
    expect(placed(['apart'], none)).toMatchObject({ passcode: '', hosts: { number: '9003', passcode: '' } });
    expect(placed(['pin'], none)).toMatchObject({ passcode: '', hosts: { passcode: hosts } });
    expect(placed(['pins'], none)).toMatchObject({ passcode: guests, hosts: { passcode: hosts } });
  });

  it('is an open conference on a cluster that has no numbers for hosts', () => {
    expect(placed(['apart'], {}, 'apac')).not.toHaveProperty('hosts');
  });

  it.each([4, 5, 8, 12])(
    'has passcodes of %i digits where that is configured, never a run or a pattern',
    (length) => {
      const { passcode, hosts: its } = placed(['pins'], { passcodeLength: length });
      for (const one of [passcode, its?.passcode]) expect(one).toMatch(new RegExp(`^\\d{${length}}$`));
      for (let n = 0; n < 3_000; n += 1) {
        const one = derivePasscode(key, `uid ${n}`, '80991000', { length });
        expect(one).not.toMatch(/^(\d{1,6})\1+$/);
        expect('01234567890123').not.toContain(one);
        expect('80991000').not.toContain(one);
      }
    },
  );

  it('is not what another meeting has on the number at about the same time, to guests or to hosts', () => {
    const length = 4;
    const all = protectionOf({
      ...configured,
      conference: { ...configured.conference, passcodeLength: length },
    });
    const meeting = { key: 'uid', last: last(['pins']) };
    const place = { cluster: 'emea', number: '8003' };
    const of = (whose: 'passcode' | 'hosts') => (uid: string) =>
      derivePasscode(key, uid, '8003', { length, whose });
    const alone = protect(key, all, meeting, place);
    const uids = Array.from({ length: 60_000 }, (_, n) => `other ${n}`);
    const likeGuests = uids.find((uid) => of('hosts')(uid) === alone.passcode) ?? '';
    const likeHosts = uids.find((uid) => of('passcode')(uid) === alone.hosts?.passcode) ?? '';
    const beside = protect(key, all, meeting, place, [likeGuests, likeHosts]);
    expect(beside.passcode).not.toBe(alone.passcode);
    expect(beside.hosts?.passcode).not.toBe(alone.hosts?.passcode);
    expect(protect(key, all, meeting, place, ['other 1']), 'others change nothing').toEqual(alone);
  });

  it('stays as it was told as long as hosts come in alike', () => {
    const before = { policy: 'two-pins', number: '8003', passcode: '111222' };
    expect(sameHosts(before, { ...before, passcode: '333444' })).toBe(true);
    expect(sameHosts(before, { ...before, policy: 'board' })).toBe(false);
    expect(sameHosts(before, { ...before, number: '9003' })).toBe(false);
    expect(sameHosts(before, undefined)).toBe(false);
    expect(sameHosts(undefined, undefined)).toBe(true);
  });
});
