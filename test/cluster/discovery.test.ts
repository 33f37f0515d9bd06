/** Which of a cluster's members is which of the configured call bridges, and which belongs to whom. */
import { describe, expect, it } from 'vitest';
import {
  configuredAddress,
  type Discovery,
  hostOf,
  knownAlready,
  memberAt,
  strangers,
  tellKnownAlready,
} from '../../src/cluster/discovery.ts';
import { lacking } from '../../src/cluster/feature.ts';

const [a, b, c] = [
  'https://cms1.example.com:445',
  'https://cms2.example.com:445',
  'https://cms3.example.com',
];
const bridges = (...addresses: string[]) => ({
  name: 'emea',
  callBridges: addresses.map((address) => ({ address })),
});
const discovery = (
  members: readonly [id: string, name: string, address?: string][],
  places: Record<string, { uniqueName?: string; members?: string[] }>,
): Discovery => ({
  at: 0,
  members: members.map(([id, name, address]) => ({
    id,
    name,
    ...(address === undefined ? {} : { address }),
  })),
  places: Object.fromEntries(
    Object.entries(places).map(([address, place]) => [
      address,
      { members: members.map(([id]) => id), ...place },
    ]),
  ),
});

describe('a configured call bridge', () => {
  const seen = discovery(
    [
      ['1', 'core1', 'https://14.80.82.30:445'],
      ['2', 'core2', b],
      ['3', 'core3'],
    ],
    { [a as string]: { uniqueName: 'core1' }, [b as string]: {} },
  );

  it('is known by its own name, else by its address', () => {
    expect(memberAt(seen, a as string)?.id).toBe('1');
    expect(memberAt(seen, b as string)?.id).toBe('2');
    expect(memberAt(seen, c as string)).toBeUndefined();
  });

  it('is found from its member; a member without credentials has none', () => {
    const cluster = bridges(b as string, a as string);
    expect(seen.members.map((member) => configuredAddress(cluster, seen, member))).toEqual([a, b, undefined]);
  });

  it('is the same with its port spelled out, in any case', () => {
    const spelled = discovery([['1', 'x', 'https://CMS3.example.com:443/']], {});
    expect(memberAt(spelled, c as string)?.id).toBe('1');
    expect(memberAt(discovery([['1', 'x', 'cms3.example.com']], {}), c as string)?.id).toBe('1');
    expect(memberAt(discovery([['1', 'x', 'not an address']], {}), c as string)).toBeUndefined();
  });
});

describe('strangers', () => {
  const of = (...members: string[][]) => {
    const addresses = [a, b, c].slice(0, members.length) as string[];
    const places = Object.fromEntries(
      addresses.map((address, i) => [address, { members: members[i] ?? [] }]),
    );
    return strangers(bridges(...addresses), { at: 0, members: [], places });
  };

  it('have other members than the first', () => {
    expect(of(['1', '2'], ['2', '1'])).toEqual([]);
    expect(of(['1', '2'], ['3'], ['1', '2'])).toEqual([b]);
    expect(of(['1', '2'], [])).toEqual([b]);
  });

  it('are also those that stand alone beside another that does', () => {
    expect(of([])).toEqual([]);
    expect(of([], [])).toEqual([b]);
  });

  it('cannot be told of those that could not be asked', () => {
    expect(strangers(bridges(a as string, b as string), { at: 0, members: [], places: {} })).toEqual([]);
  });
});

describe('a cluster that is known already', () => {
  const first = discovery(
    [
      ['1', 'core1', a],
      ['2', 'core2', b],
    ],
    { [a as string]: { uniqueName: 'core1' } },
  );
  const before = [[bridges(a as string), first]] as const;

  it('lists a member of one before it', () => {
    const own = discovery([['2', 'core2']], { 'https://14.80.82.31': {} });
    const known = knownAlready(bridges('https://14.80.82.31'), own, before);
    expect(known).toEqual({ address: 'https://14.80.82.31', cluster: 'emea', through: a });
    expect(tellKnownAlready(known as NonNullable<typeof known>)).toBe(
      '14.80.82.31 is part of a clustered call bridge and has already been added through cms1.example.com:445 (cluster emea)',
    );
  });

  it('stands at the address of a member of one before it, though it does not answer', () => {
    expect(knownAlready(bridges(c as string, b as string), undefined, before)?.address).toBe(b);
  });

  it('is none that shares nothing with them', () => {
    expect(
      knownAlready(bridges(c as string), discovery([['3', 'x', c]], { [c as string]: {} }), before),
    ).toBeUndefined();
    expect(knownAlready(bridges(c as string), undefined, [])).toBeUndefined();
  });

  it('is none beside one that stands alone', () => {
    const alone = discovery([], { [a as string]: {} });
    expect(
      knownAlready(bridges(b as string), discovery([], { [b as string]: {} }), [
        [bridges(a as string), alone],
      ]),
    ).toBeUndefined();
  });
});

it('an address is told without its scheme', () => {
  expect([hostOf(a as string), hostOf('cms1')]).toEqual(['cms1.example.com:445', 'cms1']);
});

describe('what a release lacks', () => {
  it.each([
    ['3.2.1', 0],
    ['3.10', 0],
    ['3.1', 1],
    ['2.9.5', 1],
    ['2.8', 2],
    ['2.6', 2],
    ['2.5.4', 3],
    ['2.1', 3],
    ['2.0(RC)', 5],
    ['1.9', 5],
    ['', 0],
    ['new', 0],
  ])('%s lacks %d of them', (version, count) => {
    expect(lacking(version)).toHaveLength(count);
  });

  it('is told with the release that has it', () => {
    expect(lacking('3.1.2')).toEqual(['moving participants of the web app (3.2)']);
  });
});
