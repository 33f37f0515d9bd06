/** A room's calendar as we hold it: by roots (single events and whole series), to which a round of changes is applied. */
import type { CalendarChange, CalendarEvent } from './calendar-event.ts';

/** A single event, or a series with everything that is held of it in the window. */
export interface Root {
  /** Of the event, or of the series' master. */
  readonly id: string;
  /** Undefined where the mailbox has no such master: an exception then stands for itself. */
  readonly event?: CalendarEvent;
  /** The occurrences that are as their series has them, by their start. */
  readonly occurrences: readonly (readonly [id: string, start: number, end: number])[];
  readonly exceptions: readonly CalendarEvent[];
}

/** What a round says of one root; `after` is undefined where nothing of it is left. */
export interface RootChange {
  readonly before: Root | undefined;
  readonly after: Root | undefined;
}

export interface RoundOutcome {
  /** By the root's id: those that are not the same as before. */
  readonly changes: ReadonlyMap<string, RootChange>;
  /**
   * Series that were sent again without some of what is held of them, and nothing said that it is gone. Exchange marks
   * a deleted occurrence in some versions and leaves it out in others: only the list of its instances can tell.
   */
  readonly inDoubt: ReadonlySet<string>;
}

/** Ids of the occurrences and exceptions of a root. */
export function membersOf({ occurrences, exceptions }: Root): string[] {
  return [...occurrences.map(([id]) => id), ...exceptions.map(({ id }) => id)];
}

/** What has to be held before a round can be applied: the roots it names, and the roots of ids that may be members. */
export function namedBy(changes: readonly CalendarChange[]): {
  readonly roots: ReadonlySet<string>;
  readonly members: ReadonlySet<string>;
} {
  const roots = new Set<string>();
  const members = new Set<string>();
  for (const change of changes) {
    const id = change.kind === 'event' ? change.event.id : change.id;
    const series = seriesOf(change);
    roots.add(series ?? id);
    if (series === undefined) members.add(id);
  }
  return { roots, members };
}

/** Applies a round to the roots that it names; the last word on an id wins, unknown removals mean nothing. */
export function applyRound(
  before: ReadonlyMap<string, Root>,
  changes: readonly CalendarChange[],
): RoundOutcome {
  const drafts = new Drafts(before);
  for (const change of changes) drafts.apply(change);
  return drafts.outcome();
}

/** A baseline replaces everything: what it did not bring is gone. `before` are all roots. */
export function applyBaseline(
  before: ReadonlyMap<string, Root>,
  changes: readonly CalendarChange[],
): RoundOutcome {
  const drafts = new Drafts(new Map());
  for (const change of changes) drafts.apply(change);
  const after = new Map([...drafts.outcome().changes].map(([id, change]) => [id, change.after]));
  const outcome = new Map<string, RootChange>();
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const change = { before: before.get(id), after: after.get(id) };
    if (differs(change)) outcome.set(id, change);
  }
  return { changes: outcome, inDoubt: new Set() };
}

/** A root of nothing but its event, or its master. */
export function rootOfEvent(event: CalendarEvent): Root {
  return { id: event.id, event, occurrences: [], exceptions: [] };
}

/** The series with exactly these instances, as a list of them says. */
export function withInstances(series: Root, instances: readonly CalendarChange[]): Root {
  const drafts = new Drafts(new Map([[series.id, { ...series, occurrences: [], exceptions: [] }]]));
  for (const change of instances) if (seriesOf(change) === series.id) drafts.apply(change);
  const changed = drafts.outcome().changes.get(series.id);
  return changed?.after ?? { ...series, occurrences: [], exceptions: [] };
}

export function differs({ before, after }: RootChange): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}

function seriesOf(change: CalendarChange): string | undefined {
  if (change.kind === 'removed') return undefined;
  return change.kind === 'event' ? change.event.seriesMasterId : change.seriesMasterId;
}

interface Draft {
  event: CalendarEvent | undefined;
  readonly occurrences: Map<string, readonly [id: string, start: number, end: number]>;
  readonly exceptions: Map<string, CalendarEvent>;
  isSent: boolean;
  /** Members that this round named. */
  readonly sent: Set<string>;
}

class Drafts {
  readonly #before: ReadonlyMap<string, Root>;
  readonly #drafts = new Map<string, Draft>();
  readonly #rootOf = new Map<string, string>();

  constructor(before: ReadonlyMap<string, Root>) {
    this.#before = before;
    for (const root of before.values()) {
      for (const id of membersOf(root)) this.#rootOf.set(id, root.id);
      const draft = this.#draft(root.id);
      draft.event = root.event;
      for (const occurrence of root.occurrences) draft.occurrences.set(occurrence[0], occurrence);
      for (const exception of root.exceptions) draft.exceptions.set(exception.id, exception);
    }
  }

  apply(change: CalendarChange): void {
    if (change.kind === 'removed') {
      this.#remove(change.id);
      return;
    }
    const series = seriesOf(change);
    if (change.kind === 'event' && series === undefined) {
      this.#takeFromSeries(change.event.id);
      const draft = this.#draft(change.event.id);
      draft.event = change.event;
      draft.isSent = true;
      return;
    }
    const id = change.kind === 'event' ? change.event.id : change.id;
    const draft = this.#draft(series ?? id);
    this.#rootOf.set(id, series ?? id);
    draft.sent.add(id);
    draft.occurrences.delete(id);
    draft.exceptions.delete(id);
    if (change.kind === 'event') draft.exceptions.set(id, change.event);
    else draft.occurrences.set(id, [id, change.start, change.end]);
  }

  outcome(): RoundOutcome {
    const changes = new Map<string, RootChange>();
    const inDoubt = new Set<string>();
    for (const [id, draft] of this.#drafts) {
      const change = { before: this.#before.get(id), after: finished(id, draft) };
      if (differs(change)) changes.set(id, change);
      const held = change.after === undefined ? [] : membersOf(change.after);
      if (draft.isSent && held.some((member) => !draft.sent.has(member))) inDoubt.add(id);
    }
    return { changes, inDoubt };
  }

  #remove(id: string): void {
    const root = this.#drafts.get(id);
    if (root !== undefined) {
      root.event = undefined;
      root.occurrences.clear();
      root.exceptions.clear();
    }
    this.#takeFromSeries(id);
  }

  #takeFromSeries(id: string): void {
    const draft = this.#drafts.get(this.#rootOf.get(id) ?? '');
    draft?.occurrences.delete(id);
    draft?.exceptions.delete(id);
  }

  #draft(id: string): Draft {
    const known = this.#drafts.get(id);
    if (known !== undefined) return known;
    const draft = {
      ...{ event: undefined, isSent: false, sent: new Set<string>() },
      ...{ occurrences: new Map(), exceptions: new Map() },
    };
    this.#drafts.set(id, draft);
    return draft;
  }
}

/** An order of its own, so that what is the same reads the same; no occurrence beside the exception that replaces it. */
function finished(id: string, { event, ...draft }: Draft): Root | undefined {
  if (event !== undefined && event.type !== 'seriesMaster') {
    return { id, event, occurrences: [], exceptions: [] };
  }
  const exceptions = [...draft.exceptions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const replaced = new Set(exceptions.map(({ originalStart }) => originalStart));
  const occurrences = [...draft.occurrences.values()]
    .filter(([, start]) => !replaced.has(start))
    .sort(([a, from], [b, to]) => from - to || (a < b ? -1 : 1));
  if (event === undefined && occurrences.length === 0 && exceptions.length === 0) return undefined;
  return { id, ...(event === undefined ? {} : { event }), occurrences, exceptions };
}
