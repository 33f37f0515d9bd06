/** An administrator's own templates: what they can say, and that each mistake is named with its line and its remedy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { english } from '../../src/invitation/languages/en.ts';
import { languages } from '../../src/invitation/languages/language.ts';
import type { Notice, Reader } from '../../src/invitation/notice.ts';
import { blockOf } from '../../src/invitation/telling/block-text.ts';
import { mailOf } from '../../src/invitation/telling/mail.ts';
import { replyOf } from '../../src/invitation/telling/reply.ts';
import { parseTemplates } from '../../src/invitation/templates/folder.ts';
import { standardSources } from '../../src/invitation/templates/standard.ts';
import { fill, parseTemplate } from '../../src/invitation/templates/template.ts';
import { about, facts, joining } from './notices.ts';

const reader: Reader = { language: 'en', timeZone: 'Europe/Zurich' };
const ready: Notice = { joining, facts: [{ kind: 'ready' }] };

function parse(files: Readonly<Record<string, string>>) {
  return parseTemplates(new Map(Object.entries(files)));
}

/** The smallest templates without a mistake. */
const facets = '{{#facts}}{{text}} {{#dates}}{{text}} {{/dates}}{{/facts}}';
const details = `{{#joining}}
Dial: {{number}}
Address: {{address}}
{{#passcode}}
PIN: {{passcode}}
{{/passcode}}
{{/joining}}
`;
const sound = facets + details;
const soundHtml = `<p>${facets}</p>{{#joining}}<p>Dial: {{number}}<br>{{address}}{{#passcode}}<br>PIN: {{passcode}}{{/passcode}}</p>{{/joining}}`;

describe('the example in deploy/templates', () => {
  const folder = join(import.meta.dirname, '../../deploy/templates');
  const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

  it('has no mistake and says what Roombridge says by itself', () => {
    const { templates, problems } = parseTemplates(files);
    expect(problems).toEqual([]);
    expect(templates.files.size).toBe(Object.keys(standardSources).length);
    for (const [name, source] of Object.entries(standardSources)) {
      expect(files.get(name.replace('.', '.en.')), name).toBe(source);
    }
    expect(JSON.parse(files.get('sentences.en.json') ?? '')).toEqual(english);
    const notice = { joining, facts: Object.values(facts) };
    expect(mailOf(notice, about, reader, { templates })).toEqual(mailOf(notice, about, reader));
    expect(blockOf(notice, reader, { templates })).toEqual(blockOf(notice, reader));
  });

  it('explains every name that a template may use', () => {
    const readme = files.get('README.md') ?? '';
    const names = Object.values(standardSources).flatMap((source) =>
      [...source.matchAll(/\{\{[#^/]?([a-zA-Z.]+)\}\}/g)].map(
        ([, name = '']) => name.split('.').at(-1) ?? '',
      ),
    );
    expect([...new Set(names)].filter((name) => !readme.includes(name))).toEqual([]);
  });
});

it('each of our own templates is one that an administrator could use, in every language', () => {
  for (const language of languages) {
    const files = Object.entries(standardSources).map(
      ([name, source]) => [name.replace('.', `.${language}.`), source] as const,
    );
    expect(parseTemplates(new Map(files)).problems).toEqual([]);
  }
});

it('a template of one’s own is used for its language, and ours for all others', () => {
  const { templates, problems } = parse({
    'subject.en.txt': 'Video: {{title}}\r\n',
    'mail.en.txt': `\ufeffDear {{organizer}}\n${sound}`,
    'block.en.html': soundHtml,
  });
  expect(problems).toEqual([]);
  const mail = mailOf(ready, about, reader, { templates });
  expect(mail.subject).toBe('Video: Weekly review');
  expect(mail.text).toBe(
    `Dear Anna Keller\r\n${english.ready} \r\nDial: 80991007\r\nAddress: 80991007@meet.example.com\r\nPIN: 471147\r\n`,
  );
  expect(mail.html).toBe(mailOf(ready, about, reader).html);
  expect(blockOf(ready, reader, { templates })?.html).toBe(
    '<div id="roombridge-joining" lang="en" dir="ltr"><p></p>' +
      '<p>Dial: 80991007<br>80991007@meet.example.com<br>PIN: 471147</p></div>',
  );
  const german: Reader = { language: 'de', timeZone: 'Europe/Zurich' };
  expect(mailOf(ready, about, german, { templates })).toEqual(mailOf(ready, about, german));
});

it('a sentence of one’s own is said in mail, block and reply, escaped', () => {
  const { templates, problems } = parse({
    'sentences.en.json': JSON.stringify({
      'joining.passcode': 'PIN <code>',
      closing: 'Your AV team',
      more: { one: 'one more', other: '{{count}} more' },
    }),
  });
  expect(problems).toEqual([]);
  const mail = mailOf(ready, about, reader, { templates });
  expect(mail.text).toContain('PIN <code>: 471147\r\n');
  expect(mail.html).toContain('PIN &#60;code&#62;: ');
  expect(blockOf(ready, reader, { templates })?.html).toContain('<p>PIN &#60;code&#62;: 471147</p>');
  expect(replyOf(ready, about, reader, { templates })).toMatch(/Your AV team$/);
});

describe('a mistake is named with its line, and the file is not used:', () => {
  const mistakes: Readonly<
    Record<string, [file: string, source: string, line: number, what: RegExp, remedy: RegExp]>
  > = {
    'an unknown name': [
      'mail.en.txt',
      `${sound}\n{{titel}}`,
      9,
      /nothing is called \{\{titel\}\}/,
      /mean \{\{title\}\}\?/,
    ],
    'an unknown name within a section': [
      'mail.en.txt',
      `${sound}{{#joining}}{{nummber}}{{/joining}}`,
      8,
      /\{\{nummber\}\}/,
      /\{\{number\}\}/,
    ],
    'a name that nothing is like': ['mail.en.txt', `${sound}{{weather}}`, 8, /\{\{weather\}\}/, /README/],
    'a name of its object': ['mail.en.txt', `${sound}{{joining}}`, 8, /not one value/, /\{\{#joining\}\}/],
    'a passcode never told': [
      'block.en.txt',
      `${facets}{{#joining}}\nDial: {{number}}\n{{address}}\n{{/joining}}`,
      1,
      /never says \{\{joining.passcode\}\}/,
      /add it/,
    ],
    'facts never told': [
      'mail.en.txt',
      `{{#facts}}{{#dates}}{{text}}{{/dates}}{{/facts}}${details}`,
      1,
      /never says \{\{facts.text\}\}/,
      /add it/,
    ],
    'a passcode that would leave its label alone': [
      'block.en.txt',
      `${facets}{{#joining}}\nDial: {{number}}\n{{address}}\nPIN: {{passcode}}\n{{/joining}}`,
      4,
      /may be missing/,
      /\{\{#joining.passcode\}\}/,
    ],
    'a number outside of its section': [
      'mail.en.txt',
      `${sound}Again: {{joining.number}}`,
      8,
      /may be missing/,
      /\{\{#joining\}\}/,
    ],
    'three braces': [
      'mail.en.html',
      `${soundHtml}\n{{{title}}}`,
      2,
      /without escaping/,
      /write \{\{title\}\}/,
    ],
    'an ampersand': [
      'mail.en.html',
      `${soundHtml}\n{{&title}}`,
      2,
      /without escaping/,
      /write \{\{title\}\}/,
    ],
    'a section never closed': [
      'mail.en.txt',
      `${sound}\n{{#rooms}}`,
      9,
      /\{\{#rooms\}\} is never closed/,
      /\{\{\/rooms\}\}/,
    ],
    'a section closed twice': ['mail.en.txt', `${sound}\n{{/rooms}}`, 9, /closes nothing/, /remove it/],
    'sections across one another': [
      'mail.en.txt',
      `${sound}{{#rooms}}{{#title}}{{/rooms}}{{/title}}`,
      8,
      /closes nothing/,
      /close \{\{#title\}\} first/,
    ],
    'an element never closed': ['mail.en.html', `${soundHtml}\n<div>`, 2, /<div> is never closed/, /<\/div>/],
    'elements across one another': [
      'mail.en.html',
      `${soundHtml}<b><i></b></i>`,
      1,
      /<\/b>/,
      /close <i> first/,
    ],
    'an element across a section': [
      'mail.en.html',
      `${soundHtml}{{#rooms}}<b>{{/rooms}}</b>`,
      1,
      /\{\{\/rooms\}\} closes nothing/,
      /close <b> first/,
    ],
    'a remark never closed': [
      'mail.en.html',
      `${soundHtml}\n<!-- <p> -- <!-- >`,
      2,
      /<!-- is never closed/,
      /put -->/,
    ],
    'what stands behind an empty remark': [
      'mail.en.html',
      `${soundHtml}<!--><script>x</script><!-- -->`,
      1,
      /<script>/,
      /remove/,
    ],
    'a < of no tag': ['mail.en.html', `${soundHtml}1 < 2`, 1, /begins no tag/, /&lt;/],
    'a script': ['mail.en.html', `${soundHtml}<script>x</script>`, 1, /<script>/, /remove/],
    'a script in an attribute': ['mail.en.html', `${soundHtml}<p onclick="x">y</p>`, 1, /onclick/, /remove/],
    'a value in no quotes': ['mail.en.html', `${soundHtml}<p title={{title}}>x</p>`, 1, /not in quotes/, /"/],
    'a value as an attribute': ['mail.en.html', `${soundHtml}<p {{title}}>x</p>`, 1, /not in quotes/, /"/],
    'a link to what users write': [
      'mail.en.html',
      `${soundHtml}<a href="{{title}}">x</a>`,
      1,
      /could lead anywhere/,
      /\{\{help.link\}\}/,
    ],
    'a link that is a script': [
      'mail.en.html',
      `${soundHtml}<a href="javascript:x">x</a>`,
      1,
      /anywhere/,
      /https/,
    ],
    'a value in a style': [
      'mail.en.html',
      `${soundHtml}<p style="color:{{title}}">x</p>`,
      1,
      /style/,
      /write/,
    ],
    'a value in a style sheet': ['mail.en.html', `<style>{{title}}</style>${soundHtml}`, 1, /style/, /write/],
    'an element that editors drop': ['block.en.html', `${soundHtml}<table></table>`, 1, /<table>/, /p, b/],
    'a passcode that cannot be read back': [
      'block.en.txt',
      sound.replace('PIN: {{passcode}}', 'PIN: {{passcode}} (please keep it)'),
      1,
      /cannot be read back/,
      /Label: value/,
    ],
    'a subject without any': [
      'subject.en.txt',
      'News',
      1,
      /\{\{subject\}\} or \{\{headline\}\} or/,
      /add it/,
    ],
    'a file of no such name': [
      'mial.en.html',
      soundHtml,
      1,
      /no template has this name/,
      /mean mail.en.html\?/,
    ],
    'a language that we do not speak': ['mail.xx.txt', sound, 1, /no template/, /Languages are en, de/],
    'a file too large': ['mail.en.txt', sound + 'x'.repeat(70_000), 1, /larger than 64 KB/, /shorten/],
    'a file of another encoding': ['mail.en.txt', `${sound}\nZ\ufffdrich`, 9, /not UTF-8/, /UTF-8/],
    'an unknown sentence': [
      'sentences.en.json',
      '{\n"greetings": "Hi" }',
      2,
      /called greetings/,
      /mean greeting\?/,
    ],
    'a sentence with an unknown value': [
      'sentences.en.json',
      '{\n"when.series": "from {{wen}} {{when}}" }',
      2,
      /unknown \{\{wen\}\}/,
      /use \{\{when\}\}/,
    ],
    'a sentence that leaves its value out': [
      'sentences.en.json',
      '{"extended": "on"}',
      1,
      /\{\{until\}\}/,
      /add it/,
    ],
    'a sentence that is empty': ['sentences.en.json', '{"ready": " "}', 1, /empty/, /leave it out/],
    'a sentence that is a number': ['sentences.en.json', '{"ready": 1}', 1, /not a text/, /quotes/],
    'a label with a colon': ['sentences.en.json', '{"joining.passcode": "PIN:"}', 1, /has a colon/, /leave/],
    'a form that is missing': [
      'sentences.pl.json',
      '{"more": { "one": "a", "few": "{{count}}", "other": "{{count}}" }}',
      1,
      /lacks the form "many"/,
      /add it/,
    ],
    'a form that the language has not': [
      'sentences.en.json',
      '{"more": { "one": "a", "two": "b", "other": "{{count}}" }}',
      1,
      /form "two"/,
      /one, other/,
    ],
    'a text in place of forms': ['sentences.en.json', '{"more": "more"}', 1, /forms by number/, /"other"/],
    'broken JSON': ['sentences.en.json', '{\n"ready": "x",\n}', 3, /not JSON/, /commas/],
    'JSON of no sentences': ['sentences.en.json', '["ready"]', 1, /not an object/, /greeting/],
  };
  for (const [mistake, [file, source, line, what, remedy]] of Object.entries(mistakes)) {
    it(mistake, () => {
      const { templates, problems } = parse({ [file]: source });
      expect(problems).toEqual([
        {
          file,
          line,
          what: expect.stringMatching(what) as unknown,
          remedy: expect.stringMatching(remedy) as unknown,
        },
      ]);
      expect(mailOf(ready, about, reader, { templates })).toEqual(mailOf(ready, about, reader));
      expect(blockOf(ready, reader, { templates })).toEqual(blockOf(ready, reader));
    });
  }
});

it('hidden files and a README are no templates', () => {
  expect(parse({ '.gitkeep': '', 'README.md': '{{x}}', 'readme.txt': '<' }).problems).toEqual([]);
});

it('links to what we say ourselves are no mistake', () => {
  const links = [
    '<a href="https://wiki.example.com/?q={{title}}">x</a>',
    '{{#joining}}<a href="{{addressLink}}">x</a><a href="sip:{{address}}">x</a>{{/joining}}',
    '{{#joining}}{{#access}}<a href="{{link}}">x</a>{{/access}}{{/joining}}',
    '{{#help.link}}<a href="{{help.link}}">x</a>{{/help.link}}',
    '<img src="https://www.example.com/logo.png" alt="">',
  ];
  for (const link of links) expect(parse({ 'mail.en.html': soundHtml + link }).problems, link).toEqual([]);
});

describe('whatever stands in the folder', () => {
  const piece = fc.constantFrom(
    ...[
      '{{',
      '}}',
      '{{{',
      '#',
      '/',
      '^',
      '&',
      '!',
      'facts',
      'joining',
      '.',
      'text',
      ' ',
      '\n',
      '<',
      '>',
      '"',
      "'",
    ],
    ...[
      '<p>',
      '</p>',
      '<a href=',
      '<!--',
      '-->',
      '{{#facts}}',
      '{{/facts}}',
      '{{title}}',
      'constructor',
      '__proto__',
    ],
  );
  const source = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  const name = fc.constantFrom(
    'mail.en.html',
    'mail.en.txt',
    'block.en.html',
    'subject.en.txt',
    'sentences.en.json',
  );

  it('it is read without failing, and people are still told', () => {
    fc.assert(
      fc.property(name, source, (file, content) => {
        const { templates } = parse({ [file]: content });
        const mail = mailOf(ready, about, reader, { templates });
        expect(mail.text).toContain(joining.number);
        expect(mail.html).toContain(joining.number);
      }),
      { numRuns: 300 },
    );
  });

  it('a value is never written into HTML as markup', () => {
    fc.assert(
      fc.property(source, fc.string(), (content, value) => {
        const { template } = parseTemplate(content, 'html');
        const written = fill(template, { title: `<i>${value}</i>`, facts: [{ text: `<i>${value}</i>` }] });
        expect(written).not.toContain('<i>');
      }),
      { numRuns: 300 },
    );
  });

  it('a file as large as it may be is read to its end', () => {
    // A pattern that went astray on one of these would take hours.
    for (const content of [
      '{{#facts}}',
      '<p ',
      '<a href="',
      '{{',
      '{{/x}}',
      '<!--',
      '<a    ',
      '{{title}} ',
      ' ',
    ]) {
      for (const begun of ['', '{{', '{{#', '<!']) {
        const files = { 'mail.en.html': begun + content.repeat(Math.floor(60_000 / content.length)) };
        expect(parse(files).problems.length, begun + content).toBeGreaterThan(0);
      }
    }
  });
});
