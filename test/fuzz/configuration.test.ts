/** Whatever stands in the configuration's file: it is taken, or each mistake is told with its place; never a stack, never a secret. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { ConfigError, describeConfigError } from '../../src/config-problems.ts';
import { holds, timeout, watchForThrown } from './hunting.ts';
import { damaged, type Json, mutants } from './mutations.ts';

watchForThrown();

const folder = mkdtempSync(join(tmpdir(), 'roombridge-fuzz-config-'));
const file = join(folder, 'roombridge.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const secrets = ['lit-s3cret', 'lit-p1', 'env-s3cret', 'sign-in-s3cret', 'hook-s3cret'];
const env = { GRAPH_CLIENT_SECRET: 'env-s3cret' };
const valid: Json = {
  graph: {
    tenantId: 't1',
    clientId: 'c1',
    clientSecret: 'lit-s3cret',
    notificationUrl: 'https://roombridge.example.com',
  },
  rooms: [
    {
      mailbox: 'board@example.com',
      name: 'Board',
      sip: 'board@video.example.com',
      privacy: 'title',
      language: 'de',
      timeZone: 'Europe/Berlin',
    },
    { mailbox: 'attic@example.com', conference: 'whenAsked', access: 'open-house' },
  ],
  clusters: [
    {
      ...{
        name: 'emea',
        domain: 'meet.example.com',
        numbers: { base: 1000, quantity: 100, hosts: { base: 5000 } },
      },
      accessNumbers: [{ name: 'Berlin', number: '+49 30 1' }],
      callBridges: [
        { address: 'https://cms1.example.com:445', username: 'api', password: 'lit-p1', requests: 16 },
      ],
    },
    {
      name: 'apac',
      domain: 'meet.example.com',
      numbers: { base: 2000, quantity: 9 },
      callBridges: [{ address: 'https://cms2.example.com', username: 'api', password: 'lit-p1' }],
    },
  ],
  conference: { setup: '5m', teardown: '10m', askedBy: { keywords: ['video'], categories: ['Conference'] } },
  access: [{ name: 'open-house', way: 'lobby' }],
  invitation: { ways: ['body', 'mail'], mail: { from: 'mailer@example.com' }, languages: ['de', 'en'] },
  cdr: { from: ['10.0.0.0/8'] },
  redis: { url: 'redis://127.0.0.1:6379' },
  http: {
    public: { port: 8443 },
    admin: { port: 8081, url: 'http://localhost:8081', proxies: ['10.0.0.0/8'] },
  },
  signIn: {
    issuer: 'https://login.example.com',
    clientId: 'abc',
    clientSecret: 'sign-in-s3cret',
    roles: { viewer: ['g1'] },
    sessions: { idle: '30m' },
  },
  tickets: {
    tell: [{ name: 'chat', webhook: { url: 'https://hooks.example.com/x', secret: 'hook-s3cret' } }],
  },
  log: { level: 'info', format: 'json' },
};
const small: Json = {
  graph: {
    tenantId: 't1',
    clientId: 'c1',
    clientSecret: '$' + '{GRAPH_CLIENT_SECRET}',
    notificationUrl: 'https://roombridge.example.com',
  },
  rooms: [{ mailbox: 'board@example.com' }],
  clusters: [
    {
      name: 'emea',
      domain: 'meet.example.com',
      numbers: { base: 1000, quantity: 100 },
      callBridges: [{ address: 'https://cms1.example.com:445', username: 'api', password: 'lit-p1' }],
    },
  ],
};

/** What is too deep for the writer of YAML stays JSON, which is YAML as well. */
function yamlOf(value: Json): string {
  try {
    return stringify(value, { aliasDuplicateObjects: false });
  } catch {
    return JSON.stringify(value);
  }
}

function isTakenOrRefused(content: string | Buffer): void {
  writeFileSync(file, content);
  let said: string;
  try {
    loadConfig(file, env);
    return;
  } catch (error) {
    // Anything else would be a stack in somebody's terminal.
    if (!(error instanceof ConfigError)) throw error;
    said = describeConfigError(file, error);
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { path, message } of error.problems) {
      expect(message).not.toBe('');
      expect(`${path}: ${message}`.length).toBeLessThan(1_500);
    }
  }
  expect(said).not.toMatch(/\bat .*\.[jt]s:\d|node_modules|undefined/);
  for (const secret of secrets) expect(said).not.toContain(secret);
}

it('the examples themselves are sound where they are meant to be', () => {
  writeFileSync(file, stringify(small));
  expect(loadConfig(file, env).graph.credential).toEqual({ kind: 'secret', secret: 'env-s3cret' });
});

it('every mutation of a sound one is taken or refused by its place', { timeout }, async () => {
  const texts = mutants([valid, small], 4).map(yamlOf);
  await holds(damaged(texts), 220, isTakenOrRefused);
});

const laughs = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...[...'bcdefghi'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`),
].join('\n');
const hostile = [
  ...[
    '',
    ' ',
    '---',
    '...',
    '- a',
    'text',
    '42',
    'null',
    '~',
    '[]',
    '{}',
    '{',
    '[',
    ']',
    '%YAML 9.9\n---\na: 1',
    '%TAG ! x\n---\na: !x 1',
  ],
  ...[
    laughs,
    `rooms: &r [*r]`,
    `rooms: &r [${Array(12).fill('*r')}]`,
    `clusters: &c {a: *c, b: *c, c: *c, d: *c, e: *c}`,
    `graph: &g [${Array(90).fill('*g')}]`,
  ],
  ...['a: *nobody', 'a: &x 1\nb: *x', '<<: {graph: 1}', 'graph: {<<: [1, 2]}', 'a: &a\n  <<: *a'],
  ...[
    'graph: !!binary aGVsbG8=',
    'graph: !!js/function "x"',
    'graph: !!python/object:os.system x',
    'graph: !include /etc/passwd',
    'graph: !!set {a, b}',
    'rooms: !!omap [a: 1]',
    'graph: !!timestamp 2001-12-14',
    'rooms: !!map []',
  ],
  ...[
    '? [a, b]\n: c',
    '? {a: 1}\n: c',
    '1: 2',
    'true: false',
    'null: x',
    '__proto__: {graph: 1}',
    'constructor: {prototype: 1}',
    'graph: {__proto__: {tenantId: x}}',
    'toString: 1',
  ],
  ...[
    'a: 1\na: 2',
    'graph:\n\ta: 1',
    'a: |\n x\n  y',
    'a: >-9\n x',
    'a: "\\x"',
    "a: 'x",
    'a: @x',
    'a: `x`',
    'a: 0x1F',
    'a: 1_000',
    'a: .inf',
    'a: -.nan',
    `a: ${'9'.repeat(400)}`,
  ],
  ...[
    '\ufeffgraph: 1',
    'graph: "\\uD800"',
    '\0',
    'a: b: c',
    `${'a: '.repeat(50)}1`,
    `${'x'.repeat(200_000)}: 1`,
    `a: ${'x'.repeat(200_000)}`,
    '# nothing but a remark',
  ],
  ...[
    '$' + '{HOME}: 1',
    'graph: $' + '{file:/etc/shadow}',
    'graph: {tenantId: $' + '{file:/dev/zero/x}}',
    'graph: {tenantId: "$' + '{"}',
    'graph: {tenantId: $' + '{file:.}}',
    'graph: {tenantId: "$' + '{file:a\\0b}"}',
  ],
];

it.each(hostile.map((text) => [text.slice(0, 40), text]))('%j is taken or refused', (_, text) =>
  isTakenOrRefused(text),
);

it('what is nested without end is refused', { timeout }, async () => {
  const openings = fc.constantFrom('[', '{a: ', '- ', '? ', '"', '!x ', '&a ', '- - ', '{', '[[');
  await holds(fc.tuple(openings, fc.integer({ min: 1, max: 6_000 })), 10, ([opening, times]) =>
    isTakenOrRefused(`graph:\n  ${opening.repeat(times)}`),
  );
});
