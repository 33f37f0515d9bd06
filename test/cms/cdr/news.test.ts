/** Each call detail record means what happened, when the call bridge says that it did. */
import { describe, expect, test } from 'vitest';
import { heardIn } from '../../../src/cms/cdr/news.ts';
import { type CdrRecord, type Content, parseRecords } from '../../../src/cms/cdr/records.ts';
import type { LeavingReason, News } from '../../../src/conference/attendance/news.ts';

const at = Date.parse('2026-11-27T10:00:00Z');
const heard = at + 1_500;
const told = { at, heard };

function newsOf(content: Content, envelope: Partial<CdrRecord> = {}): readonly News[] {
  const record = { index: 4, at, missing: 0, ...envelope, ...content } as CdrRecord;
  const [one, ...more] = heardIn({ session: 's', callBridge: undefined, records: [record] }, heard);
  expect(more).toEqual([]);
  return one?.news ?? [];
}

const start = { what: 'leg-start', leg: 'ann', address: 'ann@x.example', name: 'Ann' } as const;
const update = { what: 'leg-update', leg: 'ann', isConnected: false, isInIvr: false } as const;
const end = { what: 'leg-end', leg: 'ann', alarms: {} } as const;
const comes = { name: 'Ann', address: 'ann@x.example', isConnected: false };

describe('a record', () => {
  test.each<[string, Content, News]>([
    [
      'of a call that begins is a call in its space',
      { what: 'call-start', call: 'c', name: 'R & D', coSpace: 'space' },
      { ...told, kind: 'call', call: 'c', space: 'space' },
    ],
    [
      'of a call without a space is a call',
      { what: 'call-start', call: 'c', name: '', callType: 'adHoc' },
      { ...told, kind: 'call', call: 'c' },
    ],
    [
      'of a call that ends is its end',
      { what: 'call-end', call: 'c', durationSeconds: 61 },
      { ...told, kind: 'call-over', call: 'c', reason: 'call-ended' },
    ],
    [
      'of a leg that begins is somebody who is not connected yet, in no call',
      start,
      { ...told, kind: 'leg', leg: 'ann', traits: comes },
    ],
    [
      'of a leg that begins has all that is told of it',
      {
        ...start,
        call: 'c',
        group: 'g',
        direction: 'outgoing',
        type: 'sip',
        canMove: true,
        movedLeg: 'before',
      },
      {
        ...{ ...told, kind: 'leg', leg: 'ann', call: 'c', group: 'g' },
        traits: { ...comes, direction: 'outgoing', isApp: false, canMove: true, movedFrom: 'before' },
      },
    ],
    [
      'of a leg of the web app is one of the app',
      { ...start, type: 'acano', subType: 'webApp', direction: 'incoming' },
      { ...told, kind: 'leg', leg: 'ann', traits: { ...comes, direction: 'incoming', isApp: true } },
    ],
    [
      'of a change that says nothing of the state leaves it as it was',
      update,
      { ...told, kind: 'leg', leg: 'ann', traits: {} },
    ],
    [
      'of a leg that has come to its call is somebody who is in it',
      { ...update, isConnected: true, call: 'c', isDeactivated: false, group: 'g' },
      {
        ...told,
        kind: 'leg',
        leg: 'ann',
        call: 'c',
        group: 'g',
        traits: { isConnected: true, isInLobby: false },
      },
    ],
    [
      'of a leg without media is somebody in the lobby',
      { ...update, isConnected: true, call: 'c', isDeactivated: true },
      { ...told, kind: 'leg', leg: 'ann', call: 'c', traits: { isConnected: true, isInLobby: true } },
    ],
    [
      'of another name, address or ability has them',
      { ...update, name: 'Dr Ann', address: 'ann@y.example', canMove: false },
      {
        ...told,
        kind: 'leg',
        leg: 'ann',
        traits: { name: 'Dr Ann', address: 'ann@y.example', canMove: false },
      },
    ],
    [
      'of a leg that ends has what troubled it',
      {
        ...end,
        reason: 'callEnded',
        durationSeconds: 61,
        alarms: { packetLoss: 1.4, highRoundTripTime: 100 },
      },
      {
        ...{ ...told, kind: 'leg-over', leg: 'ann', reason: 'call-ended' },
        traits: { troubles: { packetLoss: 1.4, highRoundTripTime: 100 } },
      },
    ],
    ['that cannot be read is a gap', { what: 'unreadable' }, { ...told, kind: 'gap', records: 1 }],
  ])('%s', (_, content, news) => {
    expect(newsOf(content)).toEqual([news]);
  });

  test.each(['distributionLink', 'lyncDistribution', 'DistributionLink'])(
    'of a leg of subtype %s is one that ties call bridges together, and nobody',
    (subType) => {
      expect(newsOf({ ...start, subType, call: 'c' })).toMatchObject([{ kind: 'leg', isLink: true }]);
    },
  );

  test.each([undefined, 'lync', 'avaya', 'webApp', 'notADistributionLink'])(
    'of a leg of subtype %s is one of somebody',
    (subType) => {
      const [news] = newsOf({ ...start, call: 'c', ...(subType === undefined ? {} : { subType }) });
      expect(news).not.toHaveProperty('isLink');
    },
  );

  test.each<Content>([
    { what: 'recording-start', id: 'r', call: 'c' },
    { what: 'recording-end', id: 'r' },
    { what: 'streaming-start', id: 'r', call: 'c' },
    { what: 'streaming-end', id: 'r' },
    { what: 'other', type: 'whiteboardStart' },
  ])('of what does not change who is in is no news, but counts: %j', (content) => {
    const record = { index: 4, at, missing: 0, ...content } as CdrRecord;
    expect(heardIn({ session: 's', callBridge: undefined, records: [record] }, heard)).toEqual([
      { heard, news: [], record: { session: 's', index: 4, missing: 0 } },
    ]);
  });

  test('without a time happened when it came', () => {
    expect(newsOf({ what: 'call-end', call: 'c' }, { at: undefined })).toMatchObject([{ at: heard, heard }]);
  });
});

describe('somebody has left', () => {
  test.each<[string | undefined, isRemoteTeardown: boolean | undefined, LeavingReason]>([
    ['remoteTeardown', true, 'hung-up'],
    ['ringingTimeout', false, 'no-answer'],
    ['incorrectPasscode', undefined, 'wrong-passcode'],
    ['callMoved', false, 'moved'],
    ['apiInitiatedTeardown', true, 'dropped'],
    ['somethingNew', true, 'hung-up'],
    ['somethingNew', false, 'unknown'],
    [undefined, true, 'hung-up'],
    [undefined, undefined, 'unknown'],
    ['constructor', undefined, 'unknown'],
    ['__proto__', true, 'hung-up'],
  ])('for %s, remotely: %s', (reason, isRemoteTeardown, expected) => {
    const content = {
      ...end,
      ...(reason === undefined ? {} : { reason }),
      ...(isRemoteTeardown === undefined ? {} : { isRemoteTeardown }),
    };
    expect(newsOf(content)).toMatchObject([{ kind: 'leg-over', leg: 'ann', reason: expected }]);
  });
});

test('a document is heard record by record, each with its number, and what is broken of it as a gap in its place', () => {
  const record = (index: string, body: string, more = '') =>
    `<record type="callEnd" time="2026-11-27T10:00:00Z" ${index} ${more}>${body}</record>`;
  const batch = parseRecords(
    Buffer.from(
      '<records session="S">' +
        record('correlatorIndex="4"', '<call id="a"/>', 'numPreceedingRecordsMissing="2"') +
        record('correlatorIndex="5"', '<call id="b"><name>R & D</name></call>') +
        record('', '<call id="c"/>') +
        record('correlatorIndex="6"', '<call id="d"/>') +
        '</records>',
    ),
  );
  if (batch === undefined) throw new Error('not read');
  expect(heardIn(batch, heard)).toMatchObject([
    {
      heard,
      record: { session: 's', index: 4, missing: 2 },
      news: [{ kind: 'call-over', call: 'a', ...told }],
    },
    { heard, record: { session: 's', index: 5, missing: 0 }, news: [{ kind: 'gap', records: 1, ...told }] },
    { heard, news: [{ kind: 'gap', records: 1 }] },
    { heard, record: { session: 's', index: 6, missing: 0 }, news: [{ kind: 'call-over', call: 'd' }] },
  ]);
  expect(heardIn(batch, heard)[2]).not.toHaveProperty('record');
});
