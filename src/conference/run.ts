/** What we know of a conference on the bridge: written before a step that must not happen twice, and after it. */
import type { Hosts } from './access.ts';
import type { InCalendar, Warned } from './extension.ts';
import type { Emptiness } from './unused.ts';

export interface Run {
  readonly cluster: string;
  readonly number: string;
  /** Id of the slot's space. */
  readonly space: string;
  /** What was last put on the space. */
  readonly name: string;
  readonly passcode: string;
  readonly secret: string;
  /** By what its hosts come in, as it is on the bridge. */
  readonly hosts?: Hosts;
  /** Outlook's end as it was when we last acted on it. */
  readonly end: number;
  /** Address of the call bridge that has the call. */
  readonly callBridge?: string;
  readonly call?: string;
  /** A call bridge on which a call may have been made without our knowing. */
  readonly callIntent?: string;
  readonly openedAt?: number;
  readonly rooms: Readonly<Record<string, DialledRoom>>;
  readonly extension?: Extension;
  /**
   * Call bridges on which a call of this conference may stand that is no part of it any more: they could not be reached
   * when it had to be deleted, or were lost, or left on purpose, while it ran.
   */
  readonly uncleared?: readonly Uncleared[];
  /** The call bridge that was lost with people in it, as long as nothing has taken its place. */
  readonly lost?: Loss;
  /** When it was last brought up elsewhere or anew: people need a moment to come back. Epoch ms. */
  readonly recoveredAt?: number;
  /** How many were in when it was lost then. */
  readonly thrownOut?: number;
  /** When the bridge was last looked at for what it has of this conference. Epoch ms. */
  readonly checkedAt?: number;
  /** What must be put right on the bridge, as the last look has found it. */
  readonly amiss?: Amiss;
  /** When somebody ended its call on the bridge: made again as soon as somebody needs it. Epoch ms. */
  readonly callEnded?: number;
  /** What somebody has changed on the space: kept until the conference is over. */
  readonly changed?: { readonly name?: string; readonly passcode?: string };
  /** How often its space was opened again after somebody had locked it. */
  readonly unlocked?: number;
  /** By room. */
  readonly inCalendar?: Readonly<Record<string, InCalendar>>;
  /** Rooms' calendars could not be written: not tried again before (epoch ms). */
  readonly inCalendarAt?: number;
  readonly warned?: Warned;
  /** Its call was made with a lobby, which the start opens. */
  readonly isLocked?: true;
  readonly emptiness?: Emptiness;
  /**
   * By room: whether it has given back its booking of a conference that nobody was in; `asked` was written before it was
   * made to, and means that it may have.
   */
  readonly givenBack?: Readonly<Record<string, 'asked' | 'yes' | 'no'>>;
  /** Rooms could not answer: not tried again before (epoch ms). */
  readonly giveBackAt?: number;
  readonly closedAt?: number;
  readonly closeReason?: CloseReason;
  /** Failed tries of the present step. */
  readonly tries?: number;
}

/** Times are epoch ms. */
export interface DialledRoom {
  readonly sip: string;
  /** `intended` was written before the dial; without `leg` the outcome is not known. */
  readonly state: 'intended' | 'dialled' | 'failed';
  readonly callBridge?: string;
  readonly leg?: string;
  readonly tries?: number;
  /** When it was last dialled; not known of a room that was found in its conference. */
  readonly dialledAt?: number;
  /** When its leg was last looked at while nobody had answered. */
  readonly lookedAt?: number;
  /** When it was first seen to be in. */
  readonly connectedAt?: number;
  /** When it was seen to have left, having been in: it does not want to be called again. */
  readonly endedAt?: number;
  /** When its last dial was seen to have come to nothing. */
  readonly failedAt?: number;
  /**
   * A call bridge that did not answer a dial given up before this one, and may carry it out late. While it is intended it
   * says so too, so that whoever takes over after a death knows.
   */
  readonly lateOn?: string;
}

export interface Uncleared {
  readonly callBridge: string;
  /** Empty where it is not known. */
  readonly call: string;
  /** The conference was moved away from there: whoever is still in that call is hung up. */
  readonly left?: boolean;
}

/** Times are epoch ms. */
export interface Loss {
  readonly callBridge: string;
  readonly since: number;
  /** When its peers were last seen to still have its people in the conference: it is our network that is lost, not it. */
  readonly witnessedAt?: number;
}

/**
 * - `restarted`: the call bridge was started anew, and the call has gone with what ran there
 * - `space-gone`: somebody has deleted the space, and the call with it
 * - `locked`: somebody has locked the space, and nobody can come in
 */
export type Amiss = 'restarted' | 'space-gone' | 'locked';

export interface Extension {
  /** The end in Outlook that it extends: another end there makes it void. */
  readonly of: number;
  readonly until: number;
  readonly times: number;
}

export const closeReasons = [
  'ended', // at its end, everyone gone
  'limit', // at the end of the last extension, with people in
  'slot-taken', // people in, but the slot or a room is booked next
  'shortened', // Outlook's end was moved to the past
  'cancelled',
  'operator', // somebody ended it at the dashboard or the command line
  'unused', // nobody was in for so long that it was given back
  'moved', // another time or another slot
  'never-started', // its end came before any call bridge took it
] as const;
export type CloseReason = (typeof closeReasons)[number];

/** Where something of a conference is that is open: its call, one that may be, and the rooms that are in. */
export function callBridgesOf(run: Run | undefined): string[] {
  if (run?.openedAt === undefined || run.closedAt !== undefined) return [];
  const rooms = Object.values(run.rooms).filter(isIn);
  const named = [run.callBridge, run.callIntent, ...rooms.map(({ callBridge }) => callBridge)];
  return [...new Set(named.filter((address) => address !== undefined))];
}

/** Whether it is in, or being rung, as far as we know. */
export function isIn({ state, endedAt }: DialledRoom): boolean {
  return state === 'dialled' && endedAt === undefined;
}
