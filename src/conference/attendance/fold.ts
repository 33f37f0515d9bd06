/** What is known of a call bridge's calls, with news folded in: the same whatever order they come in, and come they twice. */
import {
  type Attendee,
  arrived,
  described,
  left,
  merged,
  returned,
  withLeg,
  withoutLeg,
  wouldBeFound,
} from './attendee.ts';
import type { News, Traits } from './news.ts';

export interface KnownCall {
  readonly space?: string;
  /** Epoch ms. */
  readonly since: number;
  readonly overAt?: number;
}

/** Where a leg is; `call` is empty while it has not come to any. */
export interface Seat {
  readonly call: string;
  readonly participant: string;
}

/** Of one call bridge; of it as much as the news are about. */
export interface Known {
  readonly calls: ReadonlyMap<string, KnownCall>;
  /** By the leg's id. */
  readonly seats: ReadonlyMap<string, Seat>;
  /** Call -> participant's id -> who. */
  readonly attendees: ReadonlyMap<string, ReadonlyMap<string, Attendee>>;
  /** Legs and calls that are over, and of which nothing more is believed. */
  readonly over: ReadonlySet<string>;
}

/** What differs from what was known; undefined for what is to be forgotten. */
export interface Changes {
  readonly calls: ReadonlyMap<string, KnownCall>;
  readonly seats: ReadonlyMap<string, Seat | undefined>;
  readonly attendees: ReadonlyMap<string, ReadonlyMap<string, Attendee | undefined>>;
  readonly over: ReadonlySet<string>;
  /** Records that were lost. */
  readonly lost: number;
}

export function fold(known: Known, news: readonly News[]): Changes {
  const folding = new Folding(known);
  for (const one of news) folding.take(one);
  return folding;
}

/** Legs, calls and participants that have to be known before the news can be folded in. */
export function mentioned(news: readonly News[]): {
  readonly calls: Set<string>;
  readonly legs: Set<string>;
} {
  const calls = new Set<string>();
  const legs = new Set<string>();
  for (const one of news) {
    if ('call' in one && one.call !== undefined) calls.add(one.call);
    if ('leg' in one) legs.add(one.leg);
    if ('participant' in one) legs.add(one.participant);
    if (one.kind === 'roster') for (const { id } of one.participants) legs.add(id);
  }
  return { calls, legs };
}

class Folding implements Changes {
  readonly calls = new Map<string, KnownCall>();
  readonly seats = new Map<string, Seat | undefined>();
  readonly attendees = new Map<string, Map<string, Attendee | undefined>>();
  readonly over = new Set<string>();
  lost = 0;
  readonly #known: Known;

  constructor(known: Known) {
    this.#known = known;
  }

  take(news: News): void {
    switch (news.kind) {
      case 'call':
        this.#call(news);
        break;
      case 'call-over':
        this.#callOver(news);
        break;
      case 'leg':
        this.#leg(news);
        break;
      case 'leg-over':
        this.#legOver(news);
        break;
      case 'participant':
        this.#participant(news.call, news.participant, news.traits, news);
        break;
      case 'participant-gone':
        this.#gone(news);
        break;
      case 'roster':
        this.#roster(news);
        break;
      case 'gap':
        this.lost += news.records;
        break;
      default:
        news satisfies never;
    }
  }

  #call({ call, space, at }: News & { kind: 'call' }): void {
    const before = this.#callOf(call);
    const since = Math.min(before?.since ?? at, at);
    if (before !== undefined && before.since === since && (space ?? before.space) === before.space) return;
    this.calls.set(call, { ...before, since, ...(space === undefined ? {} : { space }) });
  }

  #callOver({ call, at, reason }: News & { kind: 'call-over' }): void {
    const before = this.#callOf(call);
    this.over.add(call);
    if (before !== undefined) this.calls.set(call, { ...before, overAt: Math.min(before.overAt ?? at, at) });
    for (const attendee of this.#everybody(call)) this.#put(call, left(attendee, { at, reason }));
  }

  #leg({ leg, call, group, isLink, traits, ...told }: News & { kind: 'leg' }): void {
    if (this.#isOver(leg)) return;
    const seat = this.#seatOf(leg);
    if (isLink) {
      this.over.add(leg);
      if (seat !== undefined) this.#forget(seat, leg);
      return;
    }
    const where = call ?? seat?.call ?? '';
    const known = seat && this.#find(seat.call, seat.participant);
    // Whoever told of them in this call before, and by another leg of theirs.
    const there =
      seat?.call === where
        ? known
        : (this.#find(where, leg) ?? this.#companion(where, known?.group ?? group));
    const before =
      there === undefined
        ? (known ?? this.#companion(where, group) ?? arrived(leg, told))
        : withMore(there, known);
    if (seat !== undefined && seat.call !== where) this.#forget(seat, leg);
    const after = described(withLeg(this.#present(where, before), leg, group), traits, told);
    this.#put(where, after);
    if (seat?.call !== where || seat.participant !== after.id)
      this.seats.set(leg, { call: where, participant: after.id });
    if (where !== '' && this.#callOf(where) === undefined && !this.#isOver(where))
      this.calls.set(where, { since: told.at });
  }

  /** Who has a leg of the same group in this call. */
  #companion(call: string, group: string | undefined): Attendee | undefined {
    if (group === undefined) return undefined;
    return this.#everybody(call).find((one) => one.group === group && one.leftAt === undefined);
  }

  #legOver({ leg, at, heard, reason, traits }: News & { kind: 'leg-over' }): void {
    const seat = this.#seatOf(leg);
    this.over.add(leg);
    if (seat === undefined) return;
    this.seats.set(leg, undefined);
    const before = this.#find(seat.call, seat.participant);
    if (before === undefined) return;
    // Who never came into a call was in none.
    if (seat.call === '') this.#drop('', before.id);
    else this.#put(seat.call, withoutLeg({ ...before, ...traits }, leg, { at, heard, reason }));
  }

  #participant(
    call: string,
    id: string,
    traits: Traits,
    told: { readonly at: number; readonly heard: number },
  ): void {
    const found = this.#find(call, id);
    if (found === undefined && (this.#isOver(id) || this.#isOver(call))) return;
    const before = found ?? this.#fromNowhere(id) ?? arrived(id, told);
    this.#put(call, described(this.#present(call, before), traits, told));
    if (this.#callOf(call) === undefined && !this.#isOver(call)) this.calls.set(call, { since: told.at });
  }

  #gone({ call, participant, at }: News & { kind: 'participant-gone' }): void {
    const before = this.#find(call, participant);
    if (before !== undefined) this.#put(call, left(before, { at, reason: 'unknown' }));
  }

  /** Known as a leg that has not come to any call yet: here it has. */
  #fromNowhere(id: string): Attendee | undefined {
    const seat = this.#seatOf(id);
    if (seat?.call !== '') return undefined;
    const before = this.#find('', seat.participant);
    this.seats.set(id, undefined);
    if (before !== undefined) this.#drop('', before.id);
    return before;
  }

  #roster({ call, participants, at, heard }: News & { kind: 'roster' }): void {
    const found = new Set<string>();
    for (const { id, traits } of participants) {
      this.#participant(call, id, traits, { at, heard });
      const attendee = this.#find(call, id);
      if (attendee !== undefined) found.add(attendee.id);
    }
    for (const attendee of this.#everybody(call)) {
      if (found.has(attendee.id) || !wouldBeFound(attendee, at)) continue;
      this.#put(call, left(attendee, { at, reason: 'unknown' }));
    }
  }

  #callOf(call: string): KnownCall | undefined {
    return this.calls.get(call) ?? this.#known.calls.get(call);
  }

  #seatOf(leg: string): Seat | undefined {
    return this.seats.has(leg) ? this.seats.get(leg) : this.#known.seats.get(leg);
  }

  #isOver(id: string): boolean {
    return this.over.has(id) || this.#known.over.has(id);
  }

  #everybody(call: string): Attendee[] {
    const all = new Map([...(this.#known.attendees.get(call) ?? []), ...(this.attendees.get(call) ?? [])]);
    return [...all.values()].filter((one) => one !== undefined);
  }

  /** Under their own id, or that of one of their legs. */
  #find(call: string, id: string): Attendee | undefined {
    const changed = this.attendees.get(call);
    const own = changed?.has(id) ? changed.get(id) : this.#known.attendees.get(call)?.get(id);
    return own ?? this.#everybody(call).find(({ legs }) => legs.includes(id));
  }

  #put(call: string, attendee: Attendee): void {
    if (this.#find(call, attendee.id) === attendee) return;
    const ofCall = this.attendees.get(call) ?? new Map<string, Attendee | undefined>();
    // Of a call that is over more may be heard, but nobody is in it any more.
    const { overAt = attendee.heardAt } = this.#callOf(call) ?? {};
    const present = this.#isOver(call) ? left(attendee, { at: overAt, reason: 'call-ended' }) : attendee;
    this.attendees.set(call, ofCall.set(attendee.id, present));
  }

  /** They are heard of, so they are in, unless it is known better. */
  #present(call: string, attendee: Attendee): Attendee {
    return this.#isOver(call) ? attendee : returned(attendee);
  }

  #drop(call: string, id: string): void {
    const ofCall = this.attendees.get(call) ?? new Map<string, Attendee | undefined>();
    this.attendees.set(call, ofCall.set(id, undefined));
  }

  #forget(seat: Seat, leg: string): void {
    this.#drop(seat.call, seat.participant);
    this.seats.set(leg, undefined);
  }
}

function withMore(there: Attendee, known: Attendee | undefined): Attendee {
  return known === undefined || known === there ? there : merged(there, known);
}
