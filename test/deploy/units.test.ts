/** The units of systemd are read by systemd's own tools, which need no systemd that runs. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const units = join(import.meta.dirname, '../../deploy/systemd');
const folder = mkdtempSync(join(tmpdir(), 'roombridge-units-'));
const names = ['roombridge.service', 'roombridge@.service'];
const textOf = (name: string) => readFileSync(join(units, name), 'utf8');

function analyze(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Where tests must not pass without it, its being away is a failure; a Mac has none. */
const isThere = spawnSync('systemd-analyze', ['--version']).error === undefined;
const isWanted = isThere || process.env.CI !== undefined;

beforeAll(() => {
  // What they start is not installed where this runs.
  const command = join(folder, 'roombridge');
  writeFileSync(command, '#!/bin/sh\n');
  chmodSync(command, 0o755);
  for (const name of names)
    writeFileSync(join(folder, name), textOf(name).replace('ExecStart=roombridge ', `ExecStart=${command} `));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('there are the two units, and the user that they run as', () => {
  expect(readdirSync(units).sort()).toEqual([
    'roombridge.service',
    'roombridge.sysusers',
    'roombridge@.service',
  ]);
  for (const name of names) expect(textOf(name)).toMatch(/^User=roombridge$/m);
  expect(textOf('roombridge.sysusers')).toMatch(/^u roombridge /m);
});

it('both are hardened alike', () => {
  const [one, template] = names.map((name) =>
    textOf(name)
      .slice(textOf(name).indexOf('StateDirectory='))
      .split('\n')
      .filter((line) => !line.startsWith('#')),
  );
  expect(template).toEqual(one);
});

describe.runIf(isWanted)('systemd-analyze', () => {
  it.each(['roombridge.service', 'roombridge@receiver.service', 'roombridge@worker.service'])(
    'finds nothing wrong in %s',
    (name) => {
      const { status, stderr } = analyze('verify', `./${name}`);
      // It reads what they wait for as well, which may be this machine's own mistake.
      expect(stderr.split('\n').filter((line) => line.includes('roombridge'))).toEqual([]);
      expect(status).toBe(0);
    },
  );

  it('would find a key that is not known', () => {
    writeFileSync(join(folder, 'wrong.service'), '[Service]\nExecStart=/bin/true\nProtectEverything=yes\n');
    expect(analyze('verify', './wrong.service').stderr).toMatch(/Unknown key.*'ProtectEverything'/);
  });

  // The exposure is from 0 to 10, here in tenths. A program that talks to the network has some 1.3; others'
  // versions of systemd count a little differently.
  it.each(names)('counts little exposure of %s', (name) => {
    const { status, stdout } = analyze('security', '--offline=true', '--threshold=20', `./${name}`);
    expect(stdout).toMatch(/Overall exposure level/);
    expect(status).toBe(0);
  });
});
