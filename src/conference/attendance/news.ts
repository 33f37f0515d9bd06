/**
 * What a call bridge tells of who is in its calls, whichever way it told it: by call detail records, by events, or asked.
 * News may come twice, late and in any order; `attendee.ts` says what of it counts.
 */

/** Epoch ms. `at` is the call bridge's own time, `heard` ours; both are ours where it gives none. */
interface Told {
  readonly at: number;
  readonly heard: number;
}

/** What is known of somebody; what is left out is not said, and stays as it was. */
export interface Traits {
  readonly name?: string;
  /** Without scheme, in lower case. */
  readonly address?: string;
  readonly direction?: 'incoming' | 'outgoing';
  /** Connected to the call bridge that tells of them; peers tell of each other's people too. */
  readonly isLocal?: true;
  /** Comes by the web app, not by SIP. */
  readonly isApp?: boolean;
  readonly isConnected?: boolean;
  readonly isOnHold?: boolean;
  /** Waits, without sound and picture, for a host. */
  readonly isInLobby?: boolean;
  /** A host, where hosts and guests are told apart. */
  readonly isHost?: boolean;
  readonly isAudioMuted?: boolean;
  readonly isVideoMuted?: boolean;
  readonly layout?: string;
  readonly importance?: number;
  readonly isPresenting?: boolean;
  readonly isSpeaking?: boolean;
  readonly canMove?: boolean;
  /** The id that they had before they were moved here. */
  readonly movedFrom?: string;
  readonly quality?: Quality;
  /** Of the whole time that they were in, once they have left. */
  readonly troubles?: Troubles;
}

/** As of the last look, the worse of what is received and sent. */
export interface Quality {
  /** Epoch ms. */
  readonly at: number;
  /** Per cent. */
  readonly packetLoss?: number;
  /** Milliseconds. */
  readonly jitter?: number;
  readonly roundTripTime?: number;
  /** Pixels and pictures a second, of what is received. */
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
}

/** For how much of the time, in per cent. */
export interface Troubles {
  readonly packetLoss?: number;
  readonly excessiveJitter?: number;
  readonly highRoundTripTime?: number;
}

export type News =
  /** A call is there, or more is known of it. */
  | (Told & { readonly kind: 'call'; readonly call: string; readonly space?: string })
  | (Told & { readonly kind: 'call-over'; readonly call: string; readonly reason: LeavingReason })
  /** A leg is there, or more is known of it. `group`: legs of the same person have the same. */
  | (Told & {
      readonly kind: 'leg';
      readonly leg: string;
      readonly call?: string;
      readonly group?: string;
      /** It ties two call bridges together: nobody's. */
      readonly isLink?: boolean;
      readonly traits: Traits;
    })
  | (Told & {
      readonly kind: 'leg-over';
      readonly leg: string;
      readonly reason: LeavingReason;
      readonly traits: Traits;
    })
  | (Told & {
      readonly kind: 'participant';
      readonly participant: string;
      readonly call: string;
      readonly traits: Traits;
    })
  /** The call bridge does not have them any more, and has not said why. */
  | (Told & { readonly kind: 'participant-gone'; readonly participant: string; readonly call: string })
  /** All who were in a call when it was asked; `at` is when that began. */
  | (Told & {
      readonly kind: 'roster';
      readonly call: string;
      readonly participants: readonly { readonly id: string; readonly traits: Traits }[];
    })
  /** So many records were lost on their way. */
  | (Told & { readonly kind: 'gap'; readonly records: number });

export type LeavingReason = keyof typeof leavingReasons;

/** Why somebody is not in any more, and as people are told. */
export const leavingReasons = {
  'hung-up': 'hung up',
  dropped: 'was disconnected by an operator or by Roombridge',
  'call-ended': 'the conference ended',
  moved: 'was moved to another conference',
  'host-left': 'the last host left',
  'wrong-passcode': 'entered no right passcode',
  'no-answer': 'did not answer',
  busy: 'was busy',
  declined: 'declined the call',
  'not-confirmed': 'did not confirm that they want to join',
  'not-found': 'the address could not be reached',
  full: 'the conference was full',
  'encryption-required': 'could not encrypt as the call bridge demands',
  'connection-lost': 'the connection was lost',
  'menu-timeout': 'entered nothing at the voice menu',
  'call-bridge-lost': 'the call bridge was lost',
  failed: 'the call failed',
  unknown: 'it is not known why',
} as const satisfies Record<string, string>;

/** The reasons of call detail records (CMS CDR guide, `callLegEnd`); releases may add more. */
const recorded: Readonly<Record<string, LeavingReason>> = {
  apiInitiatedTeardown: 'dropped',
  callDeactivated: 'host-left',
  callEnded: 'call-ended',
  callMoved: 'moved',
  clientInitiatedTeardown: 'hung-up',
  confirmationTimeOut: 'not-confirmed',
  dnsFailure: 'not-found',
  encryptionRequired: 'encryption-required',
  error: 'failed',
  incorrectPasscode: 'wrong-passcode',
  ivrTimeout: 'menu-timeout',
  ivrUnknownCall: 'menu-timeout',
  localTeardown: 'dropped',
  participantLimitReached: 'full',
  remoteBusy: 'busy',
  remoteRejected: 'declined',
  remoteTeardown: 'hung-up',
  ringingTimeout: 'no-answer',
  tenantParticipantLimitReached: 'full',
  timeout: 'connection-lost',
  unknownDestination: 'not-found',
};

export function leavingReasonOf(word: string | undefined): LeavingReason {
  return (Object.hasOwn(recorded, word ?? '') && recorded[word ?? '']) || 'unknown';
}
