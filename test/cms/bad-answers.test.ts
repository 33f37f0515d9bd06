/** Everything that a call bridge can do wrong with the POST of a call, and what is known of it afterwards. */
import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cause } from '../../src/cluster/health.ts';
import { createCall, listCalls } from '../../src/cms/calls.ts';
import { CmsClient } from '../../src/cms/client.ts';
import { CmsFault, causeOf } from '../../src/cms/fault.ts';
import { createDispatcher } from '../../src/outbound.ts';
import type { Fault } from '../simulators/cms/faults.ts';
import { startTestCluster, type TestCluster } from '../simulators/cms/test-client.ts';

let cluster: TestCluster;
let client: CmsClient;
let dispatcher: Dispatcher;
let space: string;
beforeEach(async () => {
  cluster = await startTestCluster();
  dispatcher = createDispatcher({ ...{ proxy: {}, ca: cluster.ca, connections: 4, connectTimeout: 10_000 } });
  const { url: address, username, password } = cluster.cms.bridge(0);
  const parts = { connect: 10_000, headers: 10_000, body: 10_000 };
  client = new CmsClient({
    callBridge: { address, username, password },
    dispatcher,
    deadline: 10_000,
    parts,
  });
  space = cluster.cms.addSpace({ name: 'Slot' });
  // The connection stands already: what follows befalls it in mid-life.
  await listCalls(client);
});
afterEach(async () => {
  await dispatcher.destroy();
  await cluster[Symbol.asyncDispose]();
});

interface Row {
  readonly fault: Omit<Fault, 'match' | 'times'>;
  readonly kind: CmsFault['kind'];
  /** Whether the outcome is open for all that we can know. */
  readonly sent: boolean;
  readonly cause: Cause;
  readonly made: number;
  readonly words: RegExp;
  /** Milliseconds, where it is the deadline that ends it. */
  readonly deadline?: number;
}

const rows: Row[] = [
  {
    fault: { kind: 'refuse' },
    kind: 'unreachable',
    sent: true,
    cause: 'unreachable',
    made: 0,
    words: /closed the connection/,
  },
  {
    fault: { kind: 'reset' },
    kind: 'unreachable',
    sent: true,
    cause: 'unreachable',
    made: 0,
    words: /closed the connection/,
  },
  {
    fault: { kind: 'black-hole' },
    kind: 'unreachable',
    sent: true,
    cause: 'unreachable',
    made: 0,
    words: /no answer within/,
    deadline: 400,
  },
  {
    fault: { kind: 'tls' },
    kind: 'unreachable',
    sent: true,
    cause: 'unreachable',
    made: 0,
    words: /closed the connection/,
  },
  {
    fault: { kind: 'untrusted' },
    kind: 'unreachable',
    sent: true,
    cause: 'unreachable',
    made: 0,
    words: /closed the connection/,
  },
  {
    fault: { kind: 'unauthorized' },
    kind: 'refused',
    sent: false,
    cause: 'credentials',
    made: 0,
    words: /answered 401/,
  },
  { fault: { kind: 'error' }, kind: 'garbled', sent: true, cause: 'garbled', made: 0, words: /answered 500/ },
  { fault: { kind: 'busy' }, kind: 'busy', sent: false, cause: 'busy', made: 0, words: /answered 503/ },
  {
    fault: { kind: 'failure' },
    kind: 'busy',
    sent: false,
    cause: 'busy',
    made: 0,
    words: /databaseNotReady/,
  },
  {
    fault: { kind: 'html' },
    kind: 'garbled',
    sent: true,
    cause: 'garbled',
    made: 0,
    words: /answered 200 with/,
  },
  {
    fault: { kind: 'garbage' },
    kind: 'garbled',
    sent: true,
    cause: 'garbled',
    made: 0,
    words: /is not HTTP/,
  },
  {
    fault: { kind: 'lost-answer' },
    kind: 'unreachable',
    sent: true,
    cause: 'unreachable',
    made: 1,
    words: /closed the connection/,
  },
  {
    fault: { kind: 'hang-answer' },
    kind: 'unreachable',
    sent: true,
    cause: 'unreachable',
    made: 1,
    words: /no answer within/,
    deadline: 600,
  },
  {
    fault: { kind: 'slow', ms: 5_000 },
    kind: 'unreachable',
    sent: true,
    cause: 'unreachable',
    made: 1,
    words: /no answer within/,
    deadline: 600,
  },
];

test.each(rows)(
  '$fault.kind: $kind',
  async ({ fault, kind, sent, cause, made, words, deadline = 10_000 }) => {
    const bridge = cluster.cms.bridge(0);
    bridge.setFault({ ...fault, match: { method: 'POST', path: /calls$/ } });
    const caught = await createCall(client, space, { deadline }).catch((error: unknown) => error);
    expect(caught).toBeInstanceOf(CmsFault);
    expect(caught).toMatchObject({ kind, sent, withheld: undefined, message: expect.stringMatching(words) });
    expect(causeOf(caught as CmsFault)).toBe(cause);
    expect(bridge.calls()).toHaveLength(made);
    await bridge.clearFault();
    expect(await createCall(client, space)).toBe(bridge.calls()[0]?.id);
    expect(bridge.calls()).toHaveLength(1);
  },
);

test.each<[Fault['kind'], Cause, RegExp]>([
  ['refuse', 'unreachable', /refused the connection/],
  ['black-hole', 'unreachable', /no connection within/],
  ['deaf', 'unreachable', /no connection within/],
  ['tls', 'unreachable', /TLS/],
  ['untrusted', 'certificate', /not trusted here/],
])('and from then on, to whoever comes anew: %s is %s, and nothing was sent', async (kind, cause, words) => {
  const bridge = cluster.cms.bridge(0);
  bridge.setFault({ kind });
  await bridge.settled();
  // In a black hole the connection that stood is used up first.
  await listCalls(client, {}, { deadline: 300 }).catch(() => {});
  const deadline = cause === 'unreachable' && kind !== 'refuse' && kind !== 'tls' ? 600 : 10_000;
  const caught = await createCall(client, space, { deadline }).catch((error: unknown) => error);
  expect(caught).toMatchObject({ kind: 'unreachable', sent: false, message: expect.stringMatching(words) });
  expect(causeOf(caught as CmsFault)).toBe(cause);
});

test.each(['half-answer', 'cut-answer', 'hang-body'] as const)(
  'half of an answer is none: %s',
  async (kind) => {
    const bridge = cluster.cms.bridge(0);
    bridge.setFault({ kind, match: { method: 'GET' } });
    const caught = await listCalls(client, {}, { deadline: 800 }).catch((error: unknown) => error);
    expect(caught).toBeInstanceOf(CmsFault);
    // Whoever begins an answer lives.
    expect(causeOf(caught as CmsFault)).toBe('garbled');
  },
);
