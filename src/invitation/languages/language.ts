/** The languages in which people are told, and which of them a mailbox's locale asks for. */

export const languages = [
  'en',
  'de',
  'fr',
  'es',
  'pt',
  'it',
  'nl',
  'pl',
  'tr',
  'ja',
  'zh-Hans',
  'zh-Hant',
  'ar',
] as const;

export type Language = (typeof languages)[number];

/** The language that a locale such as `de-CH`, `zh-TW` or `pt_BR` asks for; undefined where we do not speak it. */
export function languageOf(locale: string | undefined): Language | undefined {
  const [language = '', ...parts] = (locale ?? '').trim().toLowerCase().split(/[-_]/);
  if (language === 'zh') {
    if (parts.includes('hant')) return 'zh-Hant';
    if (parts.includes('hans')) return 'zh-Hans';
    // Taiwan, Hong Kong and Macao write traditional characters; `zh-CHT` is Windows' old name for them.
    return parts.some((part) => ['tw', 'hk', 'mo', 'cht'].includes(part)) ? 'zh-Hant' : 'zh-Hans';
  }
  return languages.find((one) => one === language);
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}
