/**
 * The passcode and the secret of a conference: derived from a key that every process has and Redis does not, so that
 * after the loss of Redis a running conference is recognised by its secret and an invitation keeps its passcode.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import type { Placement } from '../slot/slot.ts';
import { type AccessRules, policyFor } from './access.ts';
import type { Meeting, PlacedConference } from './meeting.ts';

/** From the credential with which the program signs in: known to all its processes, stored by none of them. */
export function deriveIdentityKey(credential: string): Buffer {
  return Buffer.from(hkdfSync('sha256', credential, '', 'roombridge identity', 32));
}

function digest(key: Buffer, purpose: string, of: string): Buffer {
  return createHmac('sha256', key).update(`${purpose}\0${of}`).digest();
}

type Whose = 'passcode' | 'hosts';

/** Digits, the same for all occurrences of a series on the same number; not those that people would guess first. */
export function derivePasscode(
  key: Buffer,
  uid: string,
  number: string,
  {
    length = 6,
    whose = 'passcode',
    taken = new Set(),
  }: { readonly length?: number; readonly whose?: Whose; readonly taken?: ReadonlySet<string> } = {},
): string {
  for (let round = 0; ; round += 1) {
    const random = digest(key, whose, `${uid}\0${number}\0${round}`);
    const value = (length > 6 ? random.readUIntBE(0, 6) : random.readUInt32BE(0)) % 10 ** length;
    const passcode = String(value).padStart(length, '0');
    if (!isObvious(passcode) && !number.includes(passcode) && !taken.has(passcode)) return passcode;
  }
}

/** A run of equal steps such as 234567, or the same few digits over and over. */
function isObvious(passcode: string): boolean {
  const steps = new Set(
    [...passcode].slice(1).map((digit, i) => (10 + Number(digit) - Number(passcode[i])) % 10),
  );
  if (steps.size === 1) return true;
  const half = Math.floor(passcode.length / 2);
  return Array.from({ length: half }, (_, i) => i + 1).some(
    (period) => passcode.startsWith(passcode.slice(period)) && passcode.length % period === 0,
  );
}

/** What protects conferences: how their passcodes are made, who has which policy, and the hosts' own numbers. */
export interface Protection {
  readonly passcode: 'none' | 'random';
  /** Digits. */
  readonly passcodeLength: number;
  readonly access: AccessRules;
  /** The number for the hosts of what is at this place; undefined where the cluster has no such numbers. */
  hostsNumber(placement: Placement): string | undefined;
}

/**
 * A meeting's place with what protects it there.
 * @param near iCalUIds of other events and series that have the number at about the same time: theirs are not taken again
 */
export function protect(
  key: Buffer,
  protection: Protection,
  meeting: Pick<Meeting, 'key' | 'last'>,
  placement: Placement,
  near: Iterable<string> = [],
): PlacedConference {
  const { cluster, number } = placement;
  const { uid } = meeting.last;
  const { name: policy, way } = policyFor(meeting.last, protection.access);
  const length = protection.passcodeLength;
  const whose = ['passcode', 'hosts'] as const;
  const taken = new Set(
    [...near].flatMap((other) =>
      whose.map((one) => derivePasscode(key, other, number, { length, whose: one })),
    ),
  );
  const isPlain = protection.passcode === 'none' && way !== 'two-pins';
  const guests = isPlain || way === 'host-pin' ? '' : derivePasscode(key, uid, number, { length, taken });
  const placed = { cluster, number, passcode: guests, secret: deriveSecret(key, meeting.key) };
  if (way === 'open') return placed;
  const apart = way === 'separate-numbers' ? protection.hostsNumber(placement) : number;
  if (apart === undefined) return placed;
  const isFree = protection.passcode === 'none' && way === 'separate-numbers';
  taken.add(guests);
  const passcode = isFree ? '' : derivePasscode(key, uid, number, { length, whose: 'hosts', taken });
  return { ...placed, hosts: { policy, number: apart, passcode } };
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
