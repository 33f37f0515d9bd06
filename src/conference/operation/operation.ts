/** What operators do while a conference runs: what they order, and what came of it. */

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

export interface Outcome {
  /** `partly`: for some of them. */
  readonly state: 'done' | 'partly' | 'refused' | 'failed';
  readonly refusal?: Refusal;
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
  /** Who was in when everybody was meant. */
  readonly meant?: readonly string[];
  /** What is settled of several participants. */
  readonly settled?: readonly Single[];
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
