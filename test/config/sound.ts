/** A folder of PEM files and texts, a small sound configuration, and what loading a changed one complains of. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/config-problems.ts';

export const folder = mkdtempSync(join(tmpdir(), 'roombridge-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
const selfSigned = (name: string, key = ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']) => {
  const files = ['-out', `${name}.pem`, '-keyout', `${name}.key`];
  openssl('req', '-x509', '-newkey', ...key, '-nodes', '-subj', `/CN=${name}`, ...files);
};
selfSigned('a');
selfSigned('b');
selfSigned('rsa', ['rsa:2048']);
openssl('pkcs8', '-topk8', '-in', 'a.key', '-out', 'locked.key', '-passout', 'pass:hunter2');
export const pem = (name: string) => readFileSync(join(folder, name), 'utf8');
export const write = (name: string, text: string | Buffer) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
write('bundle.pem', pem('rsa.pem') + pem('b.pem'));
write('half.pem', `${pem('a.pem')}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`);
write('bad.key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
write('words.txt', 'nothing to see\n');
write('secret.txt', 's3cret-of-a-file\n');
mkdirSync(join(folder, 'dir'));

export const env = { GRAPH_CLIENT_SECRET: 'env-s3cret', CMS1_PASSWORD: 'env-p1', CMS2_PASSWORD: 'env-p2' };

export const small = () => ({
  graph: {
    tenantId: 't1',
    clientId: 'c1',
    clientSecret: 'lit-s3cret',
    notificationUrl: 'https://roombridge.example.com',
  } as Record<string, unknown>,
  rooms: [{ mailbox: 'boardroom@example.com' }] as unknown[],
  clusters: [cluster('emea', 1000, 'cms1')] as unknown[],
});

export const cluster = (name: string, base: number, host: string) => ({
  name,
  domain: 'meet.example.com',
  numbers: { base, quantity: 100 } as Record<string, unknown>,
  callBridges: [
    { address: `https://${host}.example.com:445`, username: 'api', password: 'lit-p1' },
  ] as unknown[],
});

/** The small configuration with other values at some paths; undefined takes the key away. */
export function changed(...changes: [path: string, value: unknown][]): Record<string, unknown> {
  const root: Record<string, unknown> = small();
  for (const [path, value] of changes) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let place = root;
    for (const step of steps) {
      place[step] ??= {};
      place = place[step] as Record<string, unknown>;
    }
    if (value === undefined) delete place[last];
    else place[last] = value;
  }
  return root;
}

export const load = (content: unknown, variables: NodeJS.ProcessEnv = env) =>
  loadConfig(write('roombridge.yaml', typeof content === 'string' ? content : stringify(content)), variables);

export function mistakes(content: unknown, variables?: NodeJS.ProcessEnv): string[] {
  return mistakesOf(() => load(content, variables));
}

export function mistakesOf(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error instanceof ConfigError ? error.message.split('\n') : [];
  }
  return [];
}
