import { describe, expect, it } from 'vitest';
import {
  type LeavingReason,
  leavingReasonOf,
  leavingReasons,
} from '../../../src/conference/attendance/news.ts';

describe('the reason of a record', () => {
  it.each<[string, LeavingReason]>([
    ['apiInitiatedTeardown', 'dropped'],
    ['callDeactivated', 'host-left'],
    ['callEnded', 'call-ended'],
    ['callMoved', 'moved'],
    ['clientInitiatedTeardown', 'hung-up'],
    ['confirmationTimeOut', 'not-confirmed'],
    ['dnsFailure', 'not-found'],
    ['encryptionRequired', 'encryption-required'],
    ['error', 'failed'],
    ['incorrectPasscode', 'wrong-passcode'],
    ['ivrTimeout', 'menu-timeout'],
    ['ivrUnknownCall', 'menu-timeout'],
    ['localTeardown', 'dropped'],
    ['participantLimitReached', 'full'],
    ['remoteBusy', 'busy'],
    ['remoteRejected', 'declined'],
    ['remoteTeardown', 'hung-up'],
    ['ringingTimeout', 'no-answer'],
    ['tenantParticipantLimitReached', 'full'],
    ['timeout', 'connection-lost'],
    ['unknownDestination', 'not-found'],
  ])('%s means %s', (word, reason) => {
    expect(leavingReasonOf(word)).toBe(reason);
  });

  it.each([undefined, '', ' ', 'somethingNew', 'callended', 'dropped'])(
    'that we do not know is not known: %j',
    (word) => {
      expect(leavingReasonOf(word)).toBe('unknown');
    },
  );

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
    'is never what every object has: %s',
    (word) => {
      expect(leavingReasonOf(word)).toBe('unknown');
    },
  );
});

it('why somebody left is told to people as the end of a sentence about them', () => {
  for (const words of Object.values(leavingReasons)) expect(words).toMatch(/^[a-z][^.]*[a-z]$/);
});
