/** What users and administrators have written, made harmless in a sentence of ours. */
import { directionOf, type Language } from '../languages/language.ts';

/**
 * Line ends, control characters, those that turn the writing direction, and the invisible ones of which the joining
 * block's marks are made, and halves of characters. What joins letters (U+200C, U+200D) stays: Persian and emoji need it.
 */
const unwanted =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** On one line, at most so many characters long. */
export function oneLine(text: string, longest = 200): string {
  const clean = text.replace(unwanted, ' ').replace(/\s+/g, ' ').trim();
  if (clean.length <= longest) return clean;
  const characters = [...clean];
  return characters.length <= longest
    ? clean
    : `${characters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}

/** Between these, text has a writing direction of its own (Unicode UAX #9: first strong isolate). */
export const isolateStart = '\u2068';
export const isolateEnd = '\u2069';

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** Foreign text within a sentence, kept apart where its writing direction could shuffle the sentence's words. */
export function apart(text: string, language: Language): string {
  const needed = directionOf(language) === 'rtl' ? !/^\d*$/.test(text) : rightToLeft.test(text);
  return needed ? isolateStart + text + isolateEnd : text;
}

/** An address that may stand behind a link: of the web, of mail or of a telephone; undefined for all others. */
export function linkOf(text: string): string | undefined {
  return /^(https?:\/\/|mailto:|tel:)[^\s"'<>]+$/i.test(text) ? text : undefined;
}
