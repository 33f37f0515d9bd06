/** What a call bridge tells of its calls and of those in them, as values; a field is there only where the message has it. */
import { bareAddress } from '../call-legs.ts';
import { boundedText, given, idOf } from '../cdr/fields.ts';
import type { Fields } from './messages.ts';

export type EventNews =
  /** A socket for the list of calls was opened: all that was known is void, and all is told from the beginning. */
  | { readonly kind: 'reset' }
  | CallNews
  /** What was known of those in the call is void, and is told from the beginning. */
  | { readonly kind: 'roster-reset'; readonly call: string }
  | ParticipantNews;

/** `add`: first heard of since the last reset. With a call that is removed go all who were in it, untold. */
export type Update = 'add' | 'update' | 'remove';

export interface CallNews {
  readonly kind: 'call';
  /** Its id on this call bridge. */
  readonly call: string;
  readonly update: Update;
  /** In the whole conference, on all call bridges. */
  readonly participants?: number;
  readonly name?: string;
  /** Ties together the calls of one conference on several bridges. */
  readonly callCorrelator?: string;
  /** `coSpace`, `adHoc`, `forwarding`, `lyncConferencing`; releases may know more. */
  readonly callType?: string;
  readonly isLocked?: boolean;
  readonly recording?: boolean;
  readonly streaming?: boolean;
  /** Other call bridges that have a part of the conference. */
  readonly distributedInstances?: number;
}

export interface ParticipantNews {
  readonly kind: 'participant';
  readonly call: string;
  /** The same on every call bridge that knows of them. */
  readonly participant: string;
  readonly update: Update;
  readonly name?: string;
  /** Without scheme and parameters, in lower case. */
  readonly address?: string;
  /** `initial`, `ringing`, `connected`, `onHold`; releases may know more. */
  readonly state?: string;
  readonly direction?: 'incoming' | 'outgoing';
  readonly isAudioMuted?: boolean;
  readonly isVideoMuted?: boolean;
  readonly importance?: number;
  readonly layout?: string;
  readonly isActiveSpeaker?: boolean;
  readonly isPresenter?: boolean;
  readonly canMove?: boolean;
  /** The participant that this one goes on for, and the id of the call bridge which had that. */
  readonly movedParticipant?: string;
  readonly movedParticipantCallBridge?: string;
}

/** Asked for; all releases with events are thought to know the first ones. */
export const callElements = {
  basic: ['name', 'participants', 'callCorrelator'],
  more: ['distributedInstances', 'recording', 'streaming', 'lockState', 'callType'],
} as const;
export const rosterElements = {
  basic: ['name', 'uri', 'state', 'direction', 'audioMuted', 'videoMuted'],
  more: [
    ...(['importance', 'layout', 'activeSpeaker', 'presenter'] as const),
    ...(['canMove', 'movedParticipant', 'movedParticipantCallBridge'] as const),
  ],
} as const;

/** The id of the item that an update is about, of the call or participant. */
export function itemOf(fields: Fields, name: 'call' | 'participant'): string | undefined {
  const id = fields[name];
  return typeof id === 'string' ? idOf(id) : undefined;
}

export function isRemoval({ updateType }: Fields): boolean {
  return typeof updateType === 'string' && updateType.toLowerCase() === 'remove';
}

export function callNews(call: string, update: Update, fields: Fields): CallNews {
  const lockState = textOf(fields.lockState);
  return {
    ...{ kind: 'call', call, update },
    ...given({
      participants: numberOf(fields.participants),
      name: textOf(fields.name),
      callCorrelator: idOf(textOf(fields.callCorrelator)),
      callType: textOf(fields.callType),
      isLocked: lockState === undefined ? undefined : lockState === 'locked',
      recording: activityOf(fields.recording),
      streaming: activityOf(fields.streaming),
      distributedInstances: numberOf(fields.distributedInstances),
    }),
  };
}

export function participantNews(
  call: string,
  participant: string,
  update: Update,
  fields: Fields,
): ParticipantNews {
  const { uri, direction } = fields;
  return {
    ...{ kind: 'participant', call, participant, update },
    ...given({
      name: textOf(fields.name),
      address: typeof uri === 'string' ? bareAddress(boundedText(uri)) : undefined,
      state: textOf(fields.state),
      direction: direction === 'incoming' || direction === 'outgoing' ? direction : undefined,
      isAudioMuted: flagOf(fields.audioMuted),
      isVideoMuted: flagOf(fields.videoMuted),
      importance: numberOf(fields.importance),
      layout: textOf(fields.layout),
      isActiveSpeaker: flagOf(fields.activeSpeaker),
      isPresenter: flagOf(fields.presenter),
      canMove: flagOf(fields.canMove),
      movedParticipant: idOf(textOf(fields.movedParticipant)),
      movedParticipantCallBridge: idOf(textOf(fields.movedParticipantCallBridge)),
    }),
  };
}

/** An empty one is a text as well: a name may be taken away. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? boundedText(value) : undefined;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function flagOf(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

/** `active`, `inactive`, or as a truth value. */
function activityOf(value: unknown): boolean | undefined {
  if (value === 'active') return true;
  return value === 'inactive' ? false : flagOf(value);
}
