/** Whatever a bridge, or something in its place, answers comes out as the right kind of fault, with nothing secret in it. */
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CmsClient } from '../../src/cms/client.ts';
import { CmsFault } from '../../src/cms/fault.ts';
import { type Exchange, password, RawBridge } from './raw-bridge.ts';

const id = '458075bc-6def-4052-8ed6-b1192d6e6b35';
const failure = (inside: string, status: number) => (exchange: Exchange) =>
  exchange.xml(`<failureDetails>${inside}</failureDetails>`, status);
const html = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Sign in</title></head><br></html>';

let bridge: RawBridge;
let client: CmsClient;

beforeAll(async () => {
  bridge = await RawBridge.start(() => {});
  client = bridge.client();
});
afterAll(() => bridge.stop());
beforeEach(() => {
  bridge.requests.length = 0;
});

type Expected = Pick<CmsFault, 'kind'> & { reasons?: string[]; sent?: boolean; status?: number };
type Row = [what: string, answer: (exchange: Exchange) => void, expected: Expected];

/** `sent` is what a write must say; a read always says false. */
const table: Row[] = [
  [
    'an unknown space, 400',
    failure('<coSpaceDoesNotExist />', 400),
    { kind: 'absent', reasons: ['coSpaceDoesNotExist'] },
  ],
  [
    'an unknown space, 404',
    failure('<coSpaceDoesNotExist/>', 404),
    { kind: 'absent', reasons: ['coSpaceDoesNotExist'] },
  ],
  ['a bare 404', ({ answer }) => answer(404), { kind: 'absent' }],
  [
    'a 404 with a web page',
    ({ answer }) => answer(404, { 'content-type': 'text/html' }, html),
    { kind: 'absent' },
  ],
  [
    'a number that is taken',
    failure('<duplicateCoSpaceId />', 400),
    { kind: 'refused', reasons: ['duplicateCoSpaceId'] },
  ],
  [
    'several reasons',
    failure('<duplicateCoSpaceUri /><duplicateCoSpaceId />', 400),
    { kind: 'refused', reasons: ['duplicateCoSpaceUri', 'duplicateCoSpaceId'] },
  ],
  [
    'a wrong parameter',
    failure('<parameterError parameter="streamUrl" error="invalidValue" />', 400),
    { kind: 'refused', reasons: ['parameterError'] },
  ],
  [
    'an unknown resource, British',
    failure('<unrecognisedObject />', 400),
    { kind: 'refused', reasons: ['unrecognisedObject'] },
  ],
  [
    'an unknown resource, American',
    failure('<unrecognizedObject />', 404),
    { kind: 'refused', reasons: ['unrecognizedObject'] },
  ],
  ['no reason at all', failure('', 400), { kind: 'refused' }],
  ['a 400 that says nothing', ({ answer }) => answer(400), { kind: 'refused' }],
  ['a 400 with a web page', ({ answer }) => answer(400, {}, html), { kind: 'refused' }],
  [
    'a failure that comes as 200',
    failure('<callDoesNotExist />', 200),
    { kind: 'absent', reasons: ['callDoesNotExist'] },
  ],
  [
    'missing credentials',
    ({ answer }) => answer(401, { 'www-authenticate': 'Basic realm="acano"' }),
    { kind: 'refused' },
  ],
  ['a role without the right', ({ answer }) => answer(403), { kind: 'refused' }],
  [
    'a redirect to the sign-in page',
    ({ answer }) => answer(302, { location: '/accounts/login/?next=/api' }),
    { kind: 'refused' },
  ],
  [
    'a redirect elsewhere',
    ({ answer }) => answer(301, { location: 'https://localhost/other' }),
    { kind: 'garbled' },
  ],
  ['busy', ({ answer }) => answer(503), { kind: 'busy' }],
  [
    'busy with a reason',
    failure('<callBridgeUnavailable />', 503),
    { kind: 'busy', reasons: ['callBridgeUnavailable'] },
  ],
  ['too many requests', ({ answer }) => answer(429), { kind: 'busy' }],
  ['a request timeout', ({ answer }) => answer(408), { kind: 'busy' }],
  [
    'a database that is read-only',
    failure('<databaseNotReady />', 500),
    { kind: 'busy', reasons: ['databaseNotReady'] },
  ],
  ['an internal error', ({ answer }) => answer(500), { kind: 'garbled', sent: true }],
  [
    'a gateway error',
    ({ answer }) => answer(502, { 'content-type': 'text/html' }, html),
    { kind: 'garbled', sent: true },
  ],
  ['a gateway timeout', ({ answer }) => answer(504), { kind: 'garbled', sent: true }],
  [
    'a web page as 200',
    ({ answer }) => answer(200, { 'content-type': 'text/html; charset=utf-8' }, html),
    { kind: 'garbled', sent: true },
  ],
  [
    'a web page that is well-formed',
    ({ answer }) => answer(200, {}, '<html><body/></html>'),
    { kind: 'garbled', sent: true },
  ],
  [
    'broken XML',
    ({ answer }) =>
      answer(200, { 'content-type': 'text/xml' }, '<?xml version="1.0"?><calls total="1"><call id="'),
    { kind: 'garbled', sent: true },
  ],
  ['text', ({ answer }) => answer(200, {}, 'It works!'), { kind: 'garbled', sent: true }],
  [
    'a broken encoding',
    ({ answer }) => answer(200, { 'content-encoding': 'gzip' }, '<calls total="0"/>'),
    { kind: 'garbled', sent: true },
  ],
];

describe.each(table)('%s', (_what, handler, { kind, reasons = [], sent = false }) => {
  const writes: [string, () => Promise<unknown>][] = [
    ['POST', () => client.post('calls', [['coSpace', id]])],
    ['PUT', () => client.put(`coSpaces/${id}`, [['passcode', '271828']])],
    ['DELETE', () => client.delete(`calls/${id}`)],
  ];

  test('is that for a read', async () => {
    bridge.handler = handler;
    const fault = await faultOf(client.get('calls', {}, { root: 'calls' }));
    expect(fault).toMatchObject({ kind, reasons, sent: false, callBridge: bridge.address });
  });

  // One that is busy has done nothing, and is asked again for a moment.
  const times = kind === 'busy' ? 4 : 1;
  test.each(writes)(`is that for a %s, asked ${times} times at most`, async (method, act) => {
    bridge.handler = handler;
    const fault = await faultOf(act());
    expect(fault).toMatchObject({ kind, reasons, sent });
    expect(fault.message).toContain(`${method} /api/v1/`);
    expect(bridge.requests).toHaveLength(times);
    const everything = inspect(fault, { depth: 9, showHidden: true }) + fault.stack + JSON.stringify(fault);
    for (const secret of [password, Buffer.from(`apiadmin:${password}`).toString('base64'), '271828']) {
      expect(everything).not.toContain(secret);
    }
  });
});

test('an answer to something else is garbled, and so is none', async () => {
  bridge.handler = ({ xml }) => xml('<participants total="0"></participants>');
  await expect(client.get('calls', {}, { root: 'calls' })).rejects.toMatchObject({
    kind: 'garbled',
    status: 200,
  });
  bridge.handler = ({ answer }) => answer(200);
  await expect(client.get('calls', {}, { root: 'calls' })).rejects.toMatchObject({ kind: 'garbled' });
});

test('a wrong parameter is named in the message', async () => {
  bridge.handler = failure('<parameterError parameter="streamUrl" error="invalidValue" />', 400);
  const fault = await faultOf(client.put(`coSpaces/${id}`, []));
  expect(fault.message).toBe(
    `PUT /api/v1/coSpaces/${id} at ${bridge.address}: answered 400 parameterError (streamUrl: invalidValue)`,
  );
});

test('a POST that does not say where its object is may have made one', async () => {
  bridge.handler = ({ answer }) => answer(200);
  await expect(client.post('calls', [])).rejects.toMatchObject({ kind: 'garbled', sent: true });
  bridge.handler = ({ answer }) => answer(200, { location: '/' });
  await expect(client.post('calls', [])).rejects.toMatchObject({ kind: 'garbled', sent: true });
});

test.each([
  `/api/v1/callLegs/${id}`,
  `/api/v1/CALLLEGS/${id}/`,
  `https://cms1.example.com:445/api/v1/callLegs/${id}?a=b`,
])('the id is the last part of %s', async (location) => {
  bridge.handler = ({ answer }) => answer(200, { location });
  expect(await client.post('calls/1/callLegs', [])).toBe(id);
});

test('what is not ASCII arrives and comes back, whatever the header says of it', async () => {
  bridge.handler = ({ answer }) =>
    answer(
      200,
      { 'content-type': 'text/xml; charset=iso-8859-1' },
      '<call id="1"><name>Größe 会議 😀</name></call>',
    );
  expect((await client.get('calls/1')).text('name')).toBe('Größe 会議 😀');
  await expect(client.put('coSpaces/1', [['name', 'Größe & 会議 + 😀=?']])).resolves.toBeUndefined();
  expect(bridge.requests.at(-1)?.form).toEqual([['name', 'Größe & 会議 + 😀=?']]);
});

test('a compressed answer is read', async () => {
  bridge.handler = ({ answer }) =>
    answer(
      200,
      { 'content-encoding': 'gzip' },
      gzipSync('<?xml version="1.0"?><call id="1"><name>x</name></call>'),
    );
  expect((await client.get('calls/1')).text('name')).toBe('x');
});

test('an answer in pieces is read, and one that comes in no length', async () => {
  bridge.handler = ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/xml', 'transfer-encoding': 'chunked' });
    const text = Buffer.from('<?xml version="1.0"?><call id="1"><name>Größe</name></call>');
    for (let at = 0; at < text.length; at += 7) response.write(text.subarray(at, at + 7));
    response.end();
  };
  expect((await client.get('calls/1')).text('name')).toBe('Größe');
});

test('credentials are sent at first and in UTF-8', async () => {
  bridge.handler = ({ xml }) => xml('<calls total="0"></calls>');
  await client.get('calls');
  expect(bridge.requests).toHaveLength(1);
  const encoded = bridge.requests[0]?.headers.authorization?.replace(/^Basic /, '') ?? '';
  expect(Buffer.from(encoded, 'base64').toString('utf8')).toBe(`apiadmin:${password}`);
});

test('forms go as such, without the fields that are undefined, and control characters as spaces', async () => {
  bridge.handler = ({ answer }) => answer(200);
  await client.put('coSpaces/1', [
    ['name', 'a\u0000b\r\nc'],
    ['passcode', ''],
    ['secret', undefined],
    ['nonMemberAccess', false],
    ['importance', 7],
  ]);
  expect(bridge.requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(bridge.requests[0]?.form).toEqual([
    ['name', 'a b  c'],
    ['passcode', ''],
    ['nonMemberAccess', 'false'],
    ['importance', '7'],
  ]);
});

async function faultOf(promise: Promise<unknown>): Promise<CmsFault> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CmsFault);
  return error as CmsFault;
}
