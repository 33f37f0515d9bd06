/**
 * Who may come into a conference, and as what: guests wait until a host is in, where a policy says so. A policy is what an
 * administrator chooses; what a meeting's hosts dial and enter (`Hosts`) follows from it, the slot and the meeting.
 */
import type { Meeting } from './meeting.ts';

/**
 * - `open`: one number, one passcode or none; everybody is alike
 * - `separate-numbers`: hosts have a number of their own
 * - `two-pins`: one number; the passcode tells hosts from guests
 * - `host-pin`: one number; hosts have a passcode, guests none
 * - `host-member`: the organizer signs in to the bridge and is the host; others may have a passcode for it
 */
export const accessWays = ['open', 'separate-numbers', 'two-pins', 'host-pin', 'host-member'] as const;
export type AccessWay = (typeof accessWays)[number];

/** What becomes of guests when the last host has left: CMS's own words. */
export const deactivationModes = ['deactivate', 'disconnect', 'remainActivated'] as const;
export type DeactivationMode = (typeof deactivationModes)[number];

/** How a call bridge asks for a passcode where guests have none. */
export const passcodeModes = ['required', 'timeout'] as const;

/** Rights of a member of a space that may be chosen. */
export const memberRights = [
  'canAddRemoveMember',
  'canChangeName',
  'canChangePasscode',
  'canChangeNonMemberAccessAllowed',
  'canPostMessage',
  'canDeleteAllMessages',
] as const;
export type MemberRight = (typeof memberRights)[number];

/** Durations in milliseconds. */
export interface AccessPolicy {
  readonly name: string;
  readonly way: AccessWay;
  /** What a room is that we dial: one that is a host opens the meeting by its arrival. */
  readonly rooms: 'host' | 'guest';
  readonly deactivation: { readonly mode: DeactivationMode; readonly after: number };
  readonly guests: { readonly muted: boolean; readonly present: boolean };
  /** With `host-pin`: whether a guest has to press # (`required`), or comes in after so long (`timeout`). */
  readonly prompt: { readonly mode: (typeof passcodeModes)[number]; readonly timeout: number };
  /**
   * With `host-member`: what the organizer may do with the space, and whether hosts who are not signed in have a passcode;
   * they have one where the organizer is no user of the bridge.
   */
  readonly member: { readonly rights: readonly MemberRight[]; readonly passcode: boolean };
}

/** What the hosts of one meeting dial and enter. Its passcode is for nobody but its organizer. */
export interface Hosts {
  /** Name of the policy. */
  readonly policy: string;
  readonly number: string;
  /** Empty for none. */
  readonly passcode: string;
}

/** The configured policies, and who has which. */
export interface AccessRules {
  readonly policies: ReadonlyMap<string, AccessPolicy>;
  /** Of meetings whose rooms say nothing. */
  readonly usual: string;
  /** Mailbox -> policy, of rooms that say one. */
  readonly byRoom: ReadonlyMap<string, string>;
}

/** The stricter of two policies that rooms of one meeting have is the meeting's: who could not come in there does not here. */
const strictness: readonly AccessWay[] = ['host-member', 'two-pins', 'host-pin', 'separate-numbers', 'open'];

/** The policy of a meeting in these rooms; `asked`: the one that its text asks for, which goes before all. */
export function policyFor(
  { rooms, access: asked }: Pick<Meeting['last'], 'rooms' | 'access'>,
  { policies, usual, byRoom }: AccessRules,
): AccessPolicy {
  const own = asked === undefined ? undefined : policies.get(asked);
  if (own !== undefined) return own;
  const said = rooms.flatMap((room) => policies.get(byRoom.get(room) ?? usual) ?? []);
  const [strictest = policies.get(usual)] = said.toSorted(
    (a, b) =>
      strictness.indexOf(a.way) - strictness.indexOf(b.way) ||
      (a.name < b.name ? -1 : a.name === b.name ? 0 : 1),
  );
  if (strictest === undefined) throw new Error(`${usual} is not a policy`);
  return strictest;
}

/** Whether hosts come in alike; a passcode stays as it was told, however it would be made now. */
export function sameHosts(before: Hosts | undefined, now: Hosts | undefined): boolean {
  const of = (hosts: Hosts | undefined) => [hosts?.policy, hosts?.number, hosts?.passcode === ''].join();
  return of(before) === of(now);
}
