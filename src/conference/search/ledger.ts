/**
 * All meetings in the order of their starts, with what they can be found by, in as little memory as can be: what several
 * have in common stands once. What is found may be more than what is meant by very many words (`Wish`), and never less.
 */
import { meetingStates } from '../meeting.ts';
import { Chains } from './chains.ts';
import { Columns } from './columns.ts';
import { compare, type Place } from './place.ts';
import { Texts } from './texts.ts';
import { type Findable, type RoomNames, sameAddress, textOfRooms, type Wish } from './wish.ts';

/** Those that start within one hour: their numbers, in their order. */
interface Hour {
  readonly ids: number[];
  /** None ends later. */
  latest: number;
}

export type Order = 'asc' | 'desc';

type Test = (id: number) => boolean;

/** Something that is asked: whether a meeting has it, and how many have. */
interface Condition {
  readonly holds: Test;
  readonly count: number;
  /** The numbers of those that have it, perhaps more than once. */
  all(): readonly number[];
}

const chained = ['titles', 'organizers', 'rooms', 'numbers', 'states'] as const;
type Column = (typeof chained)[number];
const none: Condition = { holds: () => false, count: 0, all: () => [] };
/** What it takes to put one into its order, in looks at one. */
const sorting = 10;
const hour = 3_600_000;
const hourOf = (start: number) => Math.floor(start / hour);

export class Ledger {
  readonly #ids = new Map<string, number>();
  readonly #all = new Columns();
  readonly #hours = new Map<number, Hour>();
  /** Those which have meetings, sorted. */
  readonly #known: number[] = [];
  readonly #titles = new Texts();
  readonly #organizers = new Texts();
  readonly #numbers = new Texts();
  readonly #rooms: Texts;
  readonly #chains = {
    ...{ titles: new Chains(), organizers: new Chains(), rooms: new Chains(), numbers: new Chains() },
    states: new Chains(),
  };
  readonly #countOfState = meetingStates.map(() => 0);

  constructor(names: RoomNames) {
    this.#rooms = new Texts((mailboxes) => textOfRooms(mailboxes.split(' '), names));
  }

  get size(): number {
    return this.#ids.size;
  }

  put(key: string, one: Findable): void {
    this.remove(key);
    const all = this.#all;
    const id = all.take(key);
    this.#ids.set(key, id);
    all.starts[id] = one.start;
    all.ends[id] = one.end;
    const state = meetingStates.indexOf(one.state);
    all.states[id] = state;
    this.#countOfState[state] = (this.#countOfState[state] ?? 0) + 1;
    all.titles[id] = this.#titles.take(one.title);
    all.organizers[id] = this.#organizers.take(one.organizer ?? '');
    all.rooms[id] = this.#rooms.take(one.rooms.join(' '));
    all.numbers[id] = this.#numbers.take(one.number ?? '');
    for (const name of chained) this.#chains[name].put(all[name][id] ?? 0, id);
    const { ids } = this.#hourFor(one);
    const last = ids.at(-1);
    const place = { key, start: one.start };
    // What is read in order is put at the end.
    if (last === undefined || compare(this.#place(last), place) < 0) ids.push(id);
    else ids.splice(this.#firstNotBefore(ids, place), 0, id);
  }

  remove(key: string): void {
    const id = this.#ids.get(key);
    if (id === undefined) return;
    const place = this.#place(id);
    const at = hourOf(place.start);
    const { ids } = this.#hours.get(at) ?? { ids: [] };
    ids.splice(this.#firstNotBefore(ids, place), 1);
    if (ids.length === 0) {
      this.#hours.delete(at);
      this.#known.splice(firstFrom(this.#known, at), 1);
    }
    for (const name of chained) this.#chains[name].remove(this.#all[name][id] ?? 0, id);
    const { titles, organizers, rooms, numbers, states } = this.#all;
    const state = states[id] ?? 0;
    this.#countOfState[state] = (this.#countOfState[state] ?? 0) - 1;
    this.#titles.give(titles[id] ?? 0);
    this.#organizers.give(organizers[id] ?? 0);
    this.#rooms.give(rooms[id] ?? 0);
    this.#numbers.give(numbers[id] ?? 0);
    this.#ids.delete(key);
    this.#all.give(id);
  }

  /** So many of those that may be meant, behind `after` in this order. */
  find(wish: Wish, order: Order, after: Place | undefined, limit: number): Place[] {
    const conditions = this.#conditions(wish);
    if (conditions.some(({ count }) => count === 0)) return [];
    const [rarest] = conditions.toSorted((a, b) => a.count - b.count);
    const tests = [...new Set(conditions.map(({ holds }) => holds))];
    const [only] = tests;
    const mayBe: Test =
      only !== undefined && tests.length === 1 ? only : (id) => tests.every((test) => test(id));
    // As if no condition said anything of another.
    const expected = conditions.reduce((left, { count }) => (left * count) / this.size, this.size);
    const walked = Math.min(this.size, (this.size * limit) / expected);
    return rarest !== undefined && rarest.count + sorting * expected < walked
      ? this.#among(rarest.all(), wish, mayBe, order, after).slice(0, limit)
      : this.#walked(wish, mayBe, order, after, limit);
  }

  /** All of those that may be meant, where they are among these. */
  #among(
    ids: readonly number[],
    { from, to }: Wish,
    mayBe: Test,
    order: Order,
    after: Place | undefined,
  ): Place[] {
    const { starts, ends } = this.#all;
    const step = order === 'asc' ? 1 : -1;
    const found: Place[] = [];
    for (const id of ids) {
      if ((ends[id] ?? 0) <= from || (starts[id] ?? 0) >= to || !mayBe(id)) continue;
      const place = this.#place(id);
      if (after === undefined || compare(place, after) * step > 0) found.push(place);
    }
    found.sort((a, b) => compare(a, b) * step);
    return found.filter(({ key }, i) => key !== found[i - 1]?.key);
  }

  /** The first of all that may be meant, by looking at each that starts before them. */
  #walked({ from, to }: Wish, mayBe: Test, order: Order, after: Place | undefined, limit: number): Place[] {
    const found: Place[] = [];
    const { starts, ends } = this.#all;
    const step = order === 'asc' ? 1 : -1;
    const end = firstFrom(this.#known, hourOf(to) + 1);
    for (let i = this.#firstHour(order, after, end); i >= 0 && i < end; i += step) {
      const { ids, latest } = this.#hours.get(this.#known[i] ?? 0) ?? { ids: [], latest: 0 };
      if (latest <= from) continue;
      for (let j = step > 0 ? 0 : ids.length - 1; j >= 0 && j < ids.length; j += step) {
        const id = ids[j] ?? 0;
        if ((ends[id] ?? 0) <= from || (starts[id] ?? 0) >= to || !mayBe(id)) continue;
        const place = this.#place(id);
        if (after !== undefined && compare(place, after) * step <= 0) continue;
        found.push(place);
        if (found.length === limit) return found;
      }
    }
    return found;
  }

  #firstHour(order: Order, after: Place | undefined, end: number): number {
    if (order === 'asc') return after === undefined ? 0 : firstFrom(this.#known, hourOf(after.start));
    const behind = after === undefined ? end : firstFrom(this.#known, hourOf(after.start) + 1);
    return Math.min(end, behind) - 1;
  }

  /** All that has to hold of a meeting that may be meant; one that holds of none where that is known. */
  #conditions({ state, words, room, organizer, number }: Wish): Condition[] {
    const conditions: Condition[] = [];
    const all = this.#all;
    if (state !== undefined) {
      const wanted = meetingStates.indexOf(state);
      conditions.push({
        holds: (id) => all.states[id] === wanted,
        count: this.#countOfState[wanted] ?? 0,
        all: () => this.#having('states', [wanted]),
      });
    }
    const exact: [Column, Texts, string | undefined, (text: string, asked: string) => boolean][] = [
      ['numbers', this.#numbers, number, (text, asked) => text === asked],
      ['organizers', this.#organizers, organizer, sameAddress],
      [
        'rooms',
        this.#rooms,
        room,
        (text, asked) => text.split(' ').some((mailbox) => sameAddress(mailbox, asked)),
      ],
    ];
    for (const [name, texts, asked, isSo] of exact) {
      if (asked === undefined) continue;
      const having = texts.having((text) => isSo(text, asked));
      if (having === undefined) return [none];
      const column = all[name];
      conditions.push({
        holds: (id) => having.of[column[id] ?? 0] === 1,
        count: having.count,
        all: () => this.#having(name, having.texts),
      });
    }
    if (words !== undefined && words.length > 0) conditions.push(...this.#conditionsOf(words));
    return conditions;
  }

  /** One for each word, that says how rare it is; of all of them together whether it holds. */
  #conditionsOf(words: readonly string[]): Condition[] {
    const asked = words.slice(0, Texts.mostWords);
    const answers = (
      [
        ['titles', this.#titles],
        ['organizers', this.#organizers],
        ['rooms', this.#rooms],
        ['numbers', this.#numbers],
      ] as const
    ).map(([name, texts]) => ({ name, column: this.#all[name], ...texts.ask(asked) }));
    const wanted = 2 ** asked.length - 1;
    if (answers.reduce((any, answer) => any | answer.any, 0) !== wanted) return [none];
    const holds = allIn(
      wanted,
      answers.filter(({ any }) => any !== 0),
    );
    return asked.map((_, i) => ({
      holds,
      count: Math.min(
        this.size,
        answers.reduce((sum, { counts }) => sum + (counts[i] ?? 0), 0),
      ),
      all: () => {
        const ids: number[] = [];
        for (const { name, of } of answers)
          for (const [text, found] of of.entries())
            if ((found & (1 << i)) !== 0) this.#chains[name].collect(text, ids);
        return ids;
      },
    }));
  }

  #having(name: Column, texts: readonly number[]): readonly number[] {
    const ids: number[] = [];
    for (const text of texts) this.#chains[name].collect(text, ids);
    return ids;
  }

  #place(id: number): Place {
    return { key: this.#all.keys[id] ?? '', start: this.#all.starts[id] ?? 0 };
  }

  #firstNotBefore(ids: readonly number[], place: Place): number {
    return bisect(ids.length, (i) => compare(this.#place(ids[i] ?? 0), place) < 0);
  }

  #hourFor({ start, end }: Findable): Hour {
    const at = hourOf(start);
    const known = this.#hours.get(at);
    if (known !== undefined) {
      known.latest = Math.max(known.latest, end);
      return known;
    }
    const made: Hour = { ids: [], latest: end };
    this.#hours.set(at, made);
    this.#known.splice(firstFrom(this.#known, at), 0, at);
    return made;
  }
}

/** Whether what a meeting has in some columns has all the words together. */
function allIn(
  wanted: number,
  answers: readonly { readonly column: Uint32Array; readonly of: Uint32Array }[],
): Test {
  const [first] = answers;
  if (first !== undefined && answers.length === 1) {
    const { column, of } = first;
    return (id) => of[column[id] ?? 0] === wanted;
  }
  return (id) => {
    let found = 0;
    for (const { column, of } of answers) found |= of[column[id] ?? 0] ?? 0;
    return found === wanted;
  };
}

function firstFrom(hours: readonly number[], at: number): number {
  return bisect(hours.length, (i) => (hours[i] ?? 0) < at);
}

/** The first of so many places of which it is not so any more. */
function bisect(length: number, isBefore: (i: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
