/** The words of the chosen language, and times as its readers write them, in their own zone. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import {
  type Catalogue,
  english,
  type Key,
  type Language,
  languageFor,
  languages,
  loadCatalogue,
} from './catalogue.ts';
import { isRightToLeft, say, type Values } from './sentence.ts';
import { useSettings } from './settings.ts';

export interface Words {
  readonly language: Language;
  readonly direction: 'ltr' | 'rtl';
  t(key: Key, values?: Values): string;
  /** For words that come from the server: undefined where the catalogue has none. */
  find(key: string, values?: Values): string | undefined;
  /** Hour and minute; with `day` where it is another day than today. */
  time(at: string | number): string;
  /** Hour and minute of whatever day. */
  clock(at: string | number): string;
  /** Hour and minute; at midnight the day. */
  hour(at: number): string;
  /** A start and an end; to the second where they fall into the same minute. */
  span(start: string | number, end: string | number): readonly [start: string, end: string];
  /** To the second. */
  exactly(at: string | number): string;
  day(at: string | number): string;
  number(value: number): string;
  /** A length of time in milliseconds. */
  length(ms: number): string;
}

const Context = createContext<Words | undefined>(undefined);

export function useWords(): Words {
  const words = useContext(Context);
  if (words === undefined) throw new Error('words are asked for outside of their provider');
  return words;
}

export function WordsProvider({ children }: { readonly children: ReactNode }) {
  const chosen = useSettings().language;
  const language = languages.find((one) => one === chosen) ?? languageFor(navigator.languages);
  const [loaded, setLoaded] = useState<{ language: Language; catalogue: Catalogue } | undefined>(
    language === 'en' ? { language, catalogue: english } : undefined,
  );
  useEffect(() => {
    let isWanted = true;
    loadCatalogue(language).then(
      (catalogue) => isWanted && setLoaded({ language, catalogue }),
      () => isWanted && setLoaded({ language: 'en', catalogue: english }),
    );
    return () => {
      isWanted = false;
    };
  }, [language]);
  const words = useMemo(() => loaded && wordsOf(loaded.language, loaded.catalogue), [loaded]);
  useEffect(() => {
    if (words === undefined) return;
    document.documentElement.lang = words.language;
    document.documentElement.dir = words.direction;
  }, [words]);
  return words && <Context.Provider value={words}>{children}</Context.Provider>;
}

function wordsOf(language: Language, catalogue: Catalogue): Words {
  // As it is written where the reader is, where the browser says so in the same language.
  const region =
    navigator.languages.find((one) => languageFor([one]) === language && one.startsWith(language)) ??
    language;
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(region, options);
  const clock = {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: language === 'en' ? 'h23' : undefined,
  } as const;
  const short = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const hours = format(clock);
  const dayAndHours = format({ ...short, ...clock });
  const seconds = format({ ...short, ...clock, second: '2-digit' });
  const days = format(short);
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const find = (key: string, values: Values = {}) => {
    const sentence = (catalogue as Readonly<Record<string, string>>)[key];
    return sentence === undefined ? undefined : say(sentence, values, language);
  };
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: 1,
    }).format(value);
  const time = (at: string | number) => {
    const date = new Date(at);
    return (date.toDateString() === new Date().toDateString() ? hours : dayAndHours).format(date);
  };
  const exactly = (at: string | number) => seconds.format(new Date(at));
  return {
    language,
    direction: isRightToLeft(language) ? 'rtl' : 'ltr',
    t: (key, values) => find(key, values) ?? key,
    find,
    time,
    clock: (at) => hours.format(new Date(at)),
    span: (start, end) => {
      const isShort = minuteOf(start) === minuteOf(end);
      const say = isShort ? exactly : time;
      return [say(start), say(end)];
    },
    hour: (at) => {
      const date = new Date(at);
      return (date.getHours() + date.getMinutes() === 0 ? days : hours).format(date);
    },
    exactly,
    day: (at) => days.format(new Date(at)),
    number: (value) => numbers.format(value),
    length: (ms) => {
      if (ms < 1_000) return unit(Math.round(ms), 'millisecond');
      if (ms < 90_000) return unit(ms / 1_000, 'second');
      if (ms < 5_400_000) return unit(Math.round(ms / 60_000), 'minute');
      return ms < 172_800_000 ? unit(ms / 3_600_000, 'hour') : unit(Math.round(ms / 86_400_000), 'day');
    },
  };
}

function minuteOf(at: string | number): number {
  return Math.floor(new Date(at).getTime() / 60_000);
}
