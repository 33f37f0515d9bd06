/**
 * The passcode and the secret of a conference: derived from a key that every process has and Redis does not, so that
 * after the loss of Redis a running conference is recognised by its secret and an invitation keeps its passcode.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import type { Placement } from '../slot/slot.ts';
import type { Meeting, PlacedConference } from './meeting.ts';

/** From the credential with which the program signs in: known to all its processes, stored by none of them. */
export function deriveIdentityKey(credential: string): Buffer {
  return Buffer.from(hkdfSync('sha256', credential, '', 'roombridge identity', 32));
}

function digest(key: Buffer, purpose: string, of: string): Buffer {
  return createHmac('sha256', key).update(`${purpose}\0${of}`).digest();
}

/** Six digits, the same for all occurrences of a series on the same number; not one that people would guess first. */
export function derivePasscode(key: Buffer, uid: string, number: string): string {
  for (let round = 0; ; round += 1) {
    const value = digest(key, 'passcode', `${uid}\0${number}\0${round}`).readUInt32BE(0) % 1_000_000;
    const passcode = String(value).padStart(6, '0');
    if (!isObvious(passcode)) return passcode;
  }
}

function isObvious(passcode: string): boolean {
  const steps = new Set([...passcode].slice(1).map((digit, i) => Number(digit) - Number(passcode[i])));
  return steps.size === 1;
}

/** A meeting's place with what protects it there. */
export function protect(
  key: Buffer,
  passcode: 'none' | 'random',
  meeting: Pick<Meeting, 'key' | 'last'>,
  { cluster, number }: Placement,
): PlacedConference {
  return {
    ...{ cluster, number },
    passcode: passcode === 'none' ? '' : derivePasscode(key, meeting.last.uid, number),
    secret: deriveSecret(key, meeting.key),
  };
}

/** In the form of a GUID, as TMS sends it. Known to the bridge and to the derived web links, to nobody else. */
export function deriveSecret(key: Buffer, meetingKey: string): string {
  const hex = digest(key, 'secret', meetingKey).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** A subscription's clientState, one for each room: 43 characters, so that a restart without memory can adopt it. */
export function deriveClientState(key: Buffer, mailbox: string): string {
  return digest(key, 'clientState', mailbox).toString('base64url');
}
