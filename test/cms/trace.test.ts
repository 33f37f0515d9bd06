/** Our requests are those that TMS sent to a real bridge, and what the bridge answered is read as it was meant. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBulkParameterSet, indexMapping, readBulkSync, runBulkSync } from '../../src/cms/bulk.ts';
import { dial, listCallLegs } from '../../src/cms/call-legs.ts';
import { createCall, deleteCall, listCalls } from '../../src/cms/calls.ts';
import type { CmsClient } from '../../src/cms/client.ts';
import { listParticipants } from '../../src/cms/participants.ts';
import {
  createCallLegProfile,
  createCallProfile,
  scheduledCallLegProfile,
  scheduledCallProfile,
} from '../../src/cms/profiles.ts';
import { closeSpace, listSpaces, openSpace } from '../../src/cms/spaces.ts';
import { listCallBridges, readCallBridge, readStatus } from '../../src/cms/system.ts';
import { RawBridge } from './raw-bridge.ts';

interface TraceExchange {
  trace: number;
  method: string;
  path: string;
  status: number;
  requestForm?: [string, string][];
  location?: string;
  responseXml?: string;
}

const file = new URL('../fixtures/cms/tms-drives-cms.json', import.meta.url);
const { steps } = JSON.parse(readFileSync(file, 'utf8')) as { steps: { exchanges: TraceExchange[] }[] };
const exchanges = steps.flatMap((step) => step.exchanges);

const callProfile = '1285fa9c-f221-4af7-8462-51cf1d7542eb';
const callLegProfile = '734447d1-4251-442f-b127-ab3304b643f8';
const set = 'beac931c-ae88-4f5f-b6b7-71a1c4bdaf8e';
const sync = '071e7bf5-c0d8-4d2a-b321-7b07c799829c';
const space = '458075bc-6def-4052-8ed6-b1192d6e6b35';
const call = 'ce5ee392-7be6-4227-a7ee-b4f16a5fdd16';
const title = 'Tim Kratzke Acano TMSXE Test Meeting';
const open = { name: title, passcode: '', secret: '86db1bdd-5cf7-4ea8-b88d-479195f4701a' };

/** What we do where TMS made the request of that number, and what must come of it. */
const conformance: [trace: number, act: (client: CmsClient) => Promise<unknown>, result: unknown][] = [
  [
    8889,
    readStatus,
    {
      softwareVersion: '2.0(RC)',
      uptimeSeconds: 333717,
      cdrTime: Date.UTC(2016, 6, 26, 14, 8, 19),
      clusterEnabled: true,
      callLegsActive: 0,
      callLegsMaxActive: 3,
    },
  ],
  [
    8890,
    (client) => listCallBridges(client),
    [
      { id: '0e3758db-b9b8-49df-a74c-55fa05e3e21d', name: 'CallBridge-Core1' },
      { id: 'cfe31846-ca57-4703-9e11-da3e72a13066', name: 'CallBridge-Core2' },
    ],
  ],
  [
    8891,
    (client) => readCallBridge(client, '0e3758db-b9b8-49df-a74c-55fa05e3e21d'),
    { id: '0e3758db-b9b8-49df-a74c-55fa05e3e21d', name: 'CallBridge-Core1', address: 'https://14.80.82.30' },
  ],
  [
    8892,
    (client) => readCallBridge(client, 'cfe31846-ca57-4703-9e11-da3e72a13066'),
    { id: 'cfe31846-ca57-4703-9e11-da3e72a13066', name: 'CallBridge-Core2', address: 'https://14.80.82.31' },
  ],
  [8893, (client) => createCallProfile(client, scheduledCallProfile), callProfile],
  [8894, (client) => createCallLegProfile(client, scheduledCallLegProfile), callLegProfile],
  [
    8954,
    (client) =>
      createBulkParameterSet(client, {
        startIndex: 1,
        endIndex: 5,
        uri: indexMapping(),
        name: indexMapping('TMS_Scheduled_Meeting_'),
        callId: indexMapping(),
        callProfile,
        callLegProfile,
        nonMemberAccess: false,
      }),
    set,
  ],
  [8955, (client) => runBulkSync(client, set), sync],
  [8956, (client) => readBulkSync(client, sync), { id: sync, set, status: 'complete' }],
  [9500, (client) => openSpace(client, space, open), undefined],
  [9501, (client) => createCall(client, space), call],
  [
    9504,
    (client) => listCalls(client),
    [{ id: call, name: title, coSpace: space, callCorrelator: '76331036-6887-4d88-87ea-2a24a2f585d4' }],
  ],
  [9506, (client) => dial(client, call, 'desk.ex90@tkratzke.local'), '9f003b66-0539-4513-b609-ed0d93d09781'],
  [9711, (client) => openSpace(client, space, open), undefined],
  [9878, (client) => closeSpace(client, space, { name: 'TMS_Scheduled_Meeting_1' }), undefined],
  [9879, (client) => deleteCall(client, call), undefined],
];

let bridge: RawBridge;
let given: TraceExchange | undefined;

beforeEach(async () => {
  bridge = await RawBridge.start((exchange) => {
    if (given?.responseXml !== undefined) exchange.xml(given.responseXml, given.status);
    else exchange.answer(given?.status ?? 500, given?.location ? { location: given.location } : {});
  });
});
afterEach(() => bridge.stop());

describe('the recorded traffic', () => {
  test.each(conformance)(
    'request %i is made as TMS made it, and its answer read',
    async (trace, act, result) => {
      given = exchanges.find((exchange) => exchange.trace === trace);
      expect(given).toBeDefined();

      const read = await act(bridge.client());

      const [request, ...more] = bridge.requests;
      expect(more).toEqual([]);
      expect(request?.method).toBe(given?.method);
      expect(request?.path.toLowerCase()).toBe(given?.path.toLowerCase());
      expect(request?.form).toEqual(given?.requestForm ?? []);
      if (typeof result === 'object' && !Array.isArray(result)) expect(read).toMatchObject(result as object);
      else expect(read).toEqual(result);
    },
  );

  test('every form that TMS sent is among them', () => {
    const forms = exchanges.filter(({ requestForm }) => requestForm !== undefined).map(({ trace }) => trace);
    const ours = conformance.map(([trace]) => trace);
    expect(forms.filter((trace) => !ours.includes(trace))).toEqual([]);
  });

  test('a body is as long as that of TMS, which puts an empty pair before it', async () => {
    given = exchanges.find((exchange) => exchange.trace === 9500);
    await openSpace(bridge.client(), space, open);
    expect(bridge.requests[0]?.body.length).toBe(117 - 1);
  });

  test('a page of spaces is read to its end though the log shows one of four', async () => {
    given = exchanges.find((exchange) => exchange.trace === 9499);
    const page = given?.responseXml ?? '';
    bridge.handler = ({ query, xml }) => xml(query.offset === '0' ? page : '<coSpaces total="4"></coSpaces>');
    const spaces = [];
    for await (const found of listSpaces(bridge.client())) spaces.push(found);
    expect(spaces).toEqual([
      {
        id: '2be23a10-f400-4436-baef-6058f55ca688',
        name: 'Cool Bridge Space',
        autoGenerated: false,
        uri: 'cool.bridge.space',
        callId: '497540167',
      },
    ]);
  });

  test('empty lists of participants and call legs are none', async () => {
    given = exchanges.find((exchange) => exchange.trace === 9497);
    expect(await listParticipants(bridge.client(), call)).toEqual([]);
    given = exchanges.find((exchange) => exchange.trace === 9505);
    expect(await listCallLegs(bridge.client(), call)).toEqual([]);
  });

  test('the 401 in the middle of it is a refusal, and never met by credentials sent at first', async () => {
    given = exchanges.find((exchange) => exchange.trace === 9498);
    await expect(listCalls(bridge.client())).rejects.toMatchObject({ kind: 'refused', status: 401 });
    expect(bridge.requests).toHaveLength(1);
    expect(bridge.requests[0]?.headers.authorization).toMatch(/^Basic /);
  });
});
