/** The languages of the pages: English is there at once, the others are loaded when they are wanted. */

import { administration } from './administration/en.ts';
import { happenings } from './happenings/en.ts';
import { en } from './languages/en.ts';

export type Catalogue = Readonly<
  Record<keyof typeof en | keyof typeof happenings | keyof typeof administration, string>
>;
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

export const english: Catalogue = { ...en, ...happenings, ...administration };

/** Each is loaded when it is wanted. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  switch (language) {
    case 'en':
      return english;
    case 'de': {
      const [pages, told, administered] = await Promise.all([
        import('./languages/de.ts'),
        import('./happenings/de.ts'),
        import('./administration/de.ts'),
      ]);
      return { ...pages.de, ...told.happenings, ...administered.administration };
    }
    case 'fr': {
      const [pages, told, administered] = await Promise.all([
        import('./languages/fr.ts'),
        import('./happenings/fr.ts'),
        import('./administration/fr.ts'),
      ]);
      return { ...pages.fr, ...told.happenings, ...administered.administration };
    }
    case 'es': {
      const [pages, told, administered] = await Promise.all([
        import('./languages/es.ts'),
        import('./happenings/es.ts'),
        import('./administration/es.ts'),
      ]);
      return { ...pages.es, ...told.happenings, ...administered.administration };
    }
    case 'pt': {
      const [pages, told, administered] = await Promise.all([
        import('./languages/pt.ts'),
        import('./happenings/pt.ts'),
        import('./administration/pt.ts'),
      ]);
      return { ...pages.pt, ...told.happenings, ...administered.administration };
    }
    case 'ja': {
      const [pages, told, administered] = await Promise.all([
        import('./languages/ja.ts'),
        import('./happenings/ja.ts'),
        import('./administration/ja.ts'),
      ]);
      return { ...pages.ja, ...told.happenings, ...administered.administration };
    }
    case 'zh-Hans': {
      const [pages, told, administered] = await Promise.all([
        import('./languages/zh-Hans.ts'),
        import('./happenings/zh-Hans.ts'),
        import('./administration/zh-Hans.ts'),
      ]);
      return { ...pages.zhHans, ...told.happenings, ...administered.administration };
    }
    case 'zh-Hant': {
      const [pages, told, administered] = await Promise.all([
        import('./languages/zh-Hant.ts'),
        import('./happenings/zh-Hant.ts'),
        import('./administration/zh-Hant.ts'),
      ]);
      return { ...pages.zhHant, ...told.happenings, ...administered.administration };
    }
    case 'ar': {
      const [pages, told, administered] = await Promise.all([
        import('./languages/ar.ts'),
        import('./happenings/ar.ts'),
        import('./administration/ar.ts'),
      ]);
      return { ...pages.ar, ...told.happenings, ...administered.administration };
    }
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
