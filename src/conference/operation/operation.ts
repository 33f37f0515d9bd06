/** What operators do with a conference, while it runs or before: what they order, and what came of it. */

/** Ids of participants. */
export type Who = 'all' | readonly string[];

export type Operation =
  /** A further address is called; until then (epoch ms) time and again where no call bridge answers. */
  | { readonly do: 'dial'; readonly address: string; readonly until?: number }
  /** A room of the meeting is called once more. */
  | { readonly do: 'redial'; readonly room: string }
  | { readonly do: 'drop'; readonly who: Who }
  | { readonly do: 'mute'; readonly who: Who; readonly audio?: boolean; readonly video?: boolean }
  | { readonly do: 'layout'; readonly who: Who; readonly layout: string }
  /** Null takes it back. */
  | { readonly do: 'importance'; readonly who: readonly string[]; readonly importance: number | null }
  /** Whoever comes waits in the lobby, or does not. */
  | { readonly do: 'lock'; readonly locked: boolean }
  | { readonly do: 'admit'; readonly who: Who }
  | { readonly do: 'send-to-lobby'; readonly who: readonly string[] }
  | { readonly do: 'message'; readonly text: string; readonly seconds: number }
  | { readonly do: 'record'; readonly on: boolean }
  | { readonly do: 'stream'; readonly on: boolean }
  /** It is opened now, before its time. */
  | { readonly do: 'start' }
  | { readonly do: 'end' }
  /** It goes on for so much longer than it would, while people are in. */
  | { readonly do: 'extend'; readonly minutes: number }
  /** To the conference of another meeting, which must have the number that the operator has in mind. */
  | {
      readonly do: 'move';
      readonly who: readonly string[];
      /** The meeting's key. */
      readonly to: string;
      readonly number: string;
      /** Where hosts and guests are told apart there: that they come in past the lobby is what is wanted. */
      readonly pastLobby?: boolean;
    }
  /** The organizer is told once more what holds, in the way in which that was told. */
  | { readonly do: 'tell-again' }
  /** Its number is given up for another one; where it has none, it is tried now. */
  | {
      readonly do: 'place-again';
      /** That the operator has in mind; left out for whichever it has. */
      readonly number?: string;
    }
  /** What runs goes on at another call bridge of its cluster: at this one, else at the first that takes it. */
  | { readonly do: 'move-bridge'; readonly to?: string }
  /** Somebody was moved here; ordered by the program itself. */
  | {
      readonly do: 'take-in';
      readonly participant: string;
      /** The key of the meeting that they come from. */
      readonly from: string;
      /** Mailbox of the room that they are. */
      readonly room?: string;
      readonly callBridge: string;
      readonly sip?: string;
    };

/** Why it was not done, or not for everybody. */
export type Refusal =
  | 'not-open' // the conference does not run
  | 'call-bridge-lost' // its call bridge does not answer
  | 'nobody' // there is no such participant in it
  | 'not-a-room' // no room of the meeting, or one that has no address
  | 'is-in' // it is in already
  | 'is-elsewhere' // it is in another conference
  | 'unsupported' // the call bridge's release cannot do it
  | 'not-licensed'
  | 'remote' // connected to a call bridge that we do not reach
  | 'full' // no more participants are let in there
  | 'cannot-be-moved' // their endpoint or app cannot
  | 'same-conference'
  | 'not-planned' // it is over, or was cancelled, or has no number
  | 'too-early'
  | 'number-taken' // another meeting has its number until its own time begins
  | 'time-taken' // its number or one of its rooms is somebody else's next
  | 'target-unknown'
  | 'target-not-open'
  | 'target-locked'
  | 'another-target' // the meeting has another number than was meant
  | 'another-cluster' // call bridges of two clusters know nothing of each other
  | 'lobby' // hosts and guests are told apart there, and it was not said that they go past the lobby
  | 'not-moved' // nothing happened
  | 'not-connected' // left the one conference and did not come into the other
  | 'wrong-conference' // came into another conference than was meant, and was put out
  | 'is-running' // its number cannot be changed while people are in
  | 'is-over' // it is over, or was cancelled
  | 'another-number' // by now it has another one than was meant
  | 'no-other-number' // no slot is free that it could have
  | 'not-running' // where a conference starts is chosen when it starts
  | 'bridge-unknown' // its cluster has no such call bridge
  | 'bridge-down'
  | 'bridge-drained' // taken out of service
  | 'runs-there' // it is on that call bridge already
  | 'no-other-bridge' // none of its cluster is well and in service
  | 'told-just-now'
  | 'told-often' // as many messages as may be sent in an hour were
  | 'nothing-to-tell'
  | 'not-told' // no way to the organizer is open
  | 'refused' // the call bridge says no
  | 'failed'; // the call bridge did not answer

/** What became of one participant. */
export interface Single {
  readonly participant: string;
  /** Undefined where it was done. */
  readonly refusal?: Refusal;
  readonly detail?: string;
  /** The id that they have now, after a move. */
  readonly now?: string;
  readonly kept?: readonly string[];
  readonly lost?: readonly string[];
}

/** What was done, where that is not plain from what was wanted. */
export type Did =
  | { readonly what: 'invitation-written' }
  | { readonly what: 'organizer-mailed' }
  | { readonly what: 'organizer-answered' }
  | { readonly what: 'placed'; readonly number: string }
  | { readonly what: 'moved-over'; readonly callBridge: string };

export interface Outcome {
  /** `partly`: for some of them. */
  readonly state: 'done' | 'partly' | 'refused' | 'failed';
  readonly refusal?: Refusal;
  readonly did?: Did;
  /** For people. */
  readonly detail?: string;
  readonly participants?: readonly Single[];
  /** Epoch ms. */
  readonly at: number;
}

/** Where a move is: written down before what cannot be seen to have been done twice. */
export interface Moving {
  readonly participant: string;
  /** Before it: the call that it is to, on which call bridge, and since when (epoch ms). */
  readonly callBridge: string;
  readonly call: string;
  readonly since: number;
}

export interface Order {
  /** By which it is known again: the same is done once. */
  readonly request: string;
  /** Who has ordered it. */
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
  /** Among those of the same instant; given with the ordering. */
  readonly place?: number;
  readonly operation: Operation;
  /** When a call of a further address was begun (epoch ms). */
  readonly diallingSince?: number;
  readonly moving?: Moving;
  /** To when it is extended, epoch ms: said before it is. */
  readonly extendsTo?: number;
  /** The place that is given up (`cluster number`, empty for none): said before it is. */
  readonly leaves?: string;
  /** The call bridge that it goes to: said before anything is begun there. */
  readonly goesTo?: string;
  /** The version of the organizer's event that is about to be written over. */
  readonly writesOver?: string;
  /** Who was in when everybody was meant. */
  readonly meant?: readonly string[];
  /** What is settled of several participants. */
  readonly settled?: readonly Single[];
}

/** Orders that are carried out by whoever writes invitations, and not by whoever has the conference. */
export function isToTell({ operation }: Order): boolean {
  return operation.do === 'tell-again';
}

const details: Readonly<Record<Refusal, string>> = {
  'not-open': 'the conference does not run',
  'call-bridge-lost': 'its call bridge does not answer',
  nobody: 'no such participant is in it',
  'not-a-room': 'no room of this meeting has that name and an address to call',
  'is-in': 'it is in already',
  'is-elsewhere': 'it is in another conference',
  unsupported: "the call bridge's release cannot do that",
  'not-licensed': 'the call bridge has no licence for that',
  remote: 'they are connected to a call bridge that cannot be reached',
  full: 'no more participants are let in',
  'cannot-be-moved': 'their endpoint or app cannot be moved',
  'same-conference': 'they are in that conference already',
  'not-planned': 'no conference of this meeting is still to come, or it has no number',
  'too-early': 'it begins in more than two hours',
  'number-taken': 'another meeting has its number until its own time begins',
  'time-taken': 'its number or one of its rooms is booked next',
  'target-unknown': 'there is no such meeting',
  'target-not-open': 'the conference that they are to go to does not run',
  'target-locked': 'the conference that they are to go to is locked',
  'another-target': 'that meeting has another number than was meant',
  'another-cluster':
    'that conference is on another cluster, where nobody can be moved to: call them from there, and put them out here',
  lobby: 'hosts and guests are told apart there: say that they may go past the lobby',
  'not-moved': 'nothing happened: they are where they were',
  'not-connected': 'they left the one conference and did not come into the other',
  'wrong-conference': 'they came into another conference than was meant, and were put out of it',
  'is-running':
    'it runs, and people are in by its number: end it first, or move it to another call bridge, which keeps the number',
  'is-over': 'it is over, or was cancelled',
  'another-number': 'it has another number by now than the one that was to be given up',
  'no-other-number': 'no other number is free for its time',
  'not-running':
    'it does not run; when it starts, it does so on the first call bridge of its cluster, in the order of the configuration, that is well and in service',
  'bridge-unknown': 'its cluster has no such call bridge',
  'bridge-down': 'that call bridge does not answer',
  'bridge-drained': 'that call bridge is taken out of service',
  'runs-there': 'it runs on that call bridge already',
  'no-other-bridge': 'no other call bridge of its cluster is well and in service',
  'told-just-now': 'the organizer was told just now, and nothing was sent again',
  'told-often': 'as many messages about it were sent within an hour as may be: try again later',
  'nothing-to-tell': 'there is nothing to tell: it is over, was cancelled, or nobody has organized it',
  'not-told': 'no way to the organizer is open',
  refused: 'the call bridge refused it',
  failed: 'the call bridge did not answer',
};

export function refused(refusal: Refusal, now: number, detail: string = details[refusal]): Outcome {
  const state = refusal === 'failed' || refusal === 'call-bridge-lost' ? 'failed' : 'refused';
  return { state, refusal, detail, at: now };
}

export function done(now: number, detail?: string): Outcome {
  return { state: 'done', at: now, ...(detail === undefined ? {} : { detail }) };
}

/** It was done in this way. */
export function did(what: Did, now: number): Outcome {
  return { state: 'done', did: what, detail: inWords(what), at: now };
}

function inWords(what: Did): string {
  switch (what.what) {
    case 'invitation-written':
      return 'the invitation was written again, and Exchange sends it to everybody who is invited';
    case 'organizer-mailed':
      return 'the organizer was sent a mail';
    case 'organizer-answered':
      return 'a room of the meeting has answered the organizer';
    case 'placed':
      return `its number is ${what.number} now, and the organizer is told`;
    case 'moved-over':
      return `it runs on ${what.callBridge} now, and its rooms are called again`;
    default:
      return what satisfies never;
  }
}

/** Of several: done where it was for each. Of nobody at all it is refused. */
export function together(participants: readonly Single[], now: number): Outcome {
  const [first] = participants;
  if (first === undefined) return refused('nobody', now);
  const missed = participants.filter(({ refusal }) => refusal !== undefined);
  const [why] = missed;
  if (why === undefined) return { state: 'done', participants, at: now };
  if (missed.length < participants.length) return { state: 'partly', participants, at: now };
  return { ...refused(why.refusal ?? 'failed', now, why.detail), participants };
}

export function missed(participant: string, refusal: Refusal, detail: string = details[refusal]): Single {
  return { participant, refusal, detail };
}
