/** Where the product goes, it looks whom it meets, and is sent on by nobody. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphClient } from '../../src/graph/client.ts';
import { readDelta } from '../../src/graph/delta.ts';
import { ca as knownAuthority, type RecordedServer, startRecordedServer } from '../graph/recorded-server.ts';
import { createTestAuthority } from '../simulators/certificates.ts';
import { waysOut } from './ways-out.ts';

const authority = createTestAuthority();
const servers: { readonly url: string; asked: number; readonly server: Server }[] = [];

beforeAll(async () => {
  for (const tls of [
    authority.issue(['cms9.example.com']),
    createTestAuthority().issue(['localhost']),
    authority.issue(['localhost'], { expired: true }),
  ]) {
    const server = createServer(tls, (_request, response) => {
      one.asked += 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }).on('tlsClientError', () => {});
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const one = { server, asked: 0, url: `https://localhost:${(server.address() as AddressInfo).port}` };
    servers.push(one);
  }
});
afterAll(() => {
  for (const { server } of servers) {
    server.closeAllConnections();
    server.close();
  }
});

describe.each(waysOut)('on the way to $name', ({ go, told }) => {
  it.each([
    ['for another name', 0],
    ['of an authority that nobody named', 1],
    ['that has expired', 2],
  ] as const)('a certificate %s is refused before anything is said, and told', async (_what, which) => {
    const there = servers[which];
    expect(await go(there?.url ?? '', authority.ca)).toMatch(told[which]);
    expect(there?.asked).toBe(0);
  });
});

describe('nobody is sent on to another address', () => {
  let here: RecordedServer;
  let elsewhere: RecordedServer;
  beforeAll(async () => {
    elsewhere = await startRecordedServer(() => ({ body: {} }));
    here = await startRecordedServer();
  });
  afterAll(async () => {
    await here.close();
    await elsewhere.close();
  });

  /** Discovery of the sign-ins, that the steps behind it are reached. */
  const discovery = (path: string) => ({
    body: {
      issuer: `${here.url}${path.replace(/\/\.well-known.*$/, '')}`,
      authorization_endpoint: `${here.url}/authorize`,
      token_endpoint: `${here.url}/token`,
      jwks_uri: `${here.url}/keys`,
    },
  });

  it.each(waysOut.flatMap((way) => [302, 307].map((status) => ({ ...way, status }))))(
    'by $status on the way to $name',
    async ({ name, go, status }) => {
      const before = here.asked.length;
      const isLater = name === 'a code for the provider' || name.startsWith('the sign-in');
      here.answering = ({ method, url }) =>
        isLater && method === 'GET' && url.includes('.well-known')
          ? discovery(url)
          : { status, headers: { location: `${elsewhere.url}/taken?from=here` } };
      expect(await go(here.url, knownAuthority)).not.toMatch(/^none/);
      expect(here.asked.length).toBeGreaterThan(before);
      expect(elsewhere.asked).toEqual([]);
    },
  );

  it.each(['@odata.nextLink', '@odata.deltaLink'])('by the %s of a page of a calendar', async (link) => {
    const foreign = `${elsewhere.url}/v1.0/users/a/calendarView/delta?$skiptoken=x`;
    here.answering = () => ({ body: { value: [], [link]: foreign } });
    const graph = new GraphClient({
      ...{ graph: { apiUrl: here.url }, dispatcher: here.dispatcher },
      signIn: { token: async () => 'the-token', forget: () => {} },
    });
    const window = { from: 0, to: 86_400_000 };
    const page = await readDelta(graph, { mailbox: 'a@example.com', window });
    expect([page.nextLink, page.deltaLink]).toContain(foreign);
    await expect(readDelta(graph, { mailbox: 'a@example.com', link: foreign })).rejects.toMatchObject({
      ...{ kind: 'refused', code: 'foreign-link' },
    });
    expect(elsewhere.asked).toEqual([]);
  });
});

/**
 * What may go out at all: whoever adds a way adds it to `waysOut` and here, and thinks of who says where it leads. Addresses
 * are those of the configuration; links in mails, meetings (`joinUrl`) and discovered call bridges are never gone to.
 */
it('these files alone go out, to addresses of the configuration', () => {
  const root = join(import.meta.dirname, '../..');
  const files = ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  const going =
    /\bfetch\(|\.dispatch\(|\bnew WebSocket\(|\bnew Agent\(|import\('node:https?'\)|\b(?:http|https|net|tls)\.(?:request|get|connect)\(|import \{[^}]*\b(?:request|get|connect)\b[^}]*\} from 'node:(?:https?|net|tls)'/;
  const found = files
    .filter((file) => !file.startsWith('src/web/'))
    .filter((file) => going.test(readFileSync(join(root, file), 'utf8')));
  expect(found.sort()).toEqual([
    'src/check-notifications.ts',
    'src/cms/events/handshake.ts',
    'src/cms/exchange.ts',
    'src/graph/wire/exchange.ts',
    'src/http/sign-in/provider.ts',
    'src/http/webhook.ts',
    'src/running.ts',
  ]);
});
