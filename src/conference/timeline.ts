/** The closed vocabulary of a meeting's timeline; documented in src/README.md. */

export const timelineWords = [
  'booked', // a room accepted the booking: room
  'room-added', // one more room: room
  'room-removed', // a room declined, was taken off or cancelled: room
  'moved', // other times: start, end
  'retitled', // the title changed
  'cancelled', // no room has it any more
  'reserved', // a slot is held: cluster, number
  'access-changed', // it has another policy of guest and host access: policy
  'access-refused', // hosts cannot have their access, and all who come are alike: callBridge, reason
  'unplaced', // no slot is free: reason
  'preflight-failed', // ahead of its start something was not as it must be: check, reason
  'rehomed', // its place was given up for another: from (cluster and number), cluster, number, reason
  'released', // the slot was given back: cluster, number
  'invitation-written', // the block stands in the organizer's event: number, facts
  'invitation-removed', // the block was taken out again
  'invitation-refused', // the organizer's event cannot be written: reason
  'organizer-mailed', // the organizer was sent a mail: facts, number
  'organizer-answered', // a room told the organizer in its answer: facts, room, number
  'organizer-not-told', // no way to the organizer is open: reason
  'telling-unclear', // a message may or may not have been sent, and is not sent again: way, facts
  'opened', // the space is open and the call made: callBridge, late (ms)
  'adopted', // found running on the bridge and taken over: callBridge
  'dialled', // a room was dialled: room, callBridge
  'dial-failed', // a room could not be dialled: room, reason
  'hung-up', // a room was hung up that is no longer booked, or was dialled late by callBridge: room
  'renamed', // the space carries the new title
  'extended', // people were still in: until
  'not-extended', // people were still in, but: reason
  'bridge-lost', // its call bridge was lost in mid-meeting: callBridge, reason
  'recovered', // brought up on another call bridge: callBridge, after (ms since the loss)
  'moved-over', // moved to another call bridge because an operator wanted so: callBridge
  'reopened', // opened again on the bridge: callBridge, reason
  'changed-on-bridge', // somebody changed it on the bridge, and that stands: change
  'stale-call-ended', // a call was hung up that a lost call bridge still had: callBridge
  'cut-short', // extended, and somebody else comes next: until, reason
  'warned', // people in the conference were told of its end: minutes
  'not-warned', // a call bridge cannot show them text: callBridge, reason
  'shown-in-room', // the room's own copy ends with the extension: room, until
  'not-shown-in-room', // it may not be written: room, reason
  'unlocked', // the lobby was opened at the start
  'lobby-unavailable', // a call bridge is too old for a lobby: callBridge
  'room-given-back', // a room gave back its booking of a conference that nobody was in: room
  'room-not-given-back', // it could not: room, reason
  'failed-over', // a call bridge was left for the next one: callBridge, step, reason
  'retrying', // no call bridge could take the step, or the one that must (callBridge): step, reason
  'slot-unclean', // started although a call bridge may still have people of the meeting before in: callBridge
  'operated', // an operator did something: do, by, outcome; who it was done to as participant or room, where it was one
  'moved-in', // somebody was moved here from another meeting: from (its key), participant
  'closed', // locked and hung up: reason
  'call-left-behind', // a call bridge that was away may still have its call: callBridge
] as const;

export type TimelineWord = (typeof timelineWords)[number];

export interface TimelineEntry {
  /** Epoch ms. */
  readonly at: number;
  readonly what: TimelineWord;
  /** Its details; once it is written, `work` too: the id of the piece of work in which it was. */
  readonly [detail: string]: string | number;
}
