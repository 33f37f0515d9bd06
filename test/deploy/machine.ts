/** A machine of stub commands in a temporary folder: what the scripts call is recorded, and nothing real is touched. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const plain = [
  'bash',
  'sh',
  'cat',
  'chmod',
  'cksum',
  'dirname',
  'env',
  'find',
  'grep',
  'mkdir',
  'mktemp',
  'mv',
  'rm',
  'tee',
];

export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'roombridge-machine-'));
  readonly project = join(this.folder, 'project');
  readonly policy = join(this.folder, 'policy-rc.d');
  readonly #bin = join(this.folder, 'bin');
  readonly #calls = join(this.folder, 'calls');

  constructor() {
    for (const name of [
      'bin',
      'project/deploy',
      'project/.ci',
      'project/src',
      'project/workers',
      'project/test',
    ]) {
      mkdirSync(join(this.folder, name), { recursive: true });
    }
    for (const name of plain) this.link(name);
    for (const name of ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']) {
      writeFileSync(join(this.project, name), '{}');
    }
    const script = readFileSync(join(root, 'deploy/setup.sh'), 'utf8');
    writeFileSync(
      join(this.project, 'deploy/setup.sh'),
      script.replace('/usr/sbin/policy-rc.d', this.policy),
    );
    writeFileSync(join(this.project, '.ci/run'), readFileSync(join(root, '.ci/run')));
    this.command('node', 'echo v20.19.0');
    this.command(
      'npm',
      'case "$*" in ci*) mkdir -p node_modules;; "run build") mkdir -p dist/bin; : >dist/bin/roombridge.js;; esac',
    );
    this.user(0);
  }

  /** A command that records how it was called, then runs `body`. */
  command(name: string, body = ''): void {
    const file = join(this.#bin, name);
    rmSync(file, { force: true });
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>'${this.#calls}'\n${body}\n`);
    chmodSync(file, 0o755);
  }

  /** A package manager whose packages, once installed, bring the commands of the same name. */
  manager(name: string, packages: readonly string[]): void {
    const brought = packages.map(
      (each) =>
        `*" ${each}") printf '#!/bin/sh\\n' >'${this.#bin}/${each}'; chmod 755 '${this.#bin}/${each}';;`,
    );
    const policy = `[ -e '${this.policy}' ] && echo "services forbidden" >>'${this.#calls}'`;
    this.command(
      name,
      `case "$*" in *install*|*add*) ${policy}; case "$*" in ${brought.join(' ')} *) exit 1;; esac;; esac`,
    );
  }

  user(id: number): void {
    rmSync(join(this.#bin, 'id'), { force: true });
    writeFileSync(join(this.#bin, 'id'), `#!/bin/sh\necho ${id}\n`, { mode: 0o755 });
  }

  remove(name: string): void {
    rmSync(join(this.#bin, name), { force: true });
  }

  link(name: string): void {
    const found = ['/bin', '/usr/bin'].map((place) => join(place, name)).find((file) => existsSync(file));
    if (found !== undefined) symlinkSync(found, join(this.#bin, name));
  }

  /** From another folder, as scripts must not care where they are called. */
  run(script: string, ...args: string[]) {
    writeFileSync(this.#calls, '');
    const { status, stdout, stderr } = spawnSync('/bin/bash', [join(this.project, script), ...args], {
      cwd: this.folder,
      env: { PATH: this.#bin },
      encoding: 'utf8',
    });
    const calls = readFileSync(this.#calls, 'utf8').trim().split('\n');
    const asked = calls.filter((call) => call !== '' && !/^node --version|^npm (--version|root)/.test(call));
    return { status, stdout, stderr, calls: asked };
  }

  destroy(): void {
    rmSync(this.folder, { recursive: true });
  }
}
