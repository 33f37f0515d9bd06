/** What we know of a conference on the bridge: written before a step that must not happen twice, and after it. */

export interface Run {
  readonly cluster: string;
  readonly number: string;
  /** Id of the slot's space. */
  readonly space: string;
  /** What was last put on the space. */
  readonly name: string;
  readonly passcode: string;
  readonly secret: string;
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
  /** Call bridges that could not be reached when the call had to be deleted, with the call's id. */
  readonly uncleared?: readonly { readonly callBridge: string; readonly call: string }[];
  readonly closedAt?: number;
  readonly closeReason?: CloseReason;
  /** Failed tries of the present step. */
  readonly tries?: number;
}

export interface DialledRoom {
  readonly sip: string;
  /** `intended` was written before the dial; without `leg` the outcome is not known. */
  readonly state: 'intended' | 'dialled' | 'failed';
  readonly callBridge?: string;
  readonly leg?: string;
  readonly tries?: number;
}

export interface Extension {
  /** The end in Outlook that it extends: another end there makes it void. */
  readonly of: number;
  readonly until: number;
  readonly times: number;
}

export type CloseReason =
  | 'ended' // at its end, everyone gone
  | 'limit' // at the end of the last extension, with people in
  | 'slot-taken' // people in, but the slot or a room is booked next
  | 'shortened' // Outlook's end was moved to the past
  | 'cancelled'
  | 'moved' // another time or another slot
  | 'never-started'; // its end came before any call bridge took it
