/** An administrator's own sentences of one language, read from JSON and checked one by one. */
import {
  type Catalogue,
  type PluralForms,
  pluralSentences,
  singularSentences,
  valuesIn,
} from '../languages/catalogue.ts';
import type { Language } from '../languages/language.ts';
import { catalogues } from '../languages/speech.ts';
import { nearest } from './names.ts';
import type { Flaw } from './template.ts';

/** Whoever greets without a name or hides the title in the subject may do so. */
const free: readonly string[] = ['greeting', 'subject'];

/** A sentence with a flaw is left out, and ours is said. */
export function parseSentences(
  source: string,
  language: Language,
): { sentences: Partial<Catalogue>; flaws: Flaw[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    return {
      sentences: {},
      flaws: [{ at, what: 'this is not JSON', remedy: 'check quotes and commas here' }],
    };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    const remedy = 'write { "greeting": "…" }';
    return { sentences: {}, flaws: [{ at: 0, what: 'this is not an object of sentences', remedy }] };
  }
  const sentences: Record<string, unknown> = {};
  const flaws: Flaw[] = [];
  for (const [name, value] of Object.entries(parsed)) {
    const at = Math.max(0, source.indexOf(JSON.stringify(name)));
    const found = flawsOf(name, value, language).map((flaw) => ({ at, ...flaw }));
    if (found.length === 0) sentences[name] = value;
    flaws.push(...found);
  }
  return { sentences: sentences as Partial<Catalogue>, flaws };
}

type Finding = Omit<Flaw, 'at'>;

function flawsOf(name: string, value: unknown, language: Language): Finding[] {
  if (Object.hasOwn(singularSentences, name)) {
    if (typeof value !== 'string') return [{ what: `${name} is not a text`, remedy: 'put it in quotes' }];
    const known: readonly string[] = singularSentences[name as keyof typeof singularSentences];
    return valueFlaws(name, value, known, free.includes(name) ? [] : known);
  }
  if (Object.hasOwn(pluralSentences, name)) {
    return pluralFlaws(name as keyof typeof pluralSentences, value, language);
  }
  const near = nearest(name, [...Object.keys(singularSentences), ...Object.keys(pluralSentences)]);
  const remedy =
    near === undefined ? 'see the list of names in deploy/templates/README.md' : `did you mean ${near}?`;
  return [{ what: `no sentence is called ${name}`, remedy }];
}

function pluralFlaws(name: keyof typeof pluralSentences, value: unknown, language: Language): Finding[] {
  const needed = Object.keys(catalogues[language][name] satisfies PluralForms);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const remedy = `write { ${needed.map((form) => `"${form}": "…"`).join(', ')} }`;
    return [{ what: `${name} has forms by number`, remedy }];
  }
  const forms = new Map<string, unknown>(Object.entries(value));
  const missing = needed.filter((form) => !forms.has(form));
  const known: readonly string[] = pluralSentences[name];
  return [
    ...missing.map((form) => ({ what: `${name} lacks the form "${form}"`, remedy: 'add it' })),
    ...[...forms].flatMap(([form, text]): Finding[] => {
      if (!needed.includes(form)) {
        return [{ what: `${name} has a form "${form}"`, remedy: `use ${needed.join(', ')}` }];
      }
      if (typeof text !== 'string')
        return [{ what: `${name}.${form} is not a text`, remedy: 'put it in quotes' }];
      const required = known.filter((one) => one !== 'count' || form === 'other');
      return valueFlaws(`${name}.${form}`, text, known, required);
    }),
  ];
}

function valueFlaws(
  name: string,
  text: string,
  known: readonly string[],
  required: readonly string[],
): Finding[] {
  const used = valuesIn(text);
  const list = known.length === 0 ? 'it has no values' : `use ${known.map((one) => `{{${one}}}`).join(', ')}`;
  return [
    ...(/^joining\.(?!heading)/.test(name) && /[:：\t]/.test(text)
      ? [{ what: `${name} has a colon, which the templates put behind it`, remedy: 'leave the colon out' }]
      : []),
    ...(text.trim() === '' ? [{ what: `${name} is empty`, remedy: 'write it, or leave it out' }] : []),
    ...used
      .filter((one) => !known.includes(one))
      .map((one) => ({ what: `${name} speaks of an unknown {{${one}}}`, remedy: list })),
    ...required
      .filter((one) => !used.includes(one))
      .map((one) => ({ what: `${name} does not say {{${one}}}`, remedy: 'add it' })),
  ];
}
