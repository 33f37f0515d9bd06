/**
 * Watches the call bridges themselves, several times a second, for what must never be: a meeting without a conference,
 * or with two; a room in two conferences, or twice in one; somebody in a meeting that is not theirs; one that outlasts its
 * end. It knows what people have booked, and nothing of the program.
 */
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import { isDue, type Wanted } from './meetings.ts';

export interface WatchOptions {
  readonly clusters: readonly CmsCluster[];
  readonly meetings: ReadonlyMap<string, Wanted>;
  /** Whether some call bridge could hold a conference now: without one, nobody is to blame for a gap. */
  readonly isAble: () => boolean;
  /** Since when a call bridge (by its name) can be spoken to, epoch ms; undefined when it cannot be. */
  readonly wellSince: (bridge: string) => number | undefined;
  /** From when on what people did at a time (epoch ms) can be known; absent: at once. */
  readonly knownFrom?: (at: number) => number;
  /** Milliseconds that a meeting may be without its conference. */
  readonly longestGap: number;
  /** Milliseconds after its end by which its conference must be gone wherever a call bridge can be spoken to. */
  readonly longestEnd: number;
}

export interface Sightings {
  /** Meetings that were seen with their conference. */
  readonly held: number;
  /** Lengthened in Outlook into the time for which their slot was booked next: cut short there, as they must be. */
  readonly cutShort: number;
  /** Milliseconds that a meeting was without its conference, at worst. */
  readonly worstGap: number;
  /** Looks at which something was wrong, in words, each once. */
  readonly wrong: readonly string[];
}

const every = 250;
/** A meeting that is over for so long is looked at no more, in milliseconds. */
const longOver = 900_000;
/** A room that is taken off is hung up as soon as its calendar has been read. */
const hangUpWithin = 30_000;
/** What is seen once may be between two steps: a room is hung up there and dialled here. */
const looksInARow = 4;

interface Running {
  readonly call: string;
  readonly bridge: string;
  readonly correlator: string;
  readonly title: string | undefined;
  readonly space: string | undefined;
}

export class Watch {
  readonly #options: WatchOptions;
  readonly #timer: NodeJS.Timeout;
  /** Whose a call is, once that was seen; it stays theirs however its space is called later. */
  readonly #titles = new Map<string, string>();
  readonly #lastSeen = new Map<string, number>();
  readonly #held = new Set<string>();
  readonly #wrong = new Map<string, number>();
  /** By title: the space of its last call. */
  readonly #spaces = new Map<string, string>();
  readonly #cutShort = new Set<string>();
  /** Meetings that are not long over. */
  #current: readonly Wanted[] = [];
  #before = Date.now();
  /** Since when somebody could act. */
  #ableSince: number | undefined;
  #worstGap = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), every);
  }

  stop(): Sightings {
    clearInterval(this.#timer);
    const wrong = [...this.#wrong].flatMap(([what, looks]) => (looks >= looksInARow ? [what] : []));
    return { held: this.#held.size, cutShort: this.#cutShort.size, worstGap: this.#worstGap, wrong };
  }

  #look(): void {
    const now = Date.now();
    this.#ableSince = this.#options.isAble() ? (this.#ableSince ?? now) : undefined;
    this.#current = [...this.#options.meetings.values()].filter(({ end }) => end > now - longOver);
    const running = this.#running();
    this.#lookForGaps(running, now);
    const seen = new Set([
      ...this.#doubles(running),
      ...this.#strangers(running, now),
      ...this.#lateEnds(running, now),
    ]);
    for (const what of seen) this.#wrong.set(what, (this.#wrong.get(what) ?? 0) + 1);
    for (const [what, looks] of this.#wrong) {
      if (!seen.has(what) && looks < looksInARow) this.#wrong.delete(what);
    }
    this.#before = now;
  }

  #running(): Running[] {
    const found: Running[] = [];
    for (const cms of this.#options.clusters) {
      const names = new Map(cms.spaces().map(({ id, name }) => [id, name]));
      for (const bridge of cms.bridges) {
        if (!bridge.alive) continue;
        for (const { id, coSpace, callCorrelator } of bridge.calls()) {
          const name = names.get(coSpace ?? '') ?? '';
          const title = this.#titles.get(id) ?? (this.#options.meetings.has(name) ? name : undefined);
          if (title !== undefined) {
            this.#titles.set(id, title);
            if (coSpace !== undefined) this.#spaces.set(title, coSpace);
          }
          found.push({ call: id, bridge: bridge.name, correlator: callCorrelator, title, space: coSpace });
        }
      }
    }
    return found;
  }

  #lookForGaps(running: readonly Running[], now: number): void {
    const held = new Set(running.map(({ title }) => title));
    const able = this.#ableSince !== undefined;
    for (const meeting of this.#current) {
      const { title, start, changedAt } = meeting;
      if (!isDue(meeting, now)) {
        this.#lastSeen.delete(title);
        continue;
      }
      if (held.has(title)) {
        this.#held.add(title);
        this.#lastSeen.set(title, now);
        continue;
      }
      // The next one's people know its number: they must not come upon those of this one.
      const space = this.#spaces.get(title);
      const isAnothers = running.some((one) => one.space === space && one.title !== undefined);
      if (meeting.end > meeting.firstEnd && space !== undefined && isAnothers) {
        this.#cutShort.add(title);
        this.#lastSeen.set(title, now);
        continue;
      }
      const since = Math.max(this.#lastSeen.get(title) ?? start, this.#knownFrom(changedAt));
      // Time in which nobody could do anything does not count.
      this.#lastSeen.set(title, able ? since : since + now - this.#before);
      const gap = Math.max(0, now - since);
      this.#worstGap = Math.max(this.#worstGap, able ? gap : 0);
      if (able && gap > this.#options.longestGap)
        this.#wrong.set(`${title} was without a conference`, looksInARow);
    }
  }

  #knownFrom(at: number): number {
    return this.#options.knownFrom?.(at) ?? at;
  }

  *#doubles(running: readonly Running[]): Generator<string> {
    const conferences = new Map<string, Set<string>>();
    for (const { title, correlator } of running) {
      if (title === undefined) continue;
      conferences.set(title, (conferences.get(title) ?? new Set()).add(correlator));
    }
    for (const [title, correlators] of conferences) {
      if (correlators.size > 1) yield `${title} had ${correlators.size} conferences`;
    }
  }

  /** Who is where they should not be, or more than once. */
  *#strangers(running: readonly Running[], now: number): Generator<string> {
    const { clusters, meetings } = this.#options;
    const calls = new Map(running.map((one) => [one.call, one]));
    const owners = new Map(
      this.#current.flatMap(({ title, people }) => [...people].map((one) => [one, title] as const)),
    );
    const places = new Map<string, string[]>();
    for (const leg of clusters.flatMap(({ bridges }) => bridges.flatMap((bridge) => bridge.legs()))) {
      const { title, bridge = '' } = calls.get(leg.call) ?? {};
      const meeting = meetings.get(title ?? '');
      if (title === undefined || meeting === undefined) continue;
      const wellSince = this.#options.wellSince(bridge);
      // Nobody can be hung up on a call bridge that cannot be spoken to, nor by nobody, nor before it is known.
      const since = Math.max(wellSince ?? now, this.#ableSince ?? now, this.#knownFrom(meeting.changedAt));
      const isReached = now > since + hangUpWithin;
      if (!isReached && !isDue(meeting, now)) continue;
      const owner = owners.get(leg.id);
      if (owner !== undefined && owner !== title) yield `somebody of ${owner} was in ${title}`;
      if (leg.direction === 'incoming') continue;
      // What a room's people have just changed may not be known.
      if (now < this.#knownFrom(meeting.changedAt)) continue;
      places.set(leg.remoteParty, [...(places.get(leg.remoteParty) ?? []), title]);
      const isTheirs = meeting.rooms.includes(leg.remoteParty);
      // One that was taken off is hung up as soon as its call bridge can be told; one that was never booked is wrong there.
      const left = meeting.former.get(leg.remoteParty);
      const isLate = left === undefined || (isReached && now > this.#knownFrom(left) + hangUpWithin);
      if (!isTheirs && isLate) yield `${leg.remoteParty} was in ${title}, which has not booked it`;
    }
    for (const [room, where] of places) {
      if (where.length < 2) continue;
      const conferences = new Set(where);
      yield conferences.size > 1
        ? `${room} was in ${[...conferences].join(' and ')} at once`
        : `${room} was in ${where[0]} ${where.length} times`;
    }
  }

  *#lateEnds(running: readonly Running[], now: number): Generator<string> {
    const { meetings, longestEnd, wellSince } = this.#options;
    if (this.#ableSince === undefined) return;
    for (const { title, bridge } of running) {
      const meeting = meetings.get(title ?? '');
      const well = wellSince(bridge);
      if (meeting === undefined || well === undefined || isDue(meeting, now)) continue;
      const over = Math.min(meeting.end, meeting.cancelledAt ?? meeting.end);
      const since = Math.max(over, this.#knownFrom(meeting.changedAt), well, this.#ableSince);
      if (now > since + longestEnd) yield `${title} outlasted its end`;
    }
  }
}

/** What is left on the call bridges once everything is over, in words. */
export function leftovers(clusters: readonly CmsCluster[], placeholder = 'TMS_Scheduled_Meeting_'): string[] {
  return clusters.flatMap((cms) => [
    ...cms.bridges.flatMap((bridge) =>
      bridge.calls().map(({ name }) => `a call of ${name} on ${bridge.name}`),
    ),
    ...cms
      .spaces()
      .filter(({ nonMemberAccess, name }) => nonMemberAccess || !name.startsWith(placeholder))
      .map(({ name, uri }) => `the space ${uri}, ${name}, open`),
  ]);
}
