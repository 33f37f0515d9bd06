/** Whatever a call bridge answers, over real TLS: what is read is as it should be, or it is one clear fault; soon, and without end of neither. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listAccessMethods } from '../../src/cms/access-methods.ts';
import { listAlarms } from '../../src/cms/alarms.ts';
import { listBulkParameterSets, readBulkParameterSet, readBulkSync } from '../../src/cms/bulk.ts';
import { listCallLegs, readCallLeg } from '../../src/cms/call-legs.ts';
import { createCall, deleteCall, listCalls, readCall } from '../../src/cms/calls.ts';
import { readCdrReceivers } from '../../src/cms/cdr/receivers.ts';
import type { CmsClient } from '../../src/cms/client.ts';
import { readDatabase } from '../../src/cms/database.ts';
import { leadsToSpaces, listInboundRules } from '../../src/cms/dial-plan.ts';
import { CmsFault } from '../../src/cms/fault.ts';
import { readLegDetail } from '../../src/cms/leg-media.ts';
import { listLicenses } from '../../src/cms/licensing.ts';
import { readLimits, readLoad } from '../../src/cms/load.ts';
import { listMembers, readMember } from '../../src/cms/members.ts';
import { readMovable } from '../../src/cms/operations/move.ts';
import {
  listEverybody,
  listParticipants,
  readConnection,
  readParticipant,
} from '../../src/cms/participants.ts';
import { listPeerFailures } from '../../src/cms/peer-failures.ts';
import { listCallProfiles, readCallLegProfile, readSystemCallProfile } from '../../src/cms/profiles.ts';
import { listSpaces, readSpace } from '../../src/cms/spaces.ts';
import { listCallBridges, readCallBridge, readClusterUniqueName, readStatus } from '../../src/cms/system.ts';
import { parseXml, type XmlElement } from '../../src/cms/xml.ts';
import { password, RawBridge } from '../cms/raw-bridge.ts';
import { held, holds, timeout, watchForThrown } from './hunting.ts';
import {
  awkward,
  damaged,
  type Element,
  element,
  hostileXml,
  mutants,
  wellFormed,
  xmlOf,
} from './mutations.ts';

watchForThrown();

let bridge: RawBridge;
let client: CmsClient;
beforeAll(async () => {
  bridge = await RawBridge.start(() => {});
  // Of a loaded machine nothing is asked that a fast one does.
  const parts = { connect: 30_000, headers: 30_000, body: 30_000 };
  client = bridge.client({ deadline: 60_000, parts });
});
afterAll(() => bridge.stop());

async function spaces(from: CmsClient): Promise<unknown[]> {
  const found = [];
  for await (const space of listSpaces(from, { filter: '8099' })) found.push(space);
  return found;
}

const readers: Readonly<Record<string, (from: CmsClient) => Promise<unknown>>> = {
  readStatus,
  listCallBridges,
  readCallBridge: (from) => readCallBridge(from, 'a'),
  readClusterUniqueName,
  spaces,
  readSpace: (from) => readSpace(from, 'a'),
  listCalls: (from) => listCalls(from),
  readCall: (from) => readCall(from, 'a'),
  listCallLegs: (from) => listCallLegs(from, 'a'),
  readCallLeg: (from) => readCallLeg(from, 'a'),
  readLegDetail: (from) => readLegDetail(from, 'a'),
  listParticipants: (from) => listParticipants(from, 'a'),
  listEverybody,
  readParticipant: (from) => readParticipant(from, 'a'),
  readConnection: (from) => readConnection(from, 'a'),
  readMovable: (from) => readMovable(from, 'a'),
  listAlarms,
  listPeerFailures,
  listLicenses,
  readLoad,
  readLimits,
  readDatabase,
  listInboundRules,
  leadsToSpaces: (from) => leadsToSpaces(from, { id: 'a', domain: 'x' }),
  readCdrReceivers,
  listMembers: (from) => listMembers(from, 'a'),
  readMember: (from) => readMember(from, 'a', 'b'),
  listAccessMethods: (from) => listAccessMethods(from, 'a'),
  listCallProfiles,
  readCallLegProfile: (from) => readCallLegProfile(from, 'a'),
  readSystemCallProfile,
  listBulkParameterSets,
  readBulkSync: (from) => readBulkSync(from, 'a'),
  readBulkParameterSet: (from) => readBulkParameterSet(from, 'a'),
  createCall: (from) => createCall(from, { space: 'a', name: 'x' } as never),
  deleteCall: (from) => deleteCall(from, 'a'),
};

/** What a real bridge has answered, and what the others of these resources look like. */
const file = new URL('../fixtures/cms/tms-drives-cms.json', import.meta.url);
const { steps } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly steps: readonly { readonly exchanges: readonly { readonly responseXml?: string }[] }[];
};
const recorded = new Set(
  steps.flatMap(({ exchanges }) => exchanges.flatMap(({ responseXml = [] }) => responseXml)),
);
const written = [
  '<callLegs total="1"><callLeg id="l1"><name>Board</name><remoteParty>sip:board@video.example.com</remoteParty><call>c1</call></callLeg></callLegs>',
  '<callLeg id="l1"><name>Board</name><remoteParty>board@video.example.com</remoteParty><call>c1</call><subType>distributionLink</subType><direction>outgoing</direction><status><state>connected</state><durationSeconds>61</durationSeconds><layout>allEqual</layout><rxAudio><codec>opus</codec><packetLossPercentage>1.5</packetLossPercentage><jitter>3</jitter></rxAudio><rxVideo role="main"><width>1280</width><height>720</height><frameRate>29.9</frameRate></rxVideo></status><configuration><rxAudioMute>false</rxAudioMute></configuration></callLeg>',
  '<participants total="1"><participant id="p1"><name>Ann</name><uri>ann@example.com</uri><call>c1</call><callBridge>b1</callBridge></participant></participants>',
  '<participant id="p1"><name>Ann</name><isActivator>true</isActivator><canMove>true</canMove><call>c1</call></participant>',
  '<alarms total="1"><alarm id="a1"><type>callBridgeConnectionFailure</type><activeTimeSeconds>9</activeTimeSeconds><callBridgeName>cms2</callBridgeName></alarm></alarms>',
  '<licensing><features><callBridge><status>activated</status><expiry>2027-Jan-01</expiry></callBridge></features></licensing>',
  '<load><mediaProcessingLoad>14000</mediaProcessingLoad></load>',
  '<cluster><uniqueName>cms1</uniqueName><loadLimit>200000</loadLimit><newConferenceLoadLimitBasisPoints>5000</newConferenceLoadLimitBasisPoints><participantLimit>500</participantLimit></cluster>',
  '<database clustered="enabled"><cluster><nodeInUse>db1</nodeInUse><node hostname="db1" up="true" syncBehind="0" master="true"/></cluster></database>',
  '<inboundDialPlanRules total="1"><inboundDialPlanRule id="r1"><domain>meet.example.com</domain></inboundDialPlanRule></inboundDialPlanRules>',
  '<inboundDialPlanRule id="r1"><resolveToCoSpaces>true</resolveToCoSpaces></inboundDialPlanRule>',
  '<cdrReceivers total="1" maximum="4"><cdrReceiver id="r1"><uri>https://x/cdr/1</uri></cdrReceiver></cdrReceivers>',
  '<coSpace id="s1"><name>n</name><uri>80991000</uri><callId>80991000</callId><passcode>1</passcode><secret>s</secret><numAccessMethods>1</numAccessMethods></coSpace>',
  '<coSpaceUsers total="1"><coSpaceUser id="u1"><userJid>ann@example.com</userJid></coSpaceUser></coSpaceUsers>',
  '<accessMethods total="1"><accessMethod id="m1"><uri>90991000</uri><callId>90991000</callId></accessMethod></accessMethods>',
  '<callProfiles total="1"><callProfile id="q1"/></callProfiles>',
  '<callLegProfile id="q1"><name>hosts</name><needsActivation>false</needsActivation></callLegProfile>',
  '<profiles><callProfile>q1</callProfile></profiles>',
  '<cospaceBulkParameterSets total="1"><cospaceBulkParameterSet id="b1"><startIndex>0</startIndex><endIndex>19</endIndex></cospaceBulkParameterSet></cospaceBulkParameterSets>',
  '<failureDetails><tooManyCalls/><parameterError parameter="name" error="tooLong"/></failureDetails>',
];
const fromXml = ({ name, attributes, elements, content }: XmlElement): Element =>
  element(name, { ...attributes }, ...(content === '' ? [] : [content]), ...elements.map(fromXml));
const examples = [...recorded, ...written].map((xml) => fromXml(parseXml(xml)));

const documents = fc
  .tuple(mutants(examples), fc.boolean())
  .map(([tree, inAttributes]) => xmlOf(tree, inAttributes));
const answers = fc.record({
  body: damaged(fc.oneof({ weight: 5, arbitrary: documents }, hostileXml)),
  status: fc.oneof(
    { weight: 5, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 204, 301, 302, 400, 401, 403, 404, 409, 429, 500, 502, 503, 599),
  ),
  type: fc.constantFrom('text/xml', 'application/xml; charset=utf-16', 'text/html', 'application/json', ''),
  encoding: fc.oneof(
    { weight: 8, arbitrary: fc.constant('') },
    fc.constantFrom('gzip', 'true gzip', 'br', 'deflate', 'zstd'),
  ),
  location: fc.oneof(
    { weight: 2, arbitrary: fc.constant('/api/v1/calls/x1') },
    awkward.map((text) => encodeURI(wellFormed(text))),
  ),
});
type Answer = typeof answers extends fc.Arbitrary<infer T> ? T : never;

function answering({ body, status, type, encoding, location }: Answer): void {
  const content = encoding === 'true gzip' ? gzipSync(body) : body;
  const headers = {
    ...(type !== '' && { 'content-type': type }),
    ...(encoding !== '' && { 'content-encoding': encoding.replace('true ', '') }),
    location,
  };
  bridge.requests.length = 0;
  bridge.handler = ({ answer }) => answer(status, headers, status === 204 ? '' : content);
}

/** Everything in it, however deep. */
function* valuesIn(value: unknown): Generator<unknown> {
  yield value;
  if (typeof value === 'object' && value !== null)
    for (const one of Object.values(value)) yield* valuesIn(one);
}

const kinds = ['unreachable', 'busy', 'refused', 'absent', 'garbled'];

async function isReadOrRefused(read: (from: CmsClient) => Promise<unknown>): Promise<void> {
  const outcome = await read(client).catch((error: unknown) => error);
  if (outcome instanceof Error) {
    expect(outcome).toBeInstanceOf(CmsFault);
    const { kind, message } = outcome as CmsFault;
    expect(kinds).toContain(kind);
    // It stands in tickets and timelines.
    expect(message.length).toBeLessThanOrEqual(500);
    expect(message).not.toContain(password);
    expect(message).not.toMatch(/\p{Cc}/u);
  }
  for (const value of valuesIn(outcome))
    if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
  // What it says leads us nowhere else, and not for ever.
  expect(bridge.requests.length).toBeLessThan(300);
  for (const { path } of bridge.requests) expect(path).toMatch(/^\/api\/v1(\/[\w.:-]+)+$/);
}

it('every answer is read or refused', { timeout }, async () => {
  await holds(fc.tuple(fc.constantFrom(...Object.keys(readers)), answers), 250, async ([name, answer]) => {
    answering(answer);
    await isReadOrRefused(readers[name] as (typeof readers)[string]);
  });
});

it('a list that never ends, that leads astray or goes on for ever is given up', { timeout }, async () => {
  const ids = fc.oneof(
    awkward,
    fc.constantFrom('../system/status', 'a/b', 'a?b', 'a#b', 'a b', '..', '%2e%2e', 'é'),
  );
  const totals = fc.constantFrom('1', '0', '-1', '5000', '9'.repeat(400), '', 'many');
  const drawn = fc.record({
    name: fc.constantFrom('listCallLegs', 'readConnection', 'spaces', 'listCallBridges', 'listAlarms'),
    ids: fc.array(ids, { maxLength: 6 }),
    totals,
  });
  await holds(drawn, 60, async ({ name, ids: given, totals: total }) => {
    bridge.requests.length = 0;
    bridge.handler = ({ path, xml }) => {
      const list = path.split('/').at(-1) as string;
      const of = (id: string) =>
        `<${list.slice(0, -1)} id="${wellFormed(id).replaceAll(/[&<"\p{Cc}]/gu, '_')}"><name>x</name></${list.slice(0, -1)}>`;
      xml(`<${list} total="${total}">${given.map(of).join('')}</${list}>`);
    };
    await isReadOrRefused(readers[name] as (typeof readers)[string]);
  });
});

it('an answer is as long as it likes and no longer than we do', { timeout }, async () => {
  const xml = `<calls total="1">${'<call id="c"><name>x</name></call>'.repeat(2_000)}</calls>`;
  const read = async (body: Buffer | string, headers: Record<string, string> = {}) => {
    bridge.handler = ({ answer }) => answer(200, headers, body);
    return await listCalls(client).catch((error: CmsFault) => error.kind);
  };
  expect(await read(xml)).toHaveLength(1);
  expect(await read(Buffer.alloc(17 * 1_048_576, ' '))).toBe('garbled');
  // Some kilobytes that unfold to more than forty megabytes.
  expect(await read(gzipSync(Buffer.alloc(40 * 1_048_576, ' ')), { 'content-encoding': 'gzip' })).toBe(
    'garbled',
  );
  const before = await held();
  for (let time = 0; time < 10; time += 1) await read(`<calls>${'<'.repeat(200_000)}`);
  bridge.requests.length = 0;
  expect((await held()) - before).toBeLessThan(16 * 1_048_576);
});
