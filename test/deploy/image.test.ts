/** The image's recipe: no Docker runs here, so it is read, and what of it can be run is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { createTestAuthority } from '../simulators/certificates.ts';

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const recipe = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8');
/** One instruction a line, without comments. */
const lines = recipe
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
const argumentOf = (instruction: string) =>
  last.find((line) => line.startsWith(`${instruction} `))?.slice(instruction.length + 1);

it('is well-formed', () => {
  expect(validate(recipe)).toEqual([]);
});

it('is of one base with a tag that says its version, and is labelled with ours', () => {
  expect(lines.filter((line) => line.startsWith('ARG NODE='))).toEqual(['ARG NODE=node:24-bookworm-slim']);
  for (const from of lines.filter((line) => line.startsWith('FROM ')))
    expect(from).toMatch(/^FROM \$\{NODE\}( AS \w+)?$/);
  expect(last).toContain(`ARG VERSION=${manifest.version}`);
  expect(argumentOf('LABEL')).toContain(`licenses="${manifest.license}"`);
});

it('runs as nobody in particular, ends as it is told to, and has nothing but what was packed', () => {
  expect(argumentOf('USER')).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
  expect(argumentOf('STOPSIGNAL')).toBe('SIGTERM');
  expect(last.filter((line) => /^(COPY|ADD) /.test(line))).toEqual([
    'COPY --from=build /opt/roombridge /opt/roombridge',
  ]);
  expect(lines.filter((line) => /\bnpm (ci|install)\b/.test(line))).toHaveLength(2);
  for (const line of lines.filter((one) => /\bnpm (ci|install)\b/.test(one)))
    expect(line).toContain('--ignore-scripts');
  expect(lines.join('\n')).not.toMatch(/\bcurl\b|\bwget\b|apt-get|password|secret/i);
});

it('starts what the package calls its command', () => {
  expect(argumentOf('ENTRYPOINT')).toBe(JSON.stringify(Object.keys(manifest.bin)));
  expect(argumentOf('ENV')).toContain('PATH=/opt/roombridge/bin:');
});

it('is built of what the build and the package need, and of nothing that is not named', () => {
  const patterns = readFileSync(join(root, 'deploy/Dockerfile.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(patterns[0]).toBe('*');
  const named = patterns.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  for (const path of named) expect(existsSync(join(root, path))).toBe(true);
  const needed = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'src',
    'workers',
    'test',
  ];
  const packed = (manifest.files as string[]).filter((path) => !/^!|^dist|shrinkwrap/.test(path));
  expect(named).toEqual(expect.arrayContaining([...needed, ...packed]));
  expect(patterns).toEqual(expect.arrayContaining(['**/node_modules', '**/secrets', '**/*.key']));
});

describe('the health check', () => {
  const [, command = '[]'] =
    /^HEALTHCHECK .* CMD (\[.*\])$/.exec(last.find((line) => line.startsWith('HEALTHCHECK')) ?? '') ?? [];
  const [program, ...args]: string[] = JSON.parse(command);

  async function check(url: string): Promise<unknown> {
    const child = spawn(process.execPath, args, { env: { HEALTH_URL: url }, stdio: 'inherit' });
    return (await once(child, 'exit'))[0];
  }
  async function against(server: Server, scheme: string): Promise<unknown> {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      return await check(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/ready`);
    } finally {
      server.close();
    }
  }
  const answering =
    (status: number): RequestListener =>
    (request, response) => {
      response.writeHead(request.url === '/ready' ? status : 404).end('{}');
    };

  it('is healthy where the product is ready, with a certificate or without', async () => {
    expect(program).toBe('node');
    const { key, cert } = createTestAuthority().issue(['roombridge.example.com']);
    expect(await against(createServer(answering(200)), 'http')).toBe(0);
    expect(await against(createSecureServer({ key, cert }, answering(200)), 'https')).toBe(0);
  });

  it('is not where it is not ready, or not there', async () => {
    const server = createServer(answering(503));
    expect(await against(server, 'http')).toBe(1);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await check(`http://127.0.0.1:${port}/ready`)).toBe(1);
  });
});
