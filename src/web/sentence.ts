/**
 * Puts values into a sentence of a catalogue: `{name}` is a value, `{count|one:# room|other:# rooms}` is what the language's
 * plural rules say of a number, with `#` for the number itself; `=0:` says it of nothing.
 */
export type Values = Readonly<Record<string, string | number>>;

const place = /\{(\w+)(?:\|([^{}]*))?\}/g;

export function say(sentence: string, values: Values, language: string): string {
  return sentence.replace(place, (_whole, name: string, forms: string | undefined) => {
    const value = values[name];
    if (value === undefined) return `{${name}}`;
    if (typeof value === 'string') return isolated(value, language);
    const number = numberIn(language).format(value);
    if (forms === undefined) return number;
    const byCategory = new Map(forms.split('|').map((form) => cut(form)));
    const category = rulesOf(language).select(value);
    const said = value === 0 ? byCategory.get('=0') : undefined;
    return (said ?? byCategory.get(category) ?? byCategory.get('other') ?? '#').replaceAll('#', number);
  });
}

/** The values that a sentence wants, in the order of the alphabet, once each. */
export function placesIn(sentence: string): string[] {
  return [...new Set([...sentence.matchAll(place)].map(([, name = '']) => name))].sort();
}

/** A name keeps its own direction of reading in a sentence of another one. */
function isolated(text: string, language: string): string {
  return isRightToLeft(language) ? `\u2068${text}\u2069` : text;
}

export function isRightToLeft(language: string): boolean {
  return language === 'ar';
}

function cut(form: string): [string, string] {
  const colon = form.indexOf(':');
  return [form.slice(0, colon), form.slice(colon + 1)];
}

const numbers = new Map<string, Intl.NumberFormat>();
function numberIn(language: string): Intl.NumberFormat {
  const found = numbers.get(language) ?? new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  numbers.set(language, found);
  return found;
}

const rules = new Map<string, Intl.PluralRules>();
function rulesOf(language: string): Intl.PluralRules {
  const found = rules.get(language) ?? new Intl.PluralRules(language);
  rules.set(language, found);
  return found;
}
