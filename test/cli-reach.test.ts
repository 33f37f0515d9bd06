/** How a command reaches the running program from anywhere: a token and an address, and what is said where that fails. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actOnQueue } from '../src/queues-command.ts';
import { askRunning } from '../src/running.ts';
import { type Admin, openAdmin } from './http/admin-fixture.ts';
import { meeting } from './http/answers.ts';
import { hour, openScene, type Scene } from './http/sign-in/scene.ts';
import { createTestAuthority } from './simulators/certificates.ts';
import { type Ended, run } from './world/command.ts';
import { builtCli } from './world/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'roombridge-reach-'));
let scene: Scene;
let viewer: string;
let tokenFile: string;
let url: string;
beforeAll(async () => {
  scene = await openScene({ provider: false });
  url = `http://127.0.0.1:${scene.admin.port}`;
  const ends = new Date(Date.now() + hour).toISOString();
  const machine = { url, token: 'm'.repeat(43) };
  const order = { name: 'report', role: 'viewer', ends, by: 'ann' };
  viewer = ((await askRunning(machine, '/api/tokens', order)) as { token: string }).token;
  tokenFile = file('token', `${viewer}\n`);
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Whatever the environment of the tests says, nothing of it is meant here. */
const nothing = { ROOMBRIDGE_URL: '', ROOMBRIDGE_TOKEN: '', ROOMBRIDGE_CA: '', TZ: 'UTC' };
const command = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  run(args, { env: { ...nothing, ...env } });

describe('who has a token', () => {
  it('needs no configuration file: an address and a token, as options or in the environment', async () => {
    const both = { ROOMBRIDGE_URL: `${url}/`, ROOMBRIDGE_TOKEN: viewer };
    const [byOptions, byEnvironment, json] = await Promise.all([
      command(['meetings', '--url', url, '--token-file', tokenFile]),
      command(['meetings', '--limit', '1'], both),
      command(['meetings', '--json', '--from', '2026-03-01', '--to', '2026-03-31'], both),
    ]);
    for (const { code, stdout } of [byOptions, byEnvironment])
      expect([code, stdout]).toEqual([0, expect.stringContaining('Besprechung über Öl ✓')]);
    expect(byEnvironment.stderr).toMatch(/^There are more than these 1/);
    expect(JSON.parse(json.stdout)).toEqual({ meetings: [meeting], next: 'cursor' });
    expect([json.code, json.stderr]).toEqual([0, '']);
    const [from, to] = [Date.parse('2026-03-01'), Date.parse('2026-04-01')];
    expect(scene.admin.queries).toContainEqual(expect.objectContaining({ from, to }));
  });

  it('is told which role it wants, where it has less', async () => {
    await expect(actOnQueue({ url, token: viewer }, 'calendar', 'pause')).rejects.toThrow(
      'That needs the role administrator; yours is viewer.',
    );
  });

  it.each([
    [{ token: `rb_${'x'.repeat(43)}` }, / does not know the token in ROOMBRIDGE_TOKEN: .* or has ended$/],
    [{ token: `rb_${'x'.repeat(43)}`, tokenFrom: 'x (--token-file)' }, /the token in x \(--token-file\):/],
    [{}, / wants to know who asks: give an API token with --token-file FILE or in ROOMBRIDGE_TOKEN$/],
  ])('%j is told what is wrong with it', async (given, words) => {
    await expect(askRunning({ url, ...given }, '/api/rooms')).rejects.toThrow(words);
  });

  it('is told when it has ended', async () => {
    scene.now += 2 * hour;
    await expect(askRunning({ url, token: viewer }, '/api/rooms')).rejects.toThrow(/or has ended$/);
    scene.now -= 2 * hour;
  });
});

describe('bad usage', () => {
  it.each([
    ['a token that is none', ['--token-file', 'spaced'], /spaced holds something else than an API token/],
    ['an empty file', ['--token-file', 'empty'], /empty is empty: expected an API token/],
    ['a file that is not there', ['--token-file', 'gone'], /gone does not exist/],
    ['authorities that are none', ['--ca', 'empty'], /empty has no certificate: expected a PEM file/],
    ['an address in the clear', ['--url', 'http://example.com'], /expected an https address without a path/],
    ['an address with a path', ['--url', 'https://example.com/api'], /expected an https address without a/],
    ['no address', ['--url', 'example.com'], /expected an https address .*, got example\.com/],
    [
      'two programs',
      ['--config', 'x', '--url', 'https://x'],
      /'--url <url>' cannot be used with option '--config <file>'/,
    ],
    ['too many', ['--limit', '1001'], /'1001' is invalid\. expected a whole number from 1 to 1000/],
    ['no time', ['--from', 'noon'], /'noon' is invalid\. expected a day or a time such as/],
    ['no day of the calendar', ['--to', '2026-02-30'], /'2026-02-30' is invalid\. expected a day/],
    [
      'a zone of nowhere',
      ['reports', '--zone', 'Mars/Base'],
      /'Mars\/Base' is invalid\. expected a time zone/,
    ],
    ['a state that there is not', ['--state', 'gone'], /Allowed choices are planned, open,/],
  ])('is %s', async (_, given, words) => {
    file('empty', '\n');
    file('spaced', 'a secret with spaces\n');
    const paths = given.map((word) => (/^(spaced|empty|gone)$/.test(word) ? join(folder, word) : word));
    const args = paths[0]?.startsWith('-') ? ['meetings', ...paths] : paths;
    const there = paths.includes('--url') || paths.includes('--config') ? [] : ['--url', url];
    const { code, stdout, stderr } = await command([...args, ...there]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('secret with');
  });

  it('is to say nothing of where the program is', async () => {
    const { code, stderr } = await command(['rooms']);
    expect([code, stderr]).toEqual([
      2,
      "error: required option '--config <file>' not specified, nor '--url <url>' or ROOMBRIDGE_URL in its place\n",
    ]);
  });

  it('is to verify without the file that names the call bridges', async () => {
    const { code, stderr } = await command(['meeting', '8000', '--verify', '--url', url]);
    expect([code, stderr]).toEqual([2, "error: option '--verify' needs option '--config <file>'\n"]);
  });
});

describe('over TLS', () => {
  const name = 'localhost';
  const authority = createTestAuthority();
  let admin: Admin;
  let there: string;
  beforeAll(async () => {
    const { key: privateKey, cert: certificate } = authority.issue([name]);
    admin = await openAdmin({ tls: { certificate, privateKey }, url: `https://${name}` });
    there = `https://${name}:${admin.port}`;
  });
  afterAll(() => admin.instance.close());

  it('one is trusted whose authority is given, as an option or in the environment', async () => {
    const ca = file('ca.pem', authority.ca);
    const [option, environment] = await Promise.all([
      command(['rooms', '--url', there, '--ca', ca]),
      command(['rooms'], { ROOMBRIDGE_URL: there, ROOMBRIDGE_CA: ca }),
    ]);
    for (const { code, stdout, stderr } of [option, environment]) {
      expect(stderr).toBe('');
      expect([code, stdout]).toEqual([0, expect.stringContaining('board@example.com')]);
    }
  });

  it('another is not, and it is said how it would be', async () => {
    const said = `the certificate of ${there} is not trusted here (`;
    const how = '): give the file of the authority that signed it with --ca FILE or in ROOMBRIDGE_CA';
    for (const ca of [undefined, createTestAuthority().ca]) {
      const refused = askRunning({ url: there, ...(ca && { ca }) }, '/api/rooms');
      await expect(refused).rejects.toThrow(said);
      await expect(refused).rejects.toThrow(how);
    }
  });

  it('one of another name is not either', async () => {
    const url = there.replace(name, '127.0.0.1');
    await expect(askRunning({ url, ca: authority.ca }, '/api/rooms')).rejects.toThrow(
      `the certificate of ${url} is for another name (ERR_TLS_CERT_ALTNAME_INVALID)`,
    );
  });

  it('nobody is reached who does not speak it', async () => {
    const url = scene.admin.port;
    await expect(askRunning({ url: `https://127.0.0.1:${url}` }, '/api/rooms')).rejects.toThrow(
      /^what answers at https:\/\/127\.0\.0\.1:\d+ is not roombridge \(\w+\)$/,
    );
  });
});

describe('another program', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  const serve = async (status: number, type: string, body: string): Promise<string> => {
    const server = createServer((_, response) =>
      response.writeHead(status, { 'content-type': type, location: '/login' }).end(body),
    );
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it.each([
    [
      200,
      'text/html',
      '<h1>It works!</h1>',
      /is not roombridge, or of another version: 200 to \/api\/rooms$/,
    ],
    [302, 'text/html', '', /is not roombridge, or of another version: 302 to \/api\/rooms$/],
    [
      404,
      'application/json',
      '{"error":"x"}',
      /is not roombridge, or of another version: 404 to \/api\/rooms$/,
    ],
  ])('is known by its answer: %i %s', async (status, type, body, words) => {
    await expect(askRunning({ url: await serve(status, type, body) }, '/api/rooms')).rejects.toThrow(words);
  });

  it('is known by what its JSON lacks, and what it says is told without a stack', async () => {
    const { code, stdout, stderr } = await command([
      ...['rooms', '--url', await serve(200, 'application/json', '{"hello":1}')],
    ]);
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      'roombridge failed: what answers is not roombridge, or of another version: it tells of no rooms\n',
    ]);
  });

  it('colours nothing by what it refuses with', async () => {
    const detail = JSON.stringify({ detail: 'no \x1b[31mway\nback' });
    const ended = await command(['rooms', '--url', await serve(400, 'application/json', detail)]);
    expect(ended.stderr).toBe('roombridge failed: no ␛[31mway\nback\n');
  });

  it('that is none at all is said not to answer', async () => {
    await expect(askRunning({ url: 'http://127.0.0.1:1' }, '/api/rooms')).rejects.toThrow(
      'nothing answers at http://127.0.0.1:1 (ECONNREFUSED)',
    );
  });
});

it('who has read enough ends it quietly', async () => {
  const title = 'long '.repeat(100);
  const meetings = Array.from({ length: 1_000 }, (_, i) => ({ ...meeting, key: `k${i}`, title }));
  let pages = 0;
  const admin = await openAdmin({
    listMeetings: async () => ({ meetings, next: String(++pages) }),
  });
  // There is no end of the pages: it ends when nobody reads any more.
  const shell = run(
    ['-c', `"$0" "$1" meetings --all --json --url "$2" | head -c 100; echo "\${PIPESTATUS[0]}"`].concat(
      ...[process.execPath, builtCli(), `http://127.0.0.1:${admin.port}`],
    ),
    { program: ['bash'], env: nothing },
  );
  const { stdout, stderr } = await shell;
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^\[\n[\s\S]{98}0\n$/);
  await admin.instance.close();
});
