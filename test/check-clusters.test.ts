import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { access, check, cluster, hostOf } from './check-run.ts';
import { createTestAuthority } from './simulators/certificates.ts';
import { CmsCluster } from './simulators/cms/cluster.ts';
import { base, World } from './world/world.ts';

describe('call bridges and slots', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ callBridges: ['cms1', 'cms2', 'cms3'] });
  });
  afterAll(() => world.destroy());

  test('each call bridge tells its own fault, the certificate by name', async () => {
    const authority = createTestAuthority();
    writeFileSync(join(world.folder, 'other.pem'), authority.ca);
    const started = (name: string, tls: { key: string; cert: string }) =>
      CmsCluster.start({ tls, callBridges: [{ name, username: 'api', password: 'cms9-pw' }] });
    const names = ['localhost', '127.0.0.1'];
    const expired = await started('expired', authority.issue(names, { expired: true }));
    const misnamed = await started('misnamed', authority.issue(['cms.example.com']));
    const [dead, sound, wrong] = world.cms.bridges;
    if (dead === undefined || sound === undefined || wrong === undefined) throw new Error('three bridges');
    await dead.kill();
    const checked = await check(world, {
      clusters: [
        cluster('emea', [access(dead), access(sound), { ...access(wrong), password: 'hunter2' }]),
        cluster('apac', [...expired.bridges, ...misnamed.bridges].map(access), { ca: 'other.pem' }),
        cluster('amer', [{ ...access(sound), address: sound.url.replace('localhost', '127.0.0.1') }], {
          ca: 'other.pem',
        }),
      ],
    });
    const of = (url: string) => checked.row(`call bridge ${hostOf(url)}`);
    expect(of(dead.url)).toMatchObject({
      state: 'FAILED',
      detail: 'it refused the connection',
      remedy: expect.stringContaining('clusters[0].callBridges[0].address'),
    });
    expect(of(sound.url)?.state).toBe('ok');
    expect(of(wrong.url)).toMatchObject({
      state: 'FAILED',
      detail: 'refuses the user name or the password (401)',
      remedy: expect.stringMatching(
        /mend clusters\[0\]\.callBridges\[2\]\.username.*change its password before/,
      ),
    });
    expect(of(expired.bridge(0).url)).toMatchObject({
      state: 'FAILED',
      detail: 'its certificate has expired',
      remedy: 'give it a new certificate',
    });
    expect(of(misnamed.bridge(0).url)).toMatchObject({
      state: 'FAILED',
      detail: 'its certificate is for cms.example.com, not for localhost',
      remedy: expect.stringContaining('clusters[1].callBridges[1].address'),
    });
    expect(of(sound.url.replace('localhost', '127.0.0.1'))).toMatchObject({
      state: 'FAILED',
      detail: 'its certificate comes from an authority that is not trusted here',
      remedy: expect.stringContaining('clusters[2].ca'),
    });
    expect(checked.row('slots of emea')?.state).toBe('ok');
    expect(checked.row('slots of apac')?.detail).toMatch(/could not be counted/);
    expect(checked.code).toBe(1);
    await Promise.all([dead.restart(), expired.stop(), misnamed.stop()]);
  });

  test('call bridges that do not share their spaces are told apart', async () => {
    const issued = {
      key: readFileSync(join(world.folder, 'key.pem'), 'utf8'),
      cert: readFileSync(join(world.folder, 'cert.pem'), 'utf8'),
    };
    const other = await CmsCluster.start({
      tls: issued,
      callBridges: [{ name: 'stranger', username: 'api', password: 'cms9-pw' }],
    });
    const alone = await Promise.all(
      ['one', 'two'].map((name) =>
        CmsCluster.start({
          tls: issued,
          standalone: true,
          callBridges: [{ name, username: 'api', password: 'cms9-pw' }],
        }),
      ),
    );
    const checked = await check(world, {
      clusters: [
        cluster('emea', [...world.cms.bridges, ...other.bridges].map(access)),
        cluster('apac', alone.flatMap(({ bridges }) => bridges).map(access)),
      ],
    });
    expect(checked.row('cluster emea')).toMatchObject({
      state: 'warning',
      detail: `${hostOf(other.bridge(0).url)} is of another cluster than ${hostOf(world.cms.bridge(0).url)}`,
    });
    expect(checked.row('cluster apac')).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('stand alone, each with spaces of its own'),
    });
    expect(checked.code).toBe(0);
    await Promise.all([other, ...alone].map((one) => one.stop()));
  });

  test('a cluster that is configured already under another name is refused', async () => {
    const [first, second] = world.cms.bridges;
    if (first === undefined || second === undefined) throw new Error('two bridges');
    const checked = await check(world, {
      clusters: [cluster('emea', [access(first)]), cluster('again', [access(second)])],
    });
    expect(checked.row('cluster again')).toMatchObject({
      state: 'FAILED',
      detail: `${hostOf(second.url)} is part of a clustered call bridge and has already been added through ${hostOf(first.url)} (cluster emea)`,
      remedy: expect.stringContaining('list its call bridges with cluster emea'),
    });
    expect(checked.code).toBe(1);
  });

  test('numbers of the range that somebody else has are counted and named', async () => {
    const slot = world.cms.addSpace({ name: 'a slot', uri: `${base}`, callId: `${base}` });
    const foreign = world.cms.addSpace({ name: "Ann's space", uri: `${base + 1}`, callId: '4711' });
    const checked = await check(world);
    expect(checked.row('slots of emea')).toMatchObject({
      state: 'warning',
      detail: `1 of 20 stand; 1 taken by spaces of others: ${base + 1} (Ann's space); Roombridge makes the missing 18 when it runs`,
      remedy: expect.stringContaining('choose another range under numbers'),
    });
    for (const id of [slot, foreign]) world.cms.removeSpace(id);
  });
});
