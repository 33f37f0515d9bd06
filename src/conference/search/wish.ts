/** What is asked of the list of meetings, and whether one is meant: only by what of it is shown. */
import { type Meeting, type MeetingState, organizerShown, stateOf, titleOf } from '../meeting.ts';
import { textOf } from './words.ts';

/** Instants in epoch ms; all that is given must hold. */
export interface Wish {
  /** Meetings that overlap the window. */
  readonly from: number;
  readonly to: number;
  readonly state?: MeetingState;
  /** As `wordsOf` gives them. Each begins a word of the title, of a room, of the organizer's address or of the number. */
  readonly words?: readonly string[];
  /** A mailbox. */
  readonly room?: string;
  /** SMTP address. */
  readonly organizer?: string;
  readonly number?: string;
}

/** Of a meeting, all that it can be found by. */
export interface Findable {
  readonly start: number;
  /** Of its extension where it has one: that lasts longer than Outlook says. */
  readonly end: number;
  readonly state: MeetingState;
  readonly title: string;
  /** Undefined where it may not be shown: then nobody learns it by a search either. */
  readonly organizer: string | undefined;
  readonly rooms: readonly string[];
  readonly number: string | undefined;
}

export function findableOf(meeting: Meeting): Findable {
  const { last, run, placement } = meeting;
  const extension = run?.extension?.of === last.end ? run.extension : undefined;
  return {
    start: last.start,
    end: Math.max(last.end, extension?.until ?? 0),
    state: stateOf(meeting).state,
    title: titleOf(meeting),
    organizer: organizerShown(meeting),
    rooms: last.rooms,
    number: (placement ?? run)?.number,
  };
}

/** Mailbox -> what people call the room. */
export type RoomNames = ReadonlyMap<string, string>;

export function textOfRooms(rooms: readonly string[], names: RoomNames): string {
  return textOf(...rooms, ...rooms.map((room) => names.get(room) ?? ''));
}

export function isMeant(one: Findable, wish: Wish, names: RoomNames): boolean {
  const { start, end, state, title, organizer = '', rooms, number } = one;
  if (start >= wish.to || end <= wish.from) return false;
  if (wish.state !== undefined && wish.state !== state) return false;
  if (wish.number !== undefined && wish.number !== number) return false;
  if (wish.organizer !== undefined && !sameAddress(wish.organizer, organizer)) return false;
  const { room, words = [] } = wish;
  if (room !== undefined && !rooms.some((mailbox) => sameAddress(mailbox, room))) return false;
  if (words.length === 0) return true;
  const texts = [textOf(title), textOf(organizer), textOfRooms(rooms, names), textOf(number ?? '')];
  return words.every((word) => texts.some((text) => text.includes(word)));
}

/** Case tells no mailbox from another. */
export function sameAddress(one: string, other: string): boolean {
  return one.length === other.length && one.toLowerCase() === other.toLowerCase();
}
