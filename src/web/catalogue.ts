/** The languages of the pages: English is there at once, the others are loaded when they are wanted. */

import { happenings } from './happenings/en.ts';
import { en } from './languages/en.ts';

export type Catalogue = Readonly<Record<keyof typeof en | keyof typeof happenings, string>>;
export type Key = keyof Catalogue;

/** Each by its own name. */
export const languageNames = {
  en: 'English',
} as const;
export type Language = keyof typeof languageNames;
export const languages = Object.keys(languageNames) as readonly Language[];

export const english: Catalogue = { ...en, ...happenings };

export async function loadCatalogue(language: Language): Promise<Catalogue> {
  switch (language) {
    case 'en':
      return english;
  }
}

/** The first of the wanted languages that there is, also by a part of its tag; else English. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const exact = languages.find((one) => one.toLowerCase() === tag.toLowerCase());
    if (exact !== undefined) return exact;
    const { language, script } = new Intl.Locale(tag).maximize();
    const found = languages.find((one) => one === language || one === `${language}-${script}`);
    if (found !== undefined) return found;
  }
  return 'en';
}
