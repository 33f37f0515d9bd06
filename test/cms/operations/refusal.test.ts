/** Refusals are told apart by what Cisco documents for them, and whatever else goes wrong is none of them. */
import { expect, test } from 'vitest';
import type { FaultKind } from '../../../src/cluster/fault.ts';
import { CmsFault, kindOfAnswer } from '../../../src/cms/fault.ts';
import { type Refusal, refusalOf } from '../../../src/cms/operations/refusal.ts';

const callBridge = 'https://cms.example';

test.each<[Refusal, ...string[]]>([
  ['unsupported', 'unrecognisedObject', 'unrecognizedObject', 'invalidOperation', 'parameterError'],
  ['not-licensed', 'recordingNotAllowedByLicensing', 'recordingLimitReached'],
  ['not-licensed', 'streamingNotAllowedByLicensing', 'streamingLimitReached'],
  ['remote', 'participantCannotBeModified', 'participantCannotBeDeleted'],
  ['full', 'participantLimitReached', 'tenantParticipantLimitReached'],
  ['gone', 'participantDoesNotExist', 'callDoesNotExist', 'callLegDoesNotExist'],
  [
    'other',
    'callRecordingCannotBeModified',
    'callStreamingCannotBeModified',
    'databaseNotReady',
    'constructor',
  ],
  ['other', 'callBridgeUnavailable'],
])('%s: %s, %s …', (refusal, ...reasons) => {
  for (const reason of reasons) {
    for (const status of [400, 404]) {
      const kind = kindOfAnswer(status, [reason]);
      expect(refusalOf(new CmsFault('no', { kind, callBridge, status, reasons: [reason] }))).toBe(refusal);
    }
  }
});

test('the first reason that means something counts', () => {
  const reasons = ['somethingNew', 'participantLimitReached', 'parameterError'];
  expect(refusalOf(new CmsFault('no', { kind: 'refused', callBridge, status: 400, reasons }))).toBe('full');
});

test.each<[FaultKind, number | undefined, Refusal]>([
  ['absent', 404, 'gone'],
  ['refused', 401, 'other'],
  ['refused', 400, 'other'],
  ['busy', 503, 'other'],
  ['garbled', 200, 'other'],
  ['unreachable', undefined, 'other'],
])('without reasons, %s (%s) is %s', (kind, status, refusal) => {
  expect(refusalOf(new CmsFault('no', { kind, callBridge, status }))).toBe(refusal);
});
