/** `roombridge check` run as a process on a world's configuration, its table read, and what it may meet. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from './world/command.ts';
import { base, clientSecret, type World } from './world/world.ts';

export interface Row {
  readonly what: string;
  readonly state: string;
  readonly detail: string;
  /** Its own, and those it shares with others, one line each. */
  readonly remedy: string;
}

export interface Checked {
  readonly code: number | string;
  readonly text: string;
  readonly rows: readonly Row[];
  row(what: string | RegExp): Row | undefined;
}

/** Runs the built `roombridge check` on the changed configuration and reads its table. */
export async function check(
  world: World,
  change: Readonly<Record<string, unknown>> = {},
  env: NodeJS.ProcessEnv = {},
  more: readonly string[] = [],
): Promise<Checked> {
  const ended = await run(['check', '--config', world.configFile('check.yaml', 0, change), ...more], { env });
  const [table = '', below = ''] = ended.stdout.split('\nTO BE RUN BY YOU');
  const shared = new Map(
    [...below.matchAll(/^(\[\d+\]) (.+\n(?: {4}.+\n)+)/gm)].map(([, mark = '', said = '']) => [mark, said]),
  );
  const rows: Row[] = [];
  for (const line of table.split('\n')) {
    const [, what, state, detail] = /^(\S.*?) {2,}(ok|warning|FAILED) +(.+)$/.exec(line) ?? [];
    const remedy = /^ +-> (.+)$/.exec(line)?.[1];
    const last = rows.at(-1);
    if (what !== undefined && state !== undefined && detail !== undefined) {
      const marks = detail.match(/\[\d+\]/g) ?? [];
      rows.push({
        what,
        state,
        detail: detail.replace(/( \[\d+\])+$/, ''),
        remedy: marks.map((mark) => shared.get(mark) ?? `no remedy ${mark}`).join(''),
      });
    } else if (remedy !== undefined && last !== undefined) {
      rows[rows.length - 1] = { ...last, remedy };
    }
  }
  const text = ended.stdout + ended.stderr;
  // Whatever the case: nobody's secret, and no stack trace.
  expect(text).not.toMatch(new RegExp(`${clientSecret}|cms\\d-pw|hunter2`));
  expect(text).not.toMatch(/^\s+at .+:\d+/m);
  return {
    code: ended.code,
    text,
    rows,
    row: (wanted) =>
      rows.find(({ what }) => (typeof wanted === 'string' ? what === wanted : wanted.test(what))),
  };
}

/** The application has what it needs, no more, and reaches Ann no more than anybody else outside of its scope. */
export function grantLeast(world: World): void {
  world.graph.knobs.permissions = new Set(['Calendars.Read', 'Calendars.ReadWrite', 'MailboxSettings.Read']);
  world.graph.knobs.deniedMailboxes.add('ann@example.com');
}

/** Tries the one that `grantLeast` keeps it from. */
export const outside = ['--outside', 'ann@example.com'];

/** One of the configuration, trusting the world's authority unless `more` says otherwise. */
export const cluster = (name: string, callBridges: readonly object[], more: object = {}) => ({
  name,
  domain: `${name}.example.com`,
  numbers: { base, quantity: 20 },
  ca: 'ca.pem',
  callBridges,
  ...more,
});

export const access = ({ url, username, password }: { url: string; username: string; password: string }) => ({
  address: url,
  username,
  password,
});

export const hostOf = (url: string) => new URL(url).host;

/** Answers everything with one status; with the world's certificate unless another is given. */
export async function startServer(
  world: World,
  tls: { key: string; cert: string } | undefined,
  status: number,
): Promise<Server> {
  const own = {
    key: readFileSync(join(world.folder, 'key.pem'), 'utf8'),
    cert: readFileSync(join(world.folder, 'cert.pem'), 'utf8'),
  };
  const server = createServer(tls ?? own, (_request, response) => {
    response.writeHead(status, { connection: 'close' }).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** Takes connections and says nothing. */
export async function startSilence(): Promise<TcpServer> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

export function portOf(server: TcpServer): number {
  return (server.address() as AddressInfo).port;
}

export async function freePort(): Promise<number> {
  const server = await startSilence();
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
