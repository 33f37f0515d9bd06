/** Replays the recorded traffic of TMS with a bridge against the simulator: same statuses, same shapes, same sizes. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster, type WireAnswer } from './test-client.ts';

interface Exchange {
  trace: number;
  method: string;
  path: string;
  status: number;
  requestForm?: [string, string][];
  requestBytes?: number;
  location?: string;
  responseXml?: string;
  responseBytes: number;
  responseElided?: boolean;
}

const fixture = new URL('../../fixtures/cms/tms-drives-cms.json', import.meta.url);
const steps: { step: string; exchanges: Exchange[] }[] = JSON.parse(readFileSync(fixture, 'utf8')).steps;
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const SLOT = '458075bc-6def-4052-8ed6-b1192d6e6b35';

let cluster: TestCluster;
/** The trace's ids to ours. */
const ids = new Map<string, string>();
/** Sizes of the lists of spaces: the trace's less ours stays the same, for the labs held different spaces. */
const spaceListGaps = new Set<number>();

beforeAll(async () => {
  cluster = await startTestCluster({ softwareVersion: '2.0(RC)', bulkSyncDelay: 20 });
  cluster.cms.addSpace({ name: 'Cool Bridge Space', uri: 'cool.bridge.space', callId: '497540167' });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const ours = (text: string): string => text.replace(GUID, (id) => ids.get(id) ?? id);

for (const { step, exchanges } of steps) {
  test.each(exchanges)(`${step}: $trace $method $path`, async (exchange) => {
    if (exchange.path.includes('cospaceBulkSyncs/')) await slotsMade();
    // By then the endpoint had gone: the trace counts no active leg.
    if (step === 'end') cluster.cms.hangUp('desk.ex90@tkratzke.local');
    const body = requestBody(exchange);
    const answer = await cluster.call(exchange.method, ours(exchange.path), {
      anonymous: exchange.status === 401,
      ...(body !== undefined && { form: body }),
    });
    expect(answer.status).toBe(exchange.status);
    if (exchange.status === 401) expect(answer.headers['www-authenticate']).toBe('Basic realm="acano"');
    expectLocation(exchange, answer);
    if (exchange.responseXml === undefined) {
      expect(answer.body).toBe('');
    } else {
      learnIds(exchange.responseXml, answer.body);
      expectShape(exchange.responseXml, answer.body, exchange.responseElided ?? false);
    }
    expectSize(exchange, answer);
  });
}

test('the bridge is left as the trace leaves it', () => {
  const { cms } = cluster;
  expect(cms.space('1')).toMatchObject({
    name: 'TMS_Scheduled_Meeting_1',
    nonMemberAccess: false,
    passcode: '',
  });
  expect(cms.space('1')?.secret).toMatch(/^[\w-]{22}$/);
  expect(cms.bridge(0).calls()).toEqual([]);
  expect(cms.ignoredParameters.size).toBe(0);
});

async function slotsMade(): Promise<void> {
  await cluster.cms.waitFor(() => cluster.cms.spaces().length === 6);
  ids.set(SLOT, cluster.cms.space('1')?.id ?? '');
}

/** The bytes as they were sent: nothing escaped but spaces, and an empty pair in front where the size says so. */
function requestBody({ requestForm, requestBytes }: Exchange): string | undefined {
  if (requestForm === undefined) return undefined;
  const plain = requestForm.map(([name, value]) => `${name}=${value.replaceAll(' ', '+')}`).join('&');
  const body = plain.length + 1 === requestBytes ? `&${plain}` : plain;
  expect(body).toHaveLength(requestBytes ?? -1);
  return ours(body);
}

function expectLocation({ location }: Exchange, answer: WireAnswer): void {
  if (location === undefined) {
    expect(answer.headers.location).toBeUndefined();
    return;
  }
  ids.set(location.split('/').at(-1) ?? '', answer.id);
  expect(answer.headers.location).toBe(ours(location));
  expect(answer.id).toMatch(GUID);
}

/** Pairs off ids in the order in which both documents show them. */
function learnIds(expected: string, actual: string): void {
  const found = actual.match(GUID) ?? [];
  (expected.match(GUID) ?? []).forEach((id, index) => {
    const mine = found[index];
    if (mine !== undefined && !ids.has(id)) ids.set(id, mine);
  });
}

/** Where the log left nothing out, all elements in order; else each of its items among ours. */
function expectShape(expected: string, actual: string, elided: boolean): void {
  const xml = actual.replace('<?xml version="1.0"?>', '');
  if (!elided) {
    expect(shapeOf(xml)).toEqual(shapeOf(ours(expected)));
    return;
  }
  expect(rootOf(xml)).toBe(rootOf(expected));
  const names = shapeOf(expected).slice(1);
  const mine = shapeOf(xml);
  let from = 0;
  for (const name of names) {
    const at = mine.indexOf(name, from);
    expect(at, `${name} in order in ${xml}`).toBeGreaterThanOrEqual(from);
    from = at + 1;
  }
}

/** Tags in order, with their attributes' names and, where they say how many there are, their values. */
function shapeOf(xml: string): string[] {
  return (xml.match(/<[^>]+>/g) ?? []).map((tag) =>
    tag.replace(/ id="[^"]*"/, ' id').replace(/\s*\/>$/, '/>'),
  );
}

function rootOf(xml: string): string {
  return /^<(\w+)/.exec(xml)?.[1] ?? '';
}

function expectSize(exchange: Exchange, { body }: WireAnswer): void {
  const { path, responseBytes, responseXml = '' } = exchange;
  const bytes = Buffer.byteLength(body);
  if (path.endsWith('/coSpaces') && exchange.status === 200) {
    spaceListGaps.add(bytes - responseBytes);
    expect(spaceListGaps.size, 'the list grows by what the new name is longer').toBe(1);
    return;
  }
  // The values of which the length is the lab's own, not the format's.
  const varying = ['uptimeSeconds', 'address'].map((name) => length(body, name) - length(responseXml, name));
  expect(bytes).toBe(responseBytes + varying.reduce((sum, difference) => sum + difference, 0));
}

function length(xml: string, name: string): number {
  return new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1]?.length ?? 0;
}
