/**
 * How many people a meeting of a cluster has in besides its rooms: measured by the records of the last ones that were held
 * there, for nothing that is booked says how many will join by themselves.
 */
import type { SourceState } from './conference/attendance/source.ts';
import { expectedOf, type PeopleExpected, peopleAtOnce } from './conference/capacity/people.ts';
import type { Meeting } from './conference/meeting.ts';
import type { Place } from './conference/search/place.ts';
import { type LiveDeps, livePicture } from './live.ts';
import type { MeetingStore } from './redis/meetings.ts';

export interface PeopleMeasureDeps extends LiveDeps {
  readonly meetings: MeetingStore;
  /** Epoch ms. */
  readonly now: () => number;
}

/** The last so many meetings are measured, and so many are looked at for that. */
const measured = 50;
const lookedAt = 1_000;
const atOnce = 100;
/** Milliseconds. */
const past = 14 * 86_400_000;
const believed = 600_000;

export class PeopleMeasured {
  readonly #deps: PeopleMeasureDeps;
  readonly #known = new Map<string, { readonly until: number; readonly people: Promise<PeopleExpected> }>();

  constructor(deps: PeopleMeasureDeps) {
    this.#deps = deps;
  }

  async of(cluster: string): Promise<PeopleExpected> {
    const now = this.#deps.now();
    const known = this.#known.get(cluster);
    if (known !== undefined && now < known.until) return await known.people;
    const people = this.#measure(cluster, now);
    this.#known.set(cluster, { until: now + believed, people });
    people.catch(() => this.#known.delete(cluster));
    return await people;
  }

  async #measure(cluster: string, now: number): Promise<PeopleExpected> {
    const found: number[] = [];
    const sources = await this.#deps.attendance.sources();
    let after: Place | undefined;
    for (let looked = 0; looked < lookedAt && found.length < measured; looked += atOnce) {
      const page: Place[] = await this.#deps.meetings.byStart(now - past, now, after, atOnce, 'desc');
      for (const meeting of await this.#deps.meetings.loadMany(page.map(({ key }) => key))) {
        if (found.length === measured) break;
        const people = await this.#peopleOf(meeting, cluster, now, sources);
        if (people !== undefined) found.push(people);
      }
      after = page.at(-1);
      if (page.length < atOnce) break;
    }
    return expectedOf(found);
  }

  /** Undefined where it was not held there, or not all is known of who was in. */
  async #peopleOf(
    meeting: Meeting,
    cluster: string,
    now: number,
    sources: ReadonlyMap<string, SourceState>,
  ): Promise<number | undefined> {
    const { run } = meeting;
    if (run?.cluster !== cluster || run.openedAt === undefined || run.closedAt === undefined)
      return undefined;
    const picture = await livePicture(this.#deps, meeting, now, sources);
    return picture.sources.length === 0 || !picture.complete ? undefined : peopleAtOnce(picture);
  }
}
