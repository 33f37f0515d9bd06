/** Every sentence in every language: there, with its values, in the forms that the language has, and in no other language. */
import { describe, expect, it } from 'vitest';
import { readBlock, withBlock } from '../../src/invitation/block.ts';
import {
  type Catalogue,
  type PluralForms,
  pluralSentences,
  singularSentences,
  valuesIn,
} from '../../src/invitation/languages/catalogue.ts';
import {
  directionOf,
  type Language,
  languageOf,
  languages,
} from '../../src/invitation/languages/language.ts';
import { catalogues, speechIn } from '../../src/invitation/languages/speech.ts';
import type { Reader } from '../../src/invitation/notice.ts';
import { blockOf } from '../../src/invitation/telling/block-text.ts';
import { mailOf } from '../../src/invitation/telling/mail.ts';
import { about, facts, joining } from './notices.ts';

const foreign = languages.filter((language) => language !== 'en');

function formsOf(catalogue: Catalogue): [name: string, text: string, values: readonly string[]][] {
  const singular = Object.entries(singularSentences).map(
    ([name, values]) => [name, catalogue[name as keyof typeof singularSentences], values] as const,
  );
  const plural = Object.entries(pluralSentences).flatMap(([name, values]) =>
    Object.entries(catalogue[name as keyof typeof pluralSentences]).map(
      ([form, text]) => [`${name}.${form}`, text, values] as const,
    ),
  );
  return [...singular, ...plural].map(([name, text, values]) => [name, text, values]);
}

describe.each(languages)('in %s', (language) => {
  const forms = formsOf(catalogues[language]);

  it('every sentence is there, once, without white space at its ends', () => {
    expect(Object.keys(catalogues[language]).sort()).toEqual(
      [...Object.keys(singularSentences), ...Object.keys(pluralSentences)].sort(),
    );
    for (const [name, text] of forms) {
      expect(text, name).not.toBe('');
      // French labels end with the hard space that stands before a colon.
      expect(text.replace(/\u00a0$/, ''), name).toBe(text.trim());
      expect(text, name).not.toMatch(/ {2}|[<>&]/);
    }
  });

  it('every sentence speaks of its values, of each once, and of no other', () => {
    for (const [name, text, values] of forms) {
      const used = valuesIn(text).sort();
      const mayCount = used.includes('count') ? values : values.filter((value) => value !== 'count');
      expect(used, name).toEqual([...mayCount].sort());
      expect(text.replace(/\{\{[a-z]+\}\}/g, ''), name).not.toMatch(/[{}]/);
    }
    for (const name of Object.keys(pluralSentences)) {
      expect(valuesIn(catalogues[language][name as keyof typeof pluralSentences].other)).toContain('count');
    }
  });

  it('there is a form for every number of dates, and no form that is never used', () => {
    const rules = new Intl.PluralRules(language);
    const used = new Set(Array.from({ length: 300 }, (_, count) => rules.select(count)));
    for (const name of Object.keys(pluralSentences)) {
      const own: PluralForms = catalogues[language][name as keyof typeof pluralSentences];
      const categories = rules.resolvedOptions().pluralCategories;
      expect(categories, name).toEqual(expect.arrayContaining(Object.keys(own)));
      for (const category of used) expect(own[category], `${name} ${category}`).toBeDefined();
    }
  });

  it('a sentence that ends, or opens a list, says so', () => {
    const whole = [
      'ready',
      'ready.series',
      'number-changed',
      'no-slot',
      'given-up',
      'withdrawn',
      'closing',
      'help',
    ];
    for (const [name, text] of forms) {
      if (whole.includes(name) || name.endsWith('.next')) expect(text, name).toMatch(/[.。]$/);
      if (/^(other-numbers|without-conference|room-declined)\.(one|two|few|many|other)$/.test(name)) {
        expect(text, name).toMatch(/[:：]$/);
      }
    }
  });

  it('number and passcode are read back from the block, with all that may stand beside them', () => {
    const reader: Reader = { language, timeZone: 'Europe/Zurich' };
    const told = ['other-numbers', 'without-conference'].flatMap((name) => facts[name] ?? []);
    const accessNumbers = [...joining.accessNumbers, { name: '', number: '4711' }];
    for (const passcode of ['471147', '']) {
      const notice = { joining: { ...joining, passcode, accessNumbers }, facts: told };
      for (const help of [undefined, 'Service desk: 5555', 'tel:5555']) {
        const block = blockOf(notice, reader, help === undefined ? {} : { help });
        for (const contentType of ['html', 'text'] as const) {
          const body = withBlock({ contentType, content: '' }, block);
          expect(readBlock(body)).toEqual({ number: joining.number, passcode });
        }
      }
    }
  });

  it('a block that only tells of dates is taken for nobody’s number', () => {
    const reader: Reader = { language, timeZone: 'America/New_York' };
    const told = ['other-numbers', 'without-conference', 'no-slot'].flatMap((name) => facts[name] ?? []);
    const block = blockOf({ joining: undefined, facts: told }, reader);
    for (const contentType of ['html', 'text'] as const) {
      expect(readBlock(withBlock({ contentType, content: '' }, block))).toBeUndefined();
    }
  });
});

describe('no language borrows from another', () => {
  /** The same in both languages, and rightly so. */
  const alike: Readonly<Record<string, readonly string[]>> = {
    subject: languages,
    'other-numbers.date': ['it', 'pt', 'es'],
    'other-numbers.date-passcode': ['es', 'pt', 'it'],
    'greeting.unnamed': ['zh-Hans', 'zh-Hant'],
    greeting: ['zh-Hans', 'zh-Hant'],
  };

  it.each(foreign)('%s has no sentence of another', (language) => {
    const own = formsOf(catalogues[language]);
    for (const other of languages) {
      if (other === language) continue;
      const theirs = new Map(formsOf(catalogues[other]).map(([name, text]) => [name, text]));
      const borrowed = own.filter(([name, text]) => {
        const mayBe = alike[name]?.includes(language) === true && alike[name]?.includes(other) === true;
        return text.length > 16 && theirs.get(name) === text && !mayBe;
      });
      expect(borrowed, other).toEqual([]);
    }
  });

  it.each(foreign)('%s has no English words', (language) => {
    const english =
      /\b(the|number|meeting|please|conference|passcode|room|rooms|booked|your|with|details|has|have)\b/i;
    for (const [name, text] of formsOf(catalogues[language])) {
      expect(text.replace(/\{\{[a-z]+\}\}/g, ''), name).not.toMatch(english);
    }
  });

  it.each(foreign)('a mail in %s has no line of the English one', (language) => {
    const plainJoining = { ...joining, accessNumbers: [] };
    const linesIn = (one: Language) => {
      const { subject, text } = mailOf({ joining: plainJoining, facts: Object.values(facts) }, about, {
        language: one,
        timeZone: 'Asia/Kolkata',
      });
      return [subject, ...text.split('\r\n')].filter((line) => line !== '');
    };
    const english = new Set(linesIn('en'));
    expect(linesIn(language).filter((line) => english.has(line))).toEqual([]);
  });
});

it('counts as each language does', () => {
  const more = (language: Language, count: number) => speechIn(language).sayCount('more', count);
  expect([1, 2, 5, 22].map((count) => more('pl', count))).toEqual([
    'i jeszcze jeden',
    'i jeszcze 2',
    'i jeszcze 5',
    'i jeszcze 22',
  ]);
  const dates = (count: number) => speechIn('pl').sayCount('without-conference', count);
  expect([1, 3, 5, 22].map(dates)).toEqual([
    'Jeden termin nie ma wideokonferencji:',
    '3 terminy nie mają wideokonferencji:',
    '5 terminów nie ma wideokonferencji:',
    '22 terminy nie mają wideokonferencji:',
  ]);
  expect([1, 2, 3, 11, 100].map((count) => more('ar', count))).toEqual([
    'وموعد آخر',
    'وموعدان آخران',
    'و3 مواعيد أخرى',
    'و11 موعدًا آخر',
    'و100 موعد آخر',
  ]);
  expect(more('ja', 1)).toBe('他 1 件');
});

it('a locale asks for the language it names, or for none of ours', () => {
  const asked = [
    'de-CH',
    'en-US',
    'pt-BR',
    'zh-TW',
    'zh-HK',
    'zh-Hant-MO',
    'zh-CN',
    'zh-SG',
    'zh',
    'zh_Hans_HK',
  ];
  expect(asked.map(languageOf)).toEqual([
    ...['de', 'en', 'pt', 'zh-Hant', 'zh-Hant', 'zh-Hant', 'zh-Hans', 'zh-Hans', 'zh-Hans', 'zh-Hans'],
  ]);
  expect(['', undefined, 'rm-CH', 'ende', '-', 'xx-DE'].map(languageOf)).toEqual(Array(6).fill(undefined));
  expect(languages.map(languageOf)).toEqual(languages);
  expect(languages.filter((language) => directionOf(language) === 'rtl')).toEqual(['ar']);
});
