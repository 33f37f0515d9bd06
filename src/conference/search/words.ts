/**
 * Words made alike, as people type them and as titles have them: without case, accents, widths and ligatures. In scripts
 * that do not part their words by spaces each character begins one, so that a word is found wherever it stands in a run of
 * them; no dictionary could know the names of rooms and people.
 */

/** Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, and what only chooses a shape. */
const marks =
  /[\u0300-\u036f]|[\u0591-\u05bd]|[\u064b-\u0652]|\u0670|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;
/** What Unicode does not take apart, though people type it without its stroke. */
const plain: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ħ: 'h', æ: 'ae', œ: 'oe', ı: 'i', ς: 'σ' },
};
const notPlain = new RegExp(`[${Object.keys(plain).join('')}]`, 'gu');

const alone =
  '\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Bopo}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}\\p{So}';
const runs = /[\p{L}\p{N}\p{M}\p{So}]+/gu;
const parts = new RegExp(`[${alone}]|[^${alone}]+`, 'gu');

/** Texts that mean the same to who searches are the same. */
export function fold(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  // There and back, for what has several small letters to one great one, or the other way round.
  const small = text.normalize('NFKC').toUpperCase().toLowerCase();
  const bare = small.normalize('NFKD').replace(marks, '').normalize('NFKC').toLowerCase();
  return bare.replace(notPlain, (letter) => plain[letter] ?? letter);
}

/** Each word of a search as it stands in what `textOf` makes of a text that has it, or one that begins with it. */
export function wordsOf(asked: string): string[] {
  const all = [...new Set((fold(asked).match(runs) ?? []).map(marked))];
  // Who has the longer one has the shorter one too.
  return all.filter((word) => !all.some((other) => other !== word && other.startsWith(word)));
}

/** What is searched: `textOf(title).includes(word)`. Of the texts of several things no word reaches into the next. */
export function textOf(...texts: readonly string[]): string {
  return texts.flatMap((text) => (fold(text).match(runs) ?? []).map(marked)).join(wordEnd);
}

const wordBegin = '\n';
const wordEnd = '\n';

function marked(run: string): string {
  return (run.match(parts) ?? []).map((part) => wordBegin + part).join('');
}

/** By which words are kept apart: those that begin alike have it in common. */
export function beginOf(word: string): string {
  return String.fromCodePoint(word.codePointAt(0) ?? 0);
}
