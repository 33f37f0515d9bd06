/**
 * Texts that many meetings have in common: each is held once, by a number, for as long as a meeting has it. A question is
 * answered for all of them before anybody asks for one, from the words that they consist of.
 */
import { beginOf, textOf } from './words.ts';

interface Part {
  readonly text: string;
  /** As `textOf` gives it. */
  readonly words: string;
  users: number;
}

/** A bit for each of the words that begins one of a text. */
export interface Answers {
  /** By the numbers of the texts. */
  readonly of: Uint32Array;
  /** Of all of them together. */
  readonly any: number;
  /** By the words: how many meetings have a text with it. */
  readonly counts: readonly number[];
}

/** Texts of which something is so. */
export interface Having {
  /** By the numbers of the texts: 1 where it is so. */
  readonly of: Uint8Array;
  readonly texts: readonly number[];
  /** Meetings that have one of them. */
  readonly count: number;
}

export class Texts {
  /** Words that fit into one answer. */
  static readonly mostWords = 30;

  readonly #textOf: (text: string) => string;
  readonly #ids = new Map<string, number>();
  readonly #parts: (Part | undefined)[] = [];
  readonly #free: number[] = [];
  /** Word -> the texts that have it, by the words' first characters. */
  readonly #words = new Map<string, Map<string, number[]>>();
  #answers = new Uint32Array(1_024);

  constructor(ofText: (text: string) => string = textOf) {
    this.#textOf = ofText;
  }

  take(text: string): number {
    const known = this.#ids.get(text);
    const part = known === undefined ? undefined : this.#parts[known];
    if (known !== undefined && part !== undefined) {
      part.users += 1;
      return known;
    }
    const id = this.#free.pop() ?? this.#parts.length;
    const words = this.#textOf(text);
    this.#ids.set(text, id);
    this.#parts[id] = { text, words, users: 1 };
    for (const word of wordsIn(words)) {
      const begin = beginOf(word);
      const alike = this.#words.get(begin) ?? new Map<string, number[]>();
      this.#words.set(begin, alike);
      const having = alike.get(word);
      if (having === undefined) alike.set(word, [id]);
      else having.push(id);
    }
    return id;
  }

  give(id: number): void {
    const part = this.#parts[id];
    if (part === undefined) return;
    part.users -= 1;
    if (part.users > 0) return;
    this.#ids.delete(part.text);
    this.#parts[id] = undefined;
    this.#free.push(id);
    for (const word of wordsIn(part.words)) {
      const alike = this.#words.get(beginOf(word));
      const having = alike?.get(word) ?? [];
      having[having.indexOf(id)] = having.at(-1) ?? id;
      having.pop();
      if (having.length === 0) alike?.delete(word);
    }
  }

  /** Holds until the next question. */
  ask(words: readonly string[]): Answers {
    if (this.#answers.length < this.#parts.length) this.#answers = new Uint32Array(this.#parts.length * 2);
    else this.#answers.fill(0);
    const of = this.#answers;
    let any = 0;
    const counts = words.map(() => 0);
    for (const [i, asked] of words.slice(0, Texts.mostWords).entries()) {
      const bit = 1 << i;
      for (const ids of this.#beginning(asked)) {
        if (ids.length > 0) any |= bit;
        for (const id of ids) {
          const known = of[id] ?? 0;
          if ((known & bit) !== 0) continue;
          of[id] = known | bit;
          counts[i] = (counts[i] ?? 0) + (this.#parts[id]?.users ?? 0);
        }
      }
    }
    return { of, any, counts };
  }

  *#beginning(asked: string): Generator<readonly number[]> {
    const [first = '', ...more] = asked.slice(1).split('\n');
    const alike = this.#words.get(beginOf(first)) ?? new Map<string, number[]>();
    if (more.length > 0)
      yield (alike.get(first) ?? []).filter((id) => this.#parts[id]?.words.includes(asked));
    else for (const [word, ids] of alike) if (word.startsWith(first)) yield ids;
  }

  /** Undefined where it is so nowhere. */
  having(isSo: (text: string) => boolean): Having | undefined {
    const of = new Uint8Array(this.#parts.length);
    const texts: number[] = [];
    let count = 0;
    for (const [text, id] of this.#ids) {
      if (!isSo(text)) continue;
      of[id] = 1;
      texts.push(id);
      count += this.#parts[id]?.users ?? 0;
    }
    return count > 0 ? { of, texts, count } : undefined;
  }
}

function wordsIn(words: string): ReadonlySet<string> {
  const all = new Set(words.split('\n'));
  all.delete('');
  return all;
}
