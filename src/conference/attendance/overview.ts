/** One line for each conference that runs: how many are in, where its rooms are, and what is wrong. */
import { type Meeting, openRun } from '../meeting.ts';
import type { MeetingView } from '../view.ts';
import type { ParticipantState, Picture } from './picture.ts';

/** What somebody who watches should know. */
export type Trouble =
  /** Its call bridge is lost and nothing has taken its place yet. */
  | 'call-bridge-lost'
  /** A room of it that should be in is not; one that has left for good, was put out or moved should not. */
  | 'room-missing'
  /** People wait for a host. */
  | 'no-host'
  /** It is not known who is in. */
  | 'unknown'
  /** Something that happened may be missing. */
  | 'incomplete';

export interface RoomPresence {
  readonly mailbox: string;
  /** `out` where it has left or never came. */
  readonly state: Exclude<ParticipantState, 'left'> | 'out';
}

export interface Overview extends MeetingView {
  readonly present: number;
  readonly people: number;
  readonly inLobby: number;
  /** Those that are dialled. */
  readonly roomsIn: readonly RoomPresence[];
  readonly sources: Picture['sources'];
  readonly troubles: readonly Trouble[];
}

export function overviewOf(meeting: Meeting, view: MeetingView, picture: Picture): Overview {
  const run = openRun(meeting.run);
  const present = picture.participants.filter(({ state }) => state !== 'left');
  const rooms = Object.keys(run?.rooms ?? {}).map((mailbox): RoomPresence => {
    const found = present.find(({ room }) => room === mailbox)?.state;
    return { mailbox, state: found === undefined || found === 'left' ? 'out' : found };
  });
  const inLobby = present.filter(({ state }) => state === 'in-lobby').length;
  return {
    ...view,
    present: picture.present,
    people: present.filter(({ room, state }) => room === null && state !== 'ringing').length,
    inLobby,
    roomsIn: rooms,
    sources: picture.sources,
    troubles: troublesOf(meeting, picture, { rooms, inLobby }),
  };
}

function troublesOf(
  { run }: Meeting,
  { sources, complete, present }: Picture,
  { rooms, inLobby }: { readonly rooms: readonly RoomPresence[]; readonly inLobby: number },
): Trouble[] {
  const isMissing = ({ mailbox, state }: RoomPresence) =>
    state === 'out' && run?.rooms[mailbox]?.endedAt === undefined;
  const isUnknown = sources.some(({ by }) => by === 'none');
  return [
    ...(run?.lost === undefined ? [] : (['call-bridge-lost'] as const)),
    ...(rooms.some(isMissing) ? (['room-missing'] as const) : []),
    ...(inLobby > 0 && inLobby === present ? (['no-host'] as const) : []),
    ...(isUnknown ? (['unknown'] as const) : complete ? [] : (['incomplete'] as const)),
  ];
}
