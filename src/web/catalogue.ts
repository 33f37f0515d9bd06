/** The languages of the pages: English is there at once, the others are loaded when they are wanted. */

import { catalogue as englishCatalogue } from './languages/en/catalogue.ts';

export type Catalogue = Readonly<Record<keyof typeof englishCatalogue, string>>;
export type Key = keyof Catalogue;

/** Each by its own name. */
export const languageNames = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  pt: 'Português',
  ja: '日本語',
  'zh-Hans': '简体中文',
  'zh-Hant': '繁體中文',
  ar: 'العربية',
} as const;
export type Language = keyof typeof languageNames;
export const languages = Object.keys(languageNames) as readonly Language[];

/** It is there at once. */
export const english: Catalogue = englishCatalogue;

const loading: Readonly<Record<Language, () => Promise<{ readonly catalogue: Catalogue }>>> = {
  en: async () => ({ catalogue: english }),
  de: () => import('./languages/de/catalogue.ts'),
  fr: () => import('./languages/fr/catalogue.ts'),
  es: () => import('./languages/es/catalogue.ts'),
  pt: () => import('./languages/pt/catalogue.ts'),
  ja: () => import('./languages/ja/catalogue.ts'),
  'zh-Hans': () => import('./languages/zh-Hans/catalogue.ts'),
  'zh-Hant': () => import('./languages/zh-Hant/catalogue.ts'),
  ar: () => import('./languages/ar/catalogue.ts'),
};

/** Each is loaded when it is wanted. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  return (await loading[language]()).catalogue;
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
