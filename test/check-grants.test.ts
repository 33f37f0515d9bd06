import { describe, expect, test } from 'vitest';
import { checkGrants, type Reach, rolesOf } from '../src/check-grants.ts';
import type { Config } from '../src/config.ts';
import { changed, load } from './config/sound.ts';

const config = (invitation: object = {}): Config => load(changed(['invitation', invitation]));
const reach = (change: Partial<Reach> = {}): Reach => ({
  rooms: true,
  organizers: true,
  refused: true,
  ...change,
});
const both = ['Calendars.Read', 'Calendars.ReadWrite'];

const rows = (roles: string[], change: Partial<Reach> = {}, invitation: object = {}) =>
  checkGrants(config(invitation), roles, reach(change)).map(({ what, state }) => `${what}: ${state}`);

test('the roles are those of the token, and none of what is no token', () => {
  const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
  expect(rolesOf(token({ roles: both }))).toEqual(both);
  for (const other of [token({}), token({ roles: 'x' }), 'opaque', 'a.b.c', ''])
    expect(rolesOf(other)).toEqual([]);
});

describe('permissions for calendars', () => {
  test.each([
    [both, true, 'ok', /^Calendars\.Read, Calendars\.ReadWrite$/],
    [['Calendars.ReadWrite'], true, 'warning', /may refuse subscriptions/],
    [['Calendars.Read'], true, 'warning', /joining details can't be written/],
    [[], true, 'warning', /RBAC for Applications grants it; whether writing/],
    [['MailboxSettings.Read'], false, 'FAILED', /no permission for calendars/],
  ] as const)('%j, a room read: %j: %s', (roles, rooms, state, words) => {
    const [finding] = checkGrants(config(), roles, reach({ rooms }));
    expect(finding).toMatchObject({ what: 'permissions', state, detail: expect.stringMatching(words) });
    if (state !== 'ok')
      expect(finding?.remedy).toMatch(/grant the application c1|Get-ManagementRoleAssignment/);
  });

  test('reading is enough where nothing is written into calendars', () => {
    const mail = { ways: ['mail'], mail: { from: 'rooms@example.com' } };
    expect(rows(['Calendars.Read'], {}, mail)[0]).toBe('permissions: ok');
    expect(rows([], { organizers: false }, mail)).toEqual(['permissions: ok']);
  });
});

describe('grants wider than needed', () => {
  test.each([
    ['what is used', [...both, 'MailboxSettings.Read', 'Place.Read.All', 'User.Read.All'], {}, undefined],
    ['mail that nobody sends', [...both, 'Mail.Send'], {}, 'Mail.Send'],
    [
      'mail that is sent',
      [...both, 'Mail.Send', 'Mail.Read'],
      { mail: { from: 'rooms@example.com' } },
      undefined,
    ],
    [
      'writing that is never done',
      both,
      { ways: ['mail'], mail: { from: 'a@example.com' } },
      'Calendars.ReadWrite',
    ],
    [
      'the directory',
      [...both, 'User.ReadWrite.All', 'Directory.Read.All'],
      {},
      'Directory.Read.All, User.ReadWrite.All',
    ],
  ])('%s', (_, roles, invitation, named) => {
    const found = checkGrants(config(invitation), roles, reach()).find(({ what }) => what === 'grants');
    if (named === undefined) expect(found).toBeUndefined();
    else {
      expect(found).toMatchObject({ state: 'warning', detail: expect.stringMatching(`^${named}: nothing`) });
      const command = found?.shared?.[0]?.command ?? '';
      for (const one of named.split(', ')) expect(command).toContain(`'${one}'`);
      expect(command).toContain("appId eq 'c1'");
    }
  });
});

describe('how far the grant reaches', () => {
  test.each<[string, string[], Partial<Reach>, object, string[]]>([
    ['as far as the tenant, for all that is seen', both, { refused: false }, {}, ['reach: warning']],
    ['as far as a scope, for somebody was refused', both, {}, {}, ['reach: ok']],
    ['beyond, for the one outside can be read', both, { outside: 'read' }, {}, ['reach: warning']],
    [
      'no farther, for the one outside is refused',
      both,
      { refused: false, outside: 'refused' },
      {},
      ['reach: ok'],
    ],
    ['beyond by RBAC alone', [], { outside: 'read' }, {}, ['reach: warning']],
    ['not to be seen by RBAC alone', [], { refused: false }, {}, []],
    ['to organizers, whom only the rooms answer', both, {}, { ways: ['reply'] }, ['reach: warning']],
    [
      'to no organizer, whom only the rooms answer',
      both,
      { organizers: false },
      { ways: ['reply'] },
      ['reach: ok'],
    ],
  ])('%s', (_, roles, change, invitation, expected) => {
    expect(rows(roles, change, invitation).filter((row) => row.startsWith('reach'))).toEqual(expected);
  });

  test('the lines that narrow it grant by a scope first, then take the consent for all away', () => {
    const finding = checkGrants(config(), [...both, 'Mail.Send'], reach({ refused: false })).at(-1);
    const [grant, consent, policy] = (finding?.shared ?? []).map(({ command }) => command);
    expect(grant).toMatch(
      /New-ServicePrincipal -AppId c1 .*New-ManagementScope .*"Application Calendars\.ReadWrite"/,
    );
    expect(consent).toMatch(
      /'Calendars\.Read','Calendars\.ReadWrite','Mail\.Send'.*Remove-MgServicePrincipalAppRole/,
    );
    expect(policy).toMatch(/^New-ApplicationAccessPolicy -AppId c1 .* -AccessRight RestrictAccess/);
  });
});
