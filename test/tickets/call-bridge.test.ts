/** What is wrong with one call bridge, or with all of a cluster: seen by the probes, told, and over when it is mended. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { TicketView } from '../../src/cluster/ticket.ts';
import { createTestAuthority } from '../simulators/certificates.ts';
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import type { CmsClusterOptions } from '../simulators/cms/options.ts';
import { until } from '../world/world.ts';
import { certificates, Estate, startCluster } from './estate.ts';

let estate: Estate;
const enders: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  estate = await Estate.open();
});
afterAll(() => estate.close());
afterEach(async () => {
  for (const end of enders.splice(0).reverse()) await end();
});

async function watched(names: readonly string[], options?: Partial<CmsClusterOptions>): Promise<CmsCluster> {
  const cluster = await startCluster(names, options);
  enders.push(() => cluster.stop());
  await estate.configure([{ name: 'emea', callBridges: cluster.bridges }]);
  enders.push(estate.watch());
  return cluster;
}

/** The open tickets, once they are of these codes and no others. */
async function told(...codes: string[]): Promise<TicketView[]> {
  let last: TicketView[] = [];
  return await until(
    async () => {
      await estate.look();
      last = await estate.open();
      return last
        .map(({ code }) => code)
        .sort()
        .join() === [...codes].sort().join()
        ? last
        : undefined;
    },
    60_000,
    () => `expected ${codes.join()}, told are ${JSON.stringify(last)}`,
  );
}

const patience = 120_000;

it('one that does not answer, and all of a cluster', { timeout: patience }, async () => {
  const cms = await watched(['cms1', 'cms2']);
  const [cms1, cms2] = [cms.bridge('cms1'), cms.bridge('cms2')];
  await cms1.kill();
  expect(await told('call-bridge-down')).toMatchObject([
    {
      ...{ severity: 'warning', scope: `call-bridge ${cms1.url}`, about: cms1.url },
      detail: expect.stringMatching(/^localhost:\d+: it refused the connection$/),
    },
  ]);
  await cms2.kill();
  const [none] = await told('no-call-bridge', 'call-bridge-down', 'call-bridge-down');
  expect(none).toMatchObject({ severity: 'critical', about: 'cluster emea' });
  expect(none?.detail).toContain(`localhost:${cms2.port}: `);
  await Promise.all([cms1.restart(), cms2.restart()]);
  await told();
  expect(await estate.summary()).toBe('No open tickets');
});

it('credentials refused', { timeout: patience }, async () => {
  const cms = await watched(['cms1', 'cms2']);
  cms.bridge('cms2').setFault({ kind: 'unauthorized' });
  expect(await told('credentials-refused')).toMatchObject([
    { severity: 'critical', about: cms.bridge('cms2').url, remedy: expect.stringContaining('`password`') },
  ]);
  await cms.bridge('cms2').clearFault();
  await told();
});

it.each([
  [
    'certificate-untrusted',
    () => createTestAuthority().issue(['localhost']),
    /authority that is not trusted/,
  ],
  ['certificate-expired', () => certificates.issue(['localhost'], { expired: true }), /has expired/],
  [
    'certificate-other-name',
    () => certificates.issue(['cms.example.com']),
    /is for cms.example.com, not for localhost/,
  ],
] as const)('%s', { timeout: patience }, async (code, issue, words) => {
  const cms = await watched(['cms1'], { tls: issue() });
  const tickets = await told('no-call-bridge', code);
  expect(tickets.find((ticket) => ticket.code === code)).toMatchObject({
    ...{ severity: 'critical', about: cms.bridge(0).url },
    detail: expect.stringMatching(words),
  });
  expect(tickets.find((ticket) => ticket.code !== code)?.detail).toMatch(words);
  // Mended: it comes back on the same port with a certificate of ours.
  const { port, name } = cms.bridge(0);
  await cms.stop();
  const mended = await startCluster([], {
    callBridges: [{ name, port, username: 'api', password: `${name}-pw` }],
  });
  enders.push(() => mended.stop());
  await told();
});

it('a release too old for a feature', { timeout: patience }, async () => {
  const cms = await watched(['cms1'], { softwareVersion: '2.5.4' });
  expect(await told('version-too-old')).toMatchObject([
    {
      ...{ severity: 'notice', about: cms.bridge(0).url },
      detail: expect.stringMatching(
        /has release 2\.5\.4, which lacks moving participants to another meeting \(2\.6\); control of the lobby \(2\.9\); /,
      ),
    },
  ]);
  const { port } = cms.bridge(0);
  await cms.stop();
  const upgraded = await startCluster([], {
    callBridges: [{ name: 'cms1', port, username: 'api', password: 'cms1-pw' }],
    softwareVersion: '3.2.1',
  });
  enders.push(() => upgraded.stop());
  await told();
});

/** Has what a call bridge says of itself asked for again, which is else done once a minute. */
async function askAgain(): Promise<void> {
  for (const [address, facts] of await estate.bridges.facts())
    await estate.bridges.putFacts(address, { ...facts, at: 0 });
}

/** Told once it is asked for again, and over once it is mended. */
async function toldOfItself(mend: () => void, ...codes: string[]): Promise<TicketView[]> {
  await until(async () => ((await estate.bridges.facts()).size > 0 ? true : undefined), 60_000);
  await askAgain();
  const tickets = await told(...codes);
  mend();
  await askAgain();
  await told();
  return tickets;
}

it('a clock that is off', { timeout: patience }, async () => {
  const cms = await watched(['cms1']);
  cms.bridge(0).setClockAhead(5_000);
  expect(await told('clock-off')).toMatchObject([
    {
      severity: 'warning',
      detail: expect.stringMatching(/^localhost:\d+ is [45] s ahead of the clock here$/),
    },
  ]);
  cms.bridge(0).setClockAhead(-60_000);
  await until(async () => {
    await estate.look();
    return (await estate.open())[0]?.detail.includes(' behind the clock here') ? true : undefined;
  }, 60_000);
  cms.bridge(0).setClockAhead(0);
  await told();
});

it('a replica that is behind', { timeout: patience }, async () => {
  const cms = await watched(['cms1']);
  cms.bridge(0).setDatabaseBehind(4_096);
  const tickets = await toldOfItself(() => cms.bridge(0).setDatabaseBehind(0), 'database-out-of-sync');
  expect(tickets).toMatchObject([
    { severity: 'warning', detail: expect.stringMatching(/: the node cms1 is 4096 bytes behind$/) },
  ]);
});

it('a database that takes no changes', { timeout: patience }, async () => {
  const cms = await watched(['cms1']);
  const mend = cms.bridge(0).raiseAlarm('databaseConnectionError', { failureReason: 'destinationReadOnly' });
  const tickets = await toldOfItself(mend, 'database-read-only');
  expect(tickets).toMatchObject([
    {
      severity: 'critical',
      detail: expect.stringContaining('databaseConnectionError for destinationReadOnly'),
    },
  ]);
});

it('an alarm of its own', { timeout: patience }, async () => {
  const cms = await watched(['cms1']);
  const mend = cms
    .bridge(0)
    .raiseAlarm('recorderUnavailable', { recorder: 'r1', failureReason: 'connectFailure' });
  const tickets = await toldOfItself(mend, 'call-bridge-alarm');
  expect(tickets).toMatchObject([
    {
      about: `${cms.bridge(0).url} recorderUnavailable r1`,
      detail: expect.stringContaining('recorderUnavailable r1 for connectFailure since '),
    },
  ]);
});

it('a load at its limit', { timeout: patience }, async () => {
  const cms = await watched(['cms1']);
  const { url } = cms.bridge(0);
  await estate.callBridges.client('emea', url)?.put('system/configuration/cluster', [['loadLimit', '50']]);
  cms.addSpace({ name: 'Town hall', uri: '1234', callId: '1234' });
  const people = ['Ann', 'Bob'].map((name) => cms.join('1234', { name }));
  const mend = () => {
    const [first] = people;
    expect(first?.joined && cms.leave(first.participant)).toBe(true);
  };
  expect(await toldOfItself(mend, 'call-bridge-overloaded')).toMatchObject([
    {
      ...{ severity: 'warning', about: url },
      detail: expect.stringMatching(/ has a load of 50, and its limit is 50$/),
    },
  ]);
});

it('a certificate that ends soon', { timeout: patience }, async () => {
  const cms = await watched(['cms1'], { tls: certificates.issue(['localhost'], { days: 20 }) });
  expect(await told('certificate-expiring')).toMatchObject([
    { severity: 'warning', detail: expect.stringMatching(/ends on \d{4}-\d\d-\d\d, in 19 days$/) },
  ]);
  const { port } = cms.bridge(0);
  await cms.stop();
  const renewed = await startCluster([], {
    callBridges: [{ name: 'cms1', port, username: 'api', password: 'cms1-pw' }],
  });
  enders.push(() => renewed.stop());
  await until(async () => {
    await askAgain();
    await estate.look();
    return (await estate.open()).length === 0 ? true : undefined;
  }, 60_000);
});
