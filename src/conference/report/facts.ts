/** What of one meeting counts in a report, in as little as can be: no title, no organizer, nobody who was in. */
import { heldInterval, type Interval } from '../../slot/slot.ts';
import { type Meeting, openRun } from '../meeting.ts';
import type { Run } from '../run.ts';
import type { TimelineEntry, TimelineWord } from '../timeline.ts';

/**
 * What became of it; each meeting has one.
 * - `held`: its conference was opened, was open at its start or later, and is no no-show
 * - `no-show`: its conference was opened and given back because nobody had been in since its start, as far as the looks saw.
 *   Where conferences are not given back (`conference.release.after` is 0) nobody looks, and there are none
 * - `cancelled`: no room has it any more, and its conference was not open at its start
 * - `unplaced`: it has no slot, and its conference was never opened
 * - `not-opened`: all else: ahead still, or its conference was not opened (`never-started`)
 */
export type Outcome = 'held' | 'no-show' | 'cancelled' | 'unplaced' | 'not-opened';

export interface Facts {
  readonly outcome: Outcome;
  /** Mailboxes that it is booked in, or was last. */
  readonly rooms: readonly string[];
  /** Of what was held: from its start, or its opening where that came later, until it was closed, or now. */
  readonly used?: Interval;
  /** For how long it had its last slot: from its setup until that was given back, or the teardown after its end is over. */
  readonly slot?: Interval & { readonly cluster: string; readonly number: string };
  /** Where its conference was opened last, or found; `late` in ms after it should have been, unknown of one that was found. */
  readonly opened?: { readonly cluster: string; readonly callBridge: string; readonly late?: number };
  /** How often a call bridge was left for the next one (`failed-over`). */
  readonly failovers: number;
  /** How often it was brought up elsewhere after its call bridge was lost (`recovered`). */
  readonly recoveries: number;
  /** How often its place was given up for another (`rehomed`). */
  readonly rehomings: number;
  /** How often it was extended (`extended`). */
  readonly extensions: number;
  /** Milliseconds between Outlook's end and the end of the last extension, whether or not people stayed until then. */
  readonly extendedBy: number;
  /** From when on nothing of this changes any more; epoch ms, infinity while it is open. */
  readonly settledAt: number;
}

export interface Margins {
  readonly setup: number;
  readonly teardown: number;
}

/** After a conference its rooms are given back and its calls cleared. */
const settling = 3_600_000;

/** @param now epoch ms */
export function factsOf(
  meeting: Meeting,
  timeline: readonly TimelineEntry[],
  margins: Margins,
  now: number,
): Facts {
  const { last, run } = meeting;
  const outcome = outcomeOf(meeting);
  const count = (word: TimelineWord) => timeline.filter(({ what }) => what === word).length;
  const { openedAt = last.start, closedAt = now, extension } = run ?? {};
  const used = { from: Math.max(last.start, openedAt), to: closedAt };
  const slot = slotOf(meeting, timeline, margins);
  const opened = openedIn(run, timeline);
  const ends = [last.end, extension?.until ?? 0, run?.closedAt ?? 0];
  return {
    outcome,
    rooms: last.rooms,
    ...(outcome === 'held' && used.from < used.to && { used }),
    ...(slot && { slot }),
    ...(opened && { opened }),
    failovers: count('failed-over'),
    recoveries: count('recovered'),
    rehomings: count('rehomed'),
    extensions: count('extended'),
    extendedBy: extension === undefined ? 0 : Math.max(0, extension.until - extension.of),
    settledAt: openRun(run) === undefined ? Math.max(...ends) + settling : Number.POSITIVE_INFINITY,
  };
}

/** A conference that was closed because it was moved was that of another time. */
function isOpened(run: Run | undefined): run is Run & { readonly openedAt: number } {
  return run?.openedAt !== undefined && run.closeReason !== 'moved';
}

function outcomeOf({ booked, last, placement, run }: Meeting): Outcome {
  if (isOpened(run) && (run.closedAt ?? Number.POSITIVE_INFINITY) > last.start)
    return isNoShow(last.start, run) ? 'no-show' : 'held';
  if (booked === undefined) return 'cancelled';
  return placement === undefined && run === undefined ? 'unplaced' : 'not-opened';
}

/** What is found by the last look, which closes it, is not written down: the one before says since when nobody was in. */
function isNoShow(start: number, { openedAt = 0, closeReason, emptiness }: Run): boolean {
  if (closeReason !== 'unused') return false;
  const { since = Number.POSITIVE_INFINITY } = emptiness ?? { since: 0 };
  return since <= Math.max(start, openedAt);
}

function openedIn(run: Run | undefined, timeline: readonly TimelineEntry[]): Facts['opened'] {
  if (!isOpened(run)) return undefined;
  const entry = timeline.findLast(({ what }) => what === 'opened' || what === 'adopted');
  const late = entry?.late;
  const callBridge = String(entry?.callBridge ?? run.callBridge ?? '');
  return { cluster: run.cluster, callBridge, ...(typeof late === 'number' && { late }) };
}

function slotOf(
  { last, placement, run }: Meeting,
  timeline: readonly TimelineEntry[],
  margins: Margins,
): Facts['slot'] {
  const released = timeline.findLast(({ what }) => what === 'released');
  const place = placement ?? released ?? run;
  if (place?.cluster === undefined) return undefined;
  const { extension } = run ?? {};
  const end = extension?.of === last.end ? Math.max(last.end, extension.until) : last.end;
  const reserved = heldInterval({ start: last.start, end }, margins);
  // What was given back before it had another is not what it has.
  const to = placement === undefined && released !== undefined ? released.at : Number.POSITIVE_INFINITY;
  const slot = { from: reserved.from, to: Math.min(reserved.to, to) };
  if (slot.from >= slot.to) return undefined;
  return { ...slot, cluster: String(place.cluster), number: String(place.number) };
}
