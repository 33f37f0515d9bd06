import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Machine } from './machine.ts';

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => machine.destroy());

const setup = (...args: string[]) => machine.run('deploy/setup.sh', ...args);
const apt = 'apt-get install -y --no-install-recommends';
const npm = ['npm ci --ignore-scripts --include=dev --no-audit --no-fund', 'npm run build'];

describe('the set-up script installs what lacks', () => {
  it('with apt-get, its lists read once, and without starting a service', () => {
    machine.manager('apt-get', ['redis-server', 'openssl', 'chromium']);
    const { status, calls, stdout } = setup();
    expect(calls).toEqual([
      'apt-get update',
      `${apt} redis-server`,
      'services forbidden',
      `${apt} openssl`,
      'services forbidden',
      `${apt} chromium`,
      'services forbidden',
      ...npm,
    ]);
    expect(status).toBe(0);
    expect(existsSync(machine.policy)).toBe(false);
    expect(stdout).toContain('setup: installing a Redis server: apt-get, package redis-server\n');
    expect(stdout.trimEnd().endsWith('setup: done')).toBe(true);
  });

  it("and leaves the machine's own rule about services as it is", () => {
    machine.manager('apt-get', ['redis-server', 'openssl']);
    writeFileSync(machine.policy, 'exit 0\n');
    expect(setup('--no-browser').status).toBe(0);
    expect(readFileSync(machine.policy, 'utf8')).toBe('exit 0\n');
  });

  it('and takes away the rule that a killed run left', () => {
    machine.manager('apt-get', ['redis-server', 'openssl']);
    writeFileSync(machine.policy, '# Put here for a moment by deploy/setup.sh of roombridge.\n');
    expect(setup('--no-browser').status).toBe(0);
    expect(existsSync(machine.policy)).toBe(false);
  });

  it.each([
    ['dnf', 'dnf install -y --setopt=install_weak_deps=False'],
    ['apk', 'apk add --no-cache'],
    ['brew', 'brew install'],
  ])('with %s', (manager, install) => {
    machine.command('openssl');
    machine.manager(manager, ['redis-server', 'redis', 'chromium']);
    const { status, calls } = setup();
    expect(calls).toEqual([`${install} redis-server`, `${install} chromium`, ...npm]);
    expect(status).toBe(0);
  });

  it('from the next package where the first is not to be had', () => {
    machine.command('openssl');
    machine.manager('dnf', ['valkey-server']);
    const { status, calls, stdout } = setup('--no-browser');
    expect(calls.slice(0, 3).map((call) => call.split(' ').at(-1))).toEqual([
      'redis-server',
      'redis',
      'valkey-server',
    ]);
    expect(stdout).toContain('setup: dnf did not bring a Redis server with package redis\n');
    expect(status).toBe(0);
  });

  it('with sudo when it is not run as root, but never brew', () => {
    machine.user(1000);
    machine.command('sudo', '"$@"');
    machine.manager('apt-get', ['redis-server']);
    machine.command('openssl');
    expect(setup('--no-browser').calls).toEqual([
      `sudo tee ${machine.policy}`,
      `sudo chmod 755 ${machine.policy}`,
      'sudo apt-get update',
      'apt-get update',
      `sudo env DEBIAN_FRONTEND=noninteractive ${apt} redis-server`,
      `${apt} redis-server`,
      'services forbidden',
      `sudo rm -f ${machine.policy}`,
      ...npm,
    ]);
    machine.remove('redis-server');
    machine.remove('apt-get');
    machine.manager('brew', ['redis-server']);
    expect(setup('--no-browser').calls).toEqual(['brew install redis-server']);
  });

  it('also when the lists of packages can not all be read', () => {
    machine.command('openssl');
    machine.manager('apt-get', ['redis-server']);
    const script = join(machine.folder, 'bin/apt-get');
    writeFileSync(
      script,
      readFileSync(script, 'utf8').replace('case', '[ "$1" = update ] && exit 100\ncase'),
    );
    expect(setup('--no-browser').status).toBe(0);
  });
});

describe('the set-up script does nothing twice', () => {
  beforeEach(() => {
    for (const name of ['valkey-server', 'openssl', 'google-chrome']) machine.command(name);
    machine.manager('apt-get', []);
  });

  it('and calls nothing when all is there', () => {
    expect(setup().calls).toEqual(npm);
    const { status, calls, stdout } = setup();
    expect(calls).toEqual([]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        'Node.js v20.19.0 is there',
        'a Redis server is there',
        'openssl is there',
        'Chromium is there',
        'npm packages are up to date',
        'the build is up to date',
        'done',
        '',
      ]
        .join('\nsetup: ')
        .replace(/^/, 'setup: ')
        .replace(/setup: $/, ''),
    );
  });

  it('but installs packages and builds again when the lock file has changed', () => {
    setup();
    writeFileSync(join(machine.project, 'package-lock.json'), '{ "changed": true }');
    expect(setup().calls).toEqual(npm);
  });

  it('but installs packages again for another Node.js', () => {
    setup();
    machine.command('node', 'echo v24.1.0');
    expect(setup().calls).toEqual(npm);
  });

  it('but builds again when a source has changed', () => {
    setup();
    const source = join(machine.project, 'src/new.ts');
    writeFileSync(source, '');
    // File systems tell times apart only by their clock's tick.
    utimesSync(source, new Date(), new Date(Date.now() + 1_000));
    expect(setup().calls).toEqual(['npm run build']);
  });

  it('and tries again what failed', () => {
    machine.command('npm', 'exit 1');
    expect(setup()).toMatchObject({
      status: 1,
      stderr: 'setup: npm ci failed: the npm packages are missing\n',
    });
    expect(setup().calls).toEqual(npm.slice(0, 1));
  });
});

describe('the set-up script names what is missing', () => {
  const refused = (said: string, ...args: string[]) => {
    const { status, stderr, calls } = setup(...args);
    expect(stderr).toContain(`setup: ${said}`);
    expect(status).toBe(1);
    expect(calls.filter((call) => call.startsWith('npm'))).toEqual([]);
  };

  it('when there is no Node.js', () => {
    machine.remove('node');
    refused('node is missing: install Node.js 20.19 or newer, with npm, and run this again');
  });

  it('when there is no npm', () => {
    machine.remove('npm');
    refused('npm is missing: install it (it usually comes with Node.js) and run this again');
  });

  it.each(['v18.20.4', 'v20.18.3', 'v9.0.0'])('when Node.js is too old: %s', (version) => {
    machine.command('node', `echo ${version}`);
    refused(`Node.js ${version} is too old: install 20.19 or newer and run this again`);
  });

  it('when there is no package manager', () => {
    refused(
      'a Redis server is missing and so is a package manager (apt-get, dnf, apk or brew): install a Redis server',
    );
  });

  it('when there is neither root nor sudo', () => {
    machine.user(1000);
    machine.manager('apt-get', ['redis-server']);
    refused(
      'a Redis server is missing, and to install it takes root or sudo: run this as root, or install a Redis',
    );
  });

  it('when the package manager does not have it', () => {
    machine.command('redis-server');
    machine.manager('apk', []);
    refused('openssl is missing and could not be installed by apk: install it and run this again\n');
  });

  it('with the way around it when it is the browser', () => {
    machine.command('redis-server');
    machine.command('openssl');
    machine.manager('apt-get', []);
    refused(
      'Chromium is missing and could not be installed by apt-get: install it and run this again, or go on without',
    );
    expect(existsSync(machine.policy)).toBe(false);
  });

  it('when the build fails', () => {
    for (const name of ['redis-server', 'openssl', 'chromium']) machine.command(name);
    machine.command('npm', '[ "$1" = run ] && exit 2; mkdir -p node_modules');
    expect(setup()).toMatchObject({
      status: 1,
      stderr: 'setup: npm run build failed: the program is not built\n',
    });
  });
});

it('the set-up script says how it is used, and refuses what it does not know', () => {
  expect(setup('--help')).toMatchObject({
    status: 0,
    calls: [],
    stdout: expect.stringContaining('--no-browser'),
  });
  expect(setup('--nobrowser')).toMatchObject({
    status: 2,
    calls: [],
    stderr: expect.stringContaining('--nobrowser'),
  });
});
