/** A language spoken: its sentences said with their values, an administrator's own before ours. */
import { arabic } from './ar.ts';
import { type Catalogue, filled, type PluralName, type SingularName } from './catalogue.ts';
import { german } from './de.ts';
import { english } from './en.ts';
import { spanish } from './es.ts';
import { french } from './fr.ts';
import { italian } from './it.ts';
import { japanese } from './ja.ts';
import type { Language } from './language.ts';
import { dutch } from './nl.ts';
import { polish } from './pl.ts';
import { portuguese } from './pt.ts';
import { turkish } from './tr.ts';
import { simplifiedChinese } from './zh-Hans.ts';
import { traditionalChinese } from './zh-Hant.ts';

export const catalogues: Readonly<Record<Language, Catalogue>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  pt: portuguese,
  it: italian,
  nl: dutch,
  pl: polish,
  tr: turkish,
  ja: japanese,
  'zh-Hans': simplifiedChinese,
  'zh-Hant': traditionalChinese,
  ar: arabic,
};

export type Values = Readonly<Record<string, string>>;

/** The sentences of one language, with an administrator's own where there are any. */
export interface Speech {
  readonly language: Language;
  say(name: SingularName, values?: Values): string;
  /** In the form that the language has for this number; `count` is among the values. */
  sayCount(name: PluralName, count: number, values?: Values): string;
}

export function speechIn(language: Language, own: Partial<Catalogue> = {}): Speech {
  const catalogue: Catalogue = { ...catalogues[language], ...own };
  return {
    language,
    say: (name, values) => filled(catalogue[name], values),
    sayCount: (name, count, values) => {
      const forms = catalogue[name];
      const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
      return filled(form, { ...values, count: String(count) });
    },
  };
}
