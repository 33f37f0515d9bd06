/** Whatever the user, his editor or an attacker writes around a joining block: nothing of the user's is lost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventBody, readBlock, withBlock } from '../../src/invitation/block.ts';
import { endMark, findMarks, startMark } from '../../src/invitation/marks.ts';
import { rewrittenBy } from '../simulators/graph/editors.ts';
import { aBlock, html } from './a-block.ts';

const details = fc.record({
  number: fc.integer({ min: 1, max: 99_999_999 }).map(String),
  passcode: fc.oneof(fc.constant(''), fc.integer({ min: 1_000, max: 999_999 }).map(String)),
  help: fc.constantFrom('Call us.', 'Hilfe: Nebenstelle 4711, 8–17 Uhr', '<b>&amp;</b> "quoted"'),
});
const words = fc.nat(9_999).map((n) => `word${n}w`);
const fragments = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<div>',
    '</div>',
    '<DIV\r\nclass="a">',
    '<div',
    '<',
    '>',
    '"',
    '<body>',
    '</body>',
    '</BODY >',
  ),
  fc.constantFrom('</html>', '\r\n', '\n', '\r', '&amp;', 'İ', '<!--', '-->', ' id="roombridge"', '________'),
  fc.constantFrom(
    '<a title="a > b" href=\'x\'>',
    '<br>',
    '<img src="a>b">',
    '<p>',
    '</p>',
    '<td>',
    '</span>',
  ),
  fc.constantFrom('\u200c', '\u200d', '&zwnj;', '&#8205;', '\u200b', '<o:p></o:p>', '<style>p{}</style>'),
);
const { document } = fc.letrec<{ document: string; element: string }>((tie) => ({
  document: fc.array(fc.oneof(words, words, tie('element')), { maxLength: 5 }).map((all) => all.join(' ')),
  element: fc
    .tuple(
      fc.constantFrom('div', 'p', 'span', 'b', 'table', 'td', 'blockquote', 'ul', 'li', 'a'),
      fc.constantFrom('', ' class="x"', ' title="a > b"', '\r\n style=\'c:"d"\'', ' dir=rtl'),
      tie('document'),
    )
    .map(([name, attributes, inner]) => `<${name}${attributes}>${inner}</${name}>`),
}));
const whole = document.map((inner) => `<html>\r\n<body>${inner}</body>\r\n</html>`);
const anything = fc.array(fragments, { maxLength: 12 }).map((all) => all.join(''));
const kind = fc.constantFrom('html' as const, 'text' as const);

const wordsOf = (content: string) => content.match(/word\d+w/g) ?? [];
const marksOf = ({ contentType, content }: EventBody) =>
  findMarks(contentType, content).map((mark) => mark.kind);

/** How many tags have no other half, by a count that knows no HTML. */
function unmatched(content: string): number {
  const open: string[] = [];
  let closes = 0;
  for (const [, slash, name = ''] of content.matchAll(/<(\/?)(\w+)(?:"[^"]*"|'[^']*'|[^<>])*>/g)) {
    if (/^(br|img|meta|hr)$/.test(name)) continue;
    if (slash === '') open.push(name);
    else if (open.includes(name)) open.length = open.lastIndexOf(name);
    else closes += 1;
  }
  return closes + open.length;
}

describe('whatever stands around it', () => {
  it('comes back byte for byte, and the block says what was last put in', () => {
    fc.assert(
      fc.property(
        kind,
        fc.oneof(anything, document, whole),
        fc.array(details, { minLength: 1, maxLength: 3 }),
        (contentType, around, all) => {
          const body = { contentType, content: around };
          let present: EventBody = body;
          for (const one of all) {
            present = withBlock(present, aBlock(one));
            expect(readBlock(present)).toEqual({ number: one.number, passcode: one.passcode });
            expect(withBlock(present, aBlock(one))).toBe(present);
          }
          expect(withBlock(present, undefined)).toEqual(body);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is one in the end, whatever marks and ids of others stand there, and is then left as it is', () => {
    const noise = fc.constantFrom(
      startMark,
      endMark,
      '<div id="x_roombridge-joining">',
      '</div>',
      'Number: 8099',
    );
    const content = fc
      .array(fc.oneof(noise, noise, fragments, words), { maxLength: 12 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(kind, content, details, (contentType, around, one) => {
        const written = withBlock({ contentType, content: around }, aBlock(one));
        expect(marksOf(written)).toEqual(['start', 'end']);
        expect(withBlock(written, aBlock(one))).toBe(written);
        const removed = withBlock(written, undefined);
        expect(marksOf(removed)).toEqual([]);
        expect(withBlock(removed, undefined)).toBe(removed);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe.each(['outlookDesktop', 'outlookWeb', 'outlookMobile'] as const)('%s', (editor) => {
  it('leaves a block that is known, left alone, replaced once and removed whole, however often it is opened', () => {
    fc.assert(
      fc.property(whole, details, details, fc.integer({ min: 1, max: 3 }), (around, one, other, times) => {
        let { content } = withBlock(html(around), aBlock(one));
        for (let time = 1; time <= times; time += 1) content = rewrittenBy(editor, content);
        const edited = html(content);
        expect(marksOf(edited)).toEqual(['start', 'end']);
        expect(readBlock(edited)).toEqual({ number: one.number, passcode: one.passcode });
        expect(withBlock(edited, aBlock(one))).toBe(edited);

        const replaced = withBlock(edited, aBlock(other));
        expect(marksOf(replaced)).toEqual(['start', 'end']);
        expect(readBlock(replaced)).toEqual({ number: other.number, passcode: other.passcode });
        expect(wordsOf(replaced.content)).toEqual(wordsOf(around));

        const removed = withBlock(edited, undefined);
        expect(wordsOf(removed.content)).toEqual(wordsOf(around));
        expect(removed.content).not.toMatch(/Number|Video|Passcode|sip:|Nebenstelle|quoted|[\u200c\u200d]/);
        expect(unmatched(removed.content)).toBeLessThanOrEqual(unmatched(edited.content));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a part of the body that the user deletes or copies', () => {
  const body = fc.tuple(document, details, document);
  const written = ([before, one, behind]: [string, Parameters<typeof aBlock>[0], string]) => {
    const { content } = withBlock(html(before), aBlock(one));
    return content + behind;
  };

  /** No editor leaves a part of a tag behind. */
  const outsideOfTags = (content: string, seed: number) => {
    const at = seed % (content.length + 1);
    const tags = [...content.matchAll(/<(?:"[^"]*"|'[^']*'|[^<>"'])*>/g)];
    const within = tags.find(({ 0: tag, index }) => index < at && at < index + tag.length);
    return within === undefined ? at : within.index + within[0].length;
  };

  it('takes no other word of the user with it', () => {
    fc.assert(
      fc.property(body, details, fc.nat(), fc.nat(), (parts, other, a, b) => {
        const content = written(parts);
        const [from = 0, to = 0] = [a, b].map((at) => outsideOfTags(content, at)).sort((x, y) => x - y);
        // Words that stick to our address without a blank cannot be told from it.
        const damaged = `${content.slice(0, from)} ${content.slice(to)}`;
        const removed = withBlock(html(damaged), undefined);
        expect(wordsOf(removed.content)).toEqual(wordsOf(damaged));
        const mended = withBlock(html(damaged), aBlock(other));
        expect(marksOf(mended)).toEqual(['start', 'end']);
        expect(wordsOf(mended.content)).toEqual(wordsOf(damaged));
        expect(withBlock(mended, aBlock(other))).toBe(mended);
      }),
      { numRuns: 2_000 },
    );
  });

  it('leaves one block, and all words, where it was copied', () => {
    fc.assert(
      fc.property(body, fc.array(document, { minLength: 1, maxLength: 3 }), ([before, one, behind], more) => {
        const copied = [before, ...more, behind]
          .map((part) => withBlock(html(part), aBlock(one)).content)
          .join('<hr>');
        const single = withBlock(html(copied), aBlock(one));
        expect(marksOf(single)).toEqual(['start', 'end']);
        expect(wordsOf(single.content)).toEqual(wordsOf(copied));
        expect(withBlock(html(copied), undefined).content).toBe([before, ...more, behind].join('<hr>'));
      }),
      { numRuns: 300 },
    );
  });
});
