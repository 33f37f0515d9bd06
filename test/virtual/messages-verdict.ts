/** Whether organizers who are told by message have the last word, and nothing twice. */
import type { Meeting } from '../../src/conference/meeting.ts';
import { numbersIn } from './numbers.ts';
import type { Virtual } from './virtual.ts';

interface Message {
  readonly at: number;
  readonly text: string;
}

export async function messageDifferences(virtual: Virtual, known: readonly Meeting[]): Promise<string[]> {
  const insiders = new Set(virtual.calendars());
  const now = virtual.now();
  const sent = messagesOf(virtual);
  const wrong = await doubledMessages(virtual, known);
  const series = new Map<string, Meeting[]>();
  for (const meeting of known) {
    if (meeting.booked === undefined || meeting.booked.end <= now) continue;
    if (insiders.has(meeting.booked.organizer?.address ?? '')) continue;
    series.set(meeting.booked.uid, [...(series.get(meeting.booked.uid) ?? []), meeting]);
  }
  for (const [uid, meetings] of series) {
    // That a room declines a date takes back no number.
    const last = sent
      .get(uid)
      ?.findLast(({ text }) => numbersIn(text).length > 0 || !/has declined/.test(text));
    const numbers = new Set(meetings.flatMap(({ placement }) => placement?.number ?? []));
    if (last === undefined) {
      if (!(await isNotedUntold(virtual, meetings)))
        wrong.push(`${uid.slice(-8)}: nobody told its organizer`);
      continue;
    }
    // Where only some dates have a number they are named one by one.
    const joining = /Number to dial: (\d+)/.exec(last.text)?.[1];
    const told = joining === undefined ? numbersIn(last.text) : [joining];
    const isSo = told.every((number) => numbers.has(number)) && (told.length > 0 || numbers.size === 0);
    if (!isSo && !(await isNotedUntold(virtual, meetings)))
      wrong.push(
        `${uid.slice(-8)} was last told ${told.join() || 'no number'} in place of ${[...numbers].join() || 'none'}`,
      );
  }
  return wrong;
}

/** What was sent twice about what is still known: why, is not said of anything else. */
export async function doubledMessages(virtual: Virtual, known: readonly Meeting[]): Promise<string[]> {
  const wrong: string[] = [];
  const uids = new Set(known.map(({ last }) => last.uid));
  for (const [uid, messages] of messagesOf(virtual)) {
    if (!uids.has(uid)) continue;
    const lapses = await lapsesOf(virtual, known, uid);
    messages.forEach(({ text, at }, i) => {
      const before = messages[i - 1];
      // A lost Redis forgets what a room has answered; a room that was asked anew answers anew.
      const isNew = virtual.losses > 0 || lapses.some((lapse) => before && lapse > before.at && lapse < at);
      if (before?.text === text && !isNew)
        wrong.push(
          `${uid.slice(-8)}: the same was sent twice, ${at - before.at} ms apart: ${text.slice(0, 60)}`,
        );
    });
  }
  return wrong;
}

/** When something of it was no longer booked, epoch ms. */
async function lapsesOf(virtual: Virtual, known: readonly Meeting[], uid: string): Promise<number[]> {
  const own = known.filter(({ last }) => last.uid === uid);
  const timelines = await Promise.all(own.map(({ key }) => virtual.meetingStore.timeline(key)));
  return timelines.flat().flatMap(({ what, at }) => (what === 'cancelled' ? [at] : []));
}

/** By uid of the event or series: what the product had rooms answer, and what it mailed. */
function messagesOf(virtual: Virtual): Map<string, Message[]> {
  const found = new Map<string, Message[]>();
  for (const { iCalUId, comment, at } of virtual.graph.replies) {
    const uid = `${iCalUId.slice(0, 32)}00000000${iCalUId.slice(40)}`;
    found.set(uid, [...(found.get(uid) ?? []), { at, text: comment }]);
  }
  return found;
}

/** Rooms that may not answer, or have not been asked themselves: the timeline says that nobody could be told. */
async function isNotedUntold(virtual: Virtual, meetings: readonly Meeting[]): Promise<boolean> {
  for (const { key } of meetings) {
    const notes = await virtual.meetingStore.timeline(key);
    if (notes.some(({ what }) => what === 'organizer-not-told' || what === 'telling-unclear')) return true;
  }
  return false;
}
