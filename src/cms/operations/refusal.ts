/** What it means that a call bridge did not do what an operator wanted, told by the reasons that Cisco documents for it. */
import type { CmsFault } from '../fault.ts';

/**
 * - `unsupported`: its release does not know this
 * - `not-licensed`: for recording and streaming
 * - `remote`: the participant is not its own to change: the call bridge that they are connected to is to be asked. Of a
 *   move: they cannot be moved
 * - `full`: the call, or its tenant, has as many participants as it may have
 * - `gone`: the participant or the call is no more
 * - `other`: anything else, also that it could not be asked at all; `CmsFault.kind` says what
 */
export type Refusal = 'unsupported' | 'not-licensed' | 'remote' | 'full' | 'gone' | 'other';

/** Reasons as in Cisco's API description (github.com/ciscocms/apiary), both spellings of the one that has two. */
const meanings: ReadonlyMap<string, Refusal> = new Map([
  ['unrecognisedObject', 'unsupported'],
  ['unrecognizedObject', 'unsupported'],
  ['invalidOperation', 'unsupported'],
  // All that is sent here is right in newer releases: a layout, a switch.
  ['parameterError', 'unsupported'],
  // The reason of the limit became the one of the licence in release 3.0.
  ['recordingNotAllowedByLicensing', 'not-licensed'],
  ['recordingLimitReached', 'not-licensed'],
  ['streamingNotAllowedByLicensing', 'not-licensed'],
  ['streamingLimitReached', 'not-licensed'],
  ['participantCannotBeModified', 'remote'],
  ['participantCannotBeDeleted', 'remote'],
  ['participantLimitReached', 'full'],
  ['tenantParticipantLimitReached', 'full'],
]);

export function refusalOf(fault: CmsFault): Refusal {
  if (fault.kind === 'absent') return 'gone';
  if (fault.kind !== 'refused') return 'other';
  return (
    fault.reasons.map((reason) => meanings.get(reason)).find((meaning) => meaning !== undefined) ?? 'other'
  );
}
