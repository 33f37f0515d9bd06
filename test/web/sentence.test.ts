/** Sentences of the pages: values at their places, numbers by the plural rules, and every language says all of it. */
import { expect, test } from 'vitest';
import { timelineWords } from '../../src/conference/timeline.ts';
import { reasonsNotForUs } from '../../src/meeting/decision.ts';
import { explainedParts, stepWords } from '../../src/meeting/explanation/step.ts';
import { hearingStates } from '../../src/meeting/hearing.ts';
import { languageFor, languages, loadCatalogue } from '../../src/web/catalogue.ts';
import { catalogue as en } from '../../src/web/languages/en/catalogue.ts';
import { placesIn, say } from '../../src/web/sentence.ts';

test('a number chooses among the forms of the language', () => {
  const sentence = '{count|one:One meeting runs|other:# meetings run}.';
  expect(say(sentence, { count: 1 }, 'en')).toBe('One meeting runs.');
  expect(say(sentence, { count: 14 }, 'en')).toBe('14 meetings run.');
  expect(say('{count|=0:No meeting runs|other:# meetings run}', { count: 0 }, 'en')).toBe('No meeting runs');
  expect(say('{count|two:اثنان|few:# قليل|other:#}', { count: 2 }, 'ar')).toBe('اثنان');
});

test('a name in Arabic keeps its own direction', () => {
  expect(say('{name}', { name: 'cms1' }, 'ar')).toBe('\u2068cms1\u2069');
});

test('the language is that of the browser, or English', () => {
  expect(languageFor(['xx', 'en-GB'])).toBe('en');
  expect(languageFor([])).toBe('en');
  expect(languageFor(['de-CH', 'en'])).toBe('de');
  expect(languageFor(['zh-TW'])).toBe('zh-Hant');
  expect(languageFor(['zh-CN'])).toBe('zh-Hans');
});

test.each(languages.map((language) => ({ language })))(
  '$language has every sentence, with the places of the English one',
  async ({ language }) => {
    const english = await loadCatalogue('en');
    const catalogue = await loadCatalogue(language);
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(english).sort());
    expect(Object.keys(english).length).toBeGreaterThanOrEqual(Object.keys(en).length);
    for (const [key, sentence] of Object.entries(catalogue)) {
      expect(sentence.trim(), key).not.toBe('');
      expect(placesIn(sentence), key).toEqual(placesIn(english[key as keyof typeof english]));
    }
  },
);

test('every word of a timeline has its sentence', async () => {
  const english = await loadCatalogue('en');
  const wanted = timelineWords.map((word) => `timeline.${word}`);
  expect(Object.keys(english)).toEqual(expect.arrayContaining(wanted));
});

test('every step of an explanation has its sentence, and so has whatever a room is told to be', async () => {
  const english = await loadCatalogue('en');
  const isSaidOtherwise = ['uid', 'booking'];
  const steps = stepWords.flatMap((word) =>
    word.startsWith('rule-') ? [`explain.${word}.passes`, `explain.${word}.refuses`] : [`explain.${word}`],
  );
  const wanted = [
    ...steps.filter((key) => !isSaidOtherwise.includes(key.slice('explain.'.length))),
    ...explainedParts.map((part) => `explain.part-${part}`),
    ...reasonsNotForUs.map((reason) => `reason.${reason}`),
    ...hearingStates.map((state) => `room.hearing-${state}`),
  ];
  expect(Object.keys(english)).toEqual(expect.arrayContaining(wanted));
});

test('forms are those that the plural rules of the language have, and one for all others', async () => {
  for (const language of languages) {
    const rules = new Intl.PluralRules(language);
    for (const [key, sentence] of Object.entries(await loadCatalogue(language))) {
      for (const [, forms = ''] of sentence.matchAll(/\{\w+\|([^{}]*)\}/g)) {
        const said = forms.split('|').map((form) => form.slice(0, form.indexOf(':')));
        expect(said, `${language} ${key}`).toContain('other');
        for (const one of said.filter((form) => form !== '=0'))
          expect(rules.resolvedOptions().pluralCategories, `${language} ${key}`).toContain(one);
      }
    }
  }
});
