/** Reads an administrator's folder of templates: what can be used, and every problem with the rest. */
import { readBlock, withBlock } from '../block.ts';
import type { Catalogue } from '../languages/catalogue.ts';
import { type Language, languages } from '../languages/language.ts';
import { speechIn } from '../languages/speech.ts';
import type { Reader } from '../notice.ts';
import { blockView, mailView } from '../telling/view.ts';
import { markupFlaws } from './markup.ts';
import { nameFlaws, nearest } from './names.ts';
import { parseSentences } from './own-sentences.ts';
import { sampleAbout, sampleHelp, sampleNotice } from './sample.ts';
import { formatOf, type TemplateName, templateNames } from './standard.ts';
import { type Data, type Flaw, fill, parseTemplate, type Template } from './template.ts';
import { fileNameOf, type Templates } from './templates.ts';

export interface TemplateProblem {
  /** As it is called in the folder. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly what: string;
  readonly remedy: string;
}

/** Gmail cuts a mail off at 102 KB; with its values, a template of this size stays below. */
const largest = 64 * 1024;

const sentencesOf = (language: Language) => `sentences.${language}.json`;

/**
 * @param files by name: `mail.<language>.html`, `mail.<language>.txt`, `subject.<language>.txt`,
 * `block.<language>.html`, `block.<language>.txt`, `sentences.<language>.json`; hidden files and a README are passed over
 * @returns what has no problem, to be used before our own; what has one is not used
 */
export function parseTemplates(files: ReadonlyMap<string, string>): {
  templates: Templates;
  problems: TemplateProblem[];
} {
  const problems: TemplateProblem[] = [];
  const parsed = new Map<string, Template>();
  const sentences = new Map<Language, Partial<Catalogue>>();
  for (const [file, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (/^(\.|readme\b)/i.test(file)) continue;
    const source = content.replace(/^\ufeff/, '');
    const report = (flaws: readonly Flaw[]) =>
      problems.push(
        ...flaws
          .toSorted((a, b) => a.at - b.at)
          .map(({ at, what, remedy }) => ({ file, line: lineAt(source, at), what, remedy })),
      );
    const known = knownFile(file);
    const flaw = known === undefined ? unknownFile(file) : contentFlaw(source);
    if (known === undefined || flaw !== undefined) {
      report(flaw === undefined ? [] : [flaw]);
    } else if (known.name === 'sentences') {
      const own = parseSentences(source, known.language);
      report(own.flaws);
      sentences.set(known.language, own.sentences);
    } else {
      const { template, flaws } = check(known.name, known.language, source);
      report(flaws);
      if (flaws.length === 0) parsed.set(file, template);
    }
  }
  return { templates: { files: parsed, sentences }, problems };
}

type Known = { readonly name: TemplateName | 'sentences'; readonly language: Language };

function knownFile(file: string): Known | undefined {
  for (const language of languages) {
    if (file === sentencesOf(language)) return { name: 'sentences', language };
    const name = templateNames.find((one) => fileNameOf(one, language) === file);
    if (name !== undefined) return { name, language };
  }
  return undefined;
}

function unknownFile(file: string): Flaw {
  const names = languages.flatMap((language) => [
    ...templateNames.map((name) => fileNameOf(name, language)),
    sentencesOf(language),
  ]);
  const near = nearest(file, names);
  const remedy = `${near === undefined ? '' : `did you mean ${near}? `}Languages are ${languages.join(', ')}`;
  return { at: 0, what: 'no template has this name', remedy };
}

function contentFlaw(source: string): Flaw | undefined {
  if (source.length > largest) {
    const what = `it is larger than ${largest / 1024} KB`;
    return { at: 0, what, remedy: 'shorten it: mail programs cut long mails off' };
  }
  const broken = source.indexOf('\ufffd');
  return broken < 0 ? undefined : { at: broken, what: 'this is not UTF-8', remedy: 'save the file as UTF-8' };
}

function check(
  name: TemplateName,
  language: Language,
  source: string,
): { template: Template; flaws: Flaw[] } {
  const use = name.startsWith('block') ? 'block' : 'mail';
  const { template, flaws } = parseTemplate(source, formatOf(name));
  // Sections that are not closed would be found again among the elements.
  if (template.format === 'html' && flaws.length === 0) flaws.push(...markupFlaws(source, use));
  const full = fullData(use, language);
  flaws.push(...nameFlaws(template, full, required(name)));
  // Only what is sound otherwise can be tried.
  if (use === 'block' && flaws.length === 0) flaws.push(...readingFlaws(template, full));
  return { template, flaws };
}

/** What was told must be found again in the invitation, or a number changes when the database is lost. */
function readingFlaws(template: Template, full: Data): Flaw[] {
  const contentType = template.format;
  const told = fill(template, full);
  const body = withBlock({ contentType, content: '' }, { html: `<div>${told}</div>`, text: told });
  const read = readBlock(body);
  const { number, passcode } = sampleNotice.joining;
  if (read?.number === number && read.passcode === passcode) return [];
  const remedy = 'write each on a line of its own, as Label: value';
  return [{ at: 0, what: 'the number and the passcode cannot be read back from it', remedy }];
}

function fullData(use: 'mail' | 'block', language: Language): Data {
  const reader: Reader = { language, timeZone: 'UTC' };
  const speech = speechIn(language);
  const additions = { help: sampleHelp };
  return use === 'block'
    ? blockView(sampleNotice, reader, speech, additions)
    : mailView(sampleNotice, sampleAbout, reader, speech, additions);
}

function required(name: TemplateName): readonly (readonly string[])[] {
  if (name === 'subject.txt') return [['subject', 'headline', 'title']];
  return [
    ['joining.number'],
    ['joining.address'],
    ['joining.passcode'],
    ['facts.text'],
    ['facts.dates.text'],
  ];
}

function lineAt(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}
