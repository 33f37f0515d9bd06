/** The picture of one conference: who is in it and who was, over all call bridges that it runs on. */
import { iso, isoOrNull } from '../view.ts';
import type { Attendee } from './attendee.ts';
import { type LeavingReason, leavingReasons, type Quality, type Troubles } from './news.ts';
import type { Source } from './source.ts';

/** One call bridge's part of it. */
export interface Part {
  /** Its address. */
  readonly callBridge: string;
  readonly attendees: readonly Attendee[];
  readonly source: Source;
  /** Epoch ms; undefined where it was never known. */
  readonly asOf: number | undefined;
  /** Records of this call bridge that were lost while the conference ran on it. */
  readonly lostRecords: number;
}

export interface RoomAddress {
  readonly mailbox: string;
  readonly sip: string;
}

export type ParticipantState = 'ringing' | 'connected' | 'on-hold' | 'in-lobby' | 'left';

/** As `/api/meetings/<key>/participants` shows them; times are ISO 8601 in UTC. */
export interface ParticipantView {
  readonly id: string;
  /** Mailbox of the room that it is. */
  readonly room: string | null;
  readonly name: string | null;
  readonly address: string | null;
  readonly callBridge: string;
  /** Null where it is not known, or all who come are alike. */
  readonly role: 'host' | 'guest' | null;
  readonly state: ParticipantState;
  readonly direction: 'incoming' | 'outgoing' | null;
  readonly by: 'sip' | 'app' | null;
  readonly audioMuted: boolean | null;
  readonly videoMuted: boolean | null;
  readonly layout: string | null;
  readonly importance: number | null;
  readonly presenting: boolean | null;
  readonly speaking: boolean | null;
  readonly canMove: boolean | null;
  readonly movedFrom: string | null;
  /** Of those who are in a conference that is watched. */
  readonly quality: (Omit<Quality, 'at'> & { readonly at: string }) | null;
  /** Of those who have left: for how much of the time, in per cent. */
  readonly troubles: Troubles | null;
  readonly joined: string | null;
  readonly left: string | null;
  readonly reason: LeavingReason | null;
  readonly because: string | null;
}

export interface Picture {
  readonly sources: readonly {
    readonly callBridge: string;
    readonly by: Source;
    readonly asOf: string | null;
    readonly lostRecords: number;
  }[];
  /** False where something that happened may be missing. */
  readonly complete: boolean;
  readonly present: number;
  readonly participants: readonly ParticipantView[];
}

export interface PictureRules {
  readonly rooms: readonly RoomAddress[];
  /** SIP addresses that are nobody: recorders, streamers. */
  readonly nobodies: ReadonlySet<string>;
  /** Whether hosts and guests are told apart. */
  readonly hasHosts: boolean;
  /** Whether people's names and addresses may not be shown. */
  readonly isHidden: boolean;
}

export function pictureOf(parts: readonly Part[], rules: PictureRules): Picture {
  const roomOf = new Map(rules.rooms.map(({ mailbox, sip }) => [sip, mailbox]));
  const all = eachOnce(parts)
    .filter(({ attendee: { address = '' } }) => !rules.nobodies.has(address))
    .map(({ attendee, callBridge }) => participantView(attendee, callBridge, roomOf, rules));
  const participants = all.toSorted(byPresence);
  return {
    sources: parts.map(({ callBridge, source, asOf, lostRecords }) => ({
      ...{ callBridge, by: source, asOf: isoOrNull(asOf), lostRecords },
    })),
    complete: parts.every(({ source, lostRecords }) => source !== 'none' && lostRecords === 0),
    present: participants.filter(({ state }) => state !== 'left' && state !== 'ringing').length,
    participants,
  };
}

/**
 * What is left of a call bridge that was lost: as long as nobody knows better, whoever was connected to it is out since the
 * conference was brought up elsewhere.
 * @param at epoch ms
 */
export function lostPart(part: Part, at: number): Part {
  const attendees = part.attendees.map((one) =>
    one.leftAt === undefined ? { ...one, leftAt: at, reason: 'call-bridge-lost' as const } : one,
  );
  return { ...part, attendees, source: 'lost' };
}

interface Located {
  readonly attendee: Attendee;
  readonly callBridge: string;
}

/** Several call bridges tell of the same participant: the one that they are connected to knows best. */
function eachOnce(parts: readonly Part[]): Located[] {
  const found = new Map<string, Located>();
  for (const { callBridge, attendees } of parts) {
    for (const attendee of attendees) {
      const before = found.get(attendee.id);
      if (before === undefined || authority(attendee) > authority(before.attendee))
        found.set(attendee.id, { attendee, callBridge });
    }
  }
  return [...found.values()];
}

function authority({ isEndTold, legs, isLocal, leftAt }: Attendee): number {
  if (isEndTold) return 3;
  if (legs.length > 0 || isLocal) return 2;
  return leftAt === undefined ? 1 : 0;
}

function participantView(
  attendee: Attendee,
  callBridge: string,
  roomOf: ReadonlyMap<string, string>,
  { hasHosts, isHidden }: PictureRules,
): ParticipantView {
  const { address = '', name = '', leftAt, reason, isApp, isHost, isInLobby, quality } = attendee;
  const room = roomOf.get(address) ?? null;
  const isShown = room !== null || !isHidden;
  const state = stateOf(attendee);
  const isGuest = isHost === false || isInLobby === true;
  return {
    ...{ id: attendee.id, room, callBridge },
    name: isShown && name !== '' ? name : null,
    address: isShown && address !== '' ? address : null,
    role: !hasHosts ? null : isGuest ? 'guest' : isHost === true ? 'host' : null,
    state,
    direction: attendee.direction ?? null,
    by: isApp === undefined ? null : isApp ? 'app' : 'sip',
    audioMuted: attendee.isAudioMuted ?? null,
    videoMuted: attendee.isVideoMuted ?? null,
    layout: attendee.layout ?? null,
    importance: attendee.importance ?? null,
    presenting: attendee.isPresenting ?? null,
    speaking: attendee.isSpeaking ?? null,
    canMove: attendee.canMove ?? null,
    movedFrom: attendee.movedFrom ?? null,
    quality: quality === undefined ? null : { ...quality, at: iso(quality.at) },
    troubles: attendee.troubles ?? null,
    joined: isoOrNull(attendee.connectedAt ?? (state === 'connected' ? attendee.since : undefined)),
    left: isoOrNull(leftAt),
    reason: reason ?? null,
    because: reason === undefined ? null : leavingReasons[reason],
  };
}

function stateOf({ leftAt, isInLobby, isOnHold, connectedAt, isConnected }: Attendee): ParticipantState {
  if (leftAt !== undefined) return 'left';
  if (isInLobby) return 'in-lobby';
  if (isOnHold) return 'on-hold';
  return connectedAt === undefined && isConnected === false ? 'ringing' : 'connected';
}

/** Who is in first, in the order of their coming; then who has left, the last one first. */
function byPresence(a: ParticipantView, b: ParticipantView): number {
  if ((a.left === null) !== (b.left === null)) return a.left === null ? -1 : 1;
  if (a.left !== null && b.left !== null) return b.left.localeCompare(a.left);
  // Who is only called comes after all who are in.
  return joinedAt(a) - joinedAt(b) || a.id.localeCompare(b.id);
}

function joinedAt({ joined }: ParticipantView): number {
  return joined === null ? Number.MAX_SAFE_INTEGER : Date.parse(joined);
}
