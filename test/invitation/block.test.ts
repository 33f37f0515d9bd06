import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventBody, escapeHtml, readBlock, withBlock } from '../../src/invitation/block.ts';
import type { JoiningDetails } from '../../src/invitation/sentences.ts';

const details: JoiningDetails = { number: '80991000', uri: '80991000@meet.example.com', passcode: '271828' };
const other: JoiningDetails = { number: '80991001', uri: '80991001@meet.example.com', passcode: '' };
const html = (content: string): EventBody => ({ contentType: 'html', content });
const text = (content: string): EventBody => ({ contentType: 'text', content });

const teams = [
  '<div class="me-email-text" lang="en-US" style="font-family:\'Segoe UI\'">',
  '<div style="margin-bottom:24px"><a id="meet_invite_block.action.join_link" href="https://teams.microsoft.com/l/meetup-join/19%3a?a=1&amp;b=2">Join</a></div>',
  '<div><span>Passcode: </span><span>9Zx3</span></div>',
  '</div>\r\n<div style="width:100%"><span style="white-space:nowrap">________________</span></div>',
].join('\r\n');

const bodies: [what: string, body: EventBody][] = [
  ['nothing', html('')],
  ['a fragment', html('<p>See you there.</p>')],
  [
    'a whole document',
    html(
      '<html>\r\n<head>\r\n<meta charset="utf-8">\r\n</head>\r\n<body>\r\n<p>Hi</p>\r\n</body>\r\n</html>\r\n',
    ),
  ],
  ['a document without a body', html('<html><p>Hi</p></html>')],
  ['a body in capitals, with space in its tag', html('<HTML><BODY>Hi</BODY ></HTML>')],
  ['two bodies, one of them quoted', html('<body>a</body><pre>&lt;/body&gt;</pre><body>b</body>')],
  ['nested divisions', html('<body><div><div>a</div><div><div>b</div></div></div></body>')],
  ['divisions that are never closed', html('<body><div><div>a</body>')],
  ['divisions that were never opened', html('<body></div></div>a</body>')],
  ["Teams' blob", html(`<html><body>${teams}</body></html>`)],
  ['letters that change their length in lower case', html('<body>İİİİİİİİİİ İstanbul</body>')],
  ['emoji', html('<body>👩‍💻 🏢</body>')],
  ['a table', html('<table><tr><td><div id="x">a</div></td></tr></table>')],
  ['no text', text('')],
  ['text', text('See you there.')],
  ['text with all line ends', text('a\r\nb\nc\r\r\n\n')],
  ['text with lines', text('________________\r\nMicrosoft Teams\r\n________________\r\n')],
];

describe.each(bodies)('in a body of %s, the block', (_, body) => {
  it('is put in once, replaced, and taken out again byte for byte', () => {
    const written = withBlock(body, details);
    expect(readBlock(written)).toEqual({ number: '80991000', passcode: '271828' });
    expect(withBlock(written, details)).toBe(written);
    const rewritten = withBlock(written, other);
    expect(readBlock(rewritten)).toEqual({ number: '80991001', passcode: '' });
    expect(rewritten.content).not.toContain('80991000');
    expect(withBlock(rewritten, details)).toEqual(written);
    expect(withBlock(written, undefined)).toEqual(body);
    expect(withBlock(rewritten, undefined)).toEqual(body);
  });

  it('is missing at first, and taking out nothing changes nothing', () => {
    expect(readBlock(body)).toBeUndefined();
    expect(withBlock(body, undefined)).toBe(body);
  });
});

it.each<[string, string]>([
  ['<html><body>Hi</body></html>', '<html><body>Hi█</body></html>'],
  ['<html>Hi</html>\r\n', '<html>Hi█</html>\r\n'],
  ['<p>Hi</p>', '<p>Hi</p>█'],
  ['<body>İstanbul</body>', '<body>İstanbul█</body>'],
])('stands behind what the organizer wrote: %s', (content, expected) => {
  const [before, after] = expected.split('█');
  const written = withBlock(html(content), details).content;
  expect(written.startsWith(`${before}<div id="roombridge-joining">`)).toBe(true);
  expect(written.endsWith(`</div>${after}`)).toBe(true);
});

describe('whatever stands around it', () => {
  const piece = fc.oneof(
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
      '</html>',
    ),
    fc.constantFrom('\r\n', '\n', '\r', '&amp;', 'İ', '<!--', '-->', ' id="roombridge"', '________', teams),
  );
  const content = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  const kind = fc.constantFrom('html' as const, 'text' as const);
  const details = fc.record({
    number: fc.integer({ min: 1, max: 99_999_999 }).map(String),
    uri: fc.oneof(fc.emailAddress(), fc.string()),
    passcode: fc.oneof(fc.constant(''), fc.integer({ min: 100_000, max: 999_999 }).map(String)),
  });

  it('comes back byte for byte, and the block says what was last put in', () => {
    fc.assert(
      fc.property(
        kind,
        content,
        fc.array(details, { minLength: 1, maxLength: 3 }),
        (contentType, around, all) => {
          const body = { contentType, content: around };
          let present: EventBody = body;
          for (const one of all) {
            present = withBlock(present, one);
            expect(readBlock(present)).toEqual({ number: one.number, passcode: one.passcode });
            expect(withBlock(present, one)).toBe(present);
          }
          expect(withBlock(present, undefined)).toEqual(body);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a block that others have touched', () => {
  const written = withBlock(html('<body>Hi</body>'), details);

  it.each<[string, (content: string) => string]>([
    ['x_ before its id', (content) => content.replace('id="', 'id="x_')],
    ['x_ before its id more than once', (content) => content.replace('id="', 'id="x_x_')],
    ['no quotes', (content) => content.replace('"roombridge-joining"', 'roombridge-joining')],
    ['single quotes', (content) => content.replace('"roombridge-joining"', "'roombridge-joining'")],
    ['a style and a class', (content) => content.replace('<div id=', '<div class="x" style="color:red" id=')],
    ['capitals', (content) => content.replace('<div', '<DIV').replace('</div>', '</DIV>')],
    ['line breaks between its tags', (content) => content.replaceAll('><p', '>\r\n<p')],
    [
      'a division of its own around each line',
      (content) => content.replaceAll('<p>', '<div><p>').replaceAll('</p>', '</p></div>'),
    ],
    ['other entities', (content) => content.replaceAll(': ', ':&nbsp;').replaceAll('@', '&#64;')],
  ])('is known with %s, left alone while it says the same, and taken out whole', (_, touch) => {
    const touched = html(touch(written.content));
    expect(readBlock(touched)).toEqual({ number: '80991000', passcode: '271828' });
    expect(withBlock(touched, details)).toBe(touched);
    expect(readBlock(withBlock(touched, other))).toEqual({ number: '80991001', passcode: '' });
    expect(withBlock(touched, undefined)).toEqual(html('<body>Hi</body>'));
  });

  it('is written anew when it says something else', () => {
    const changed = html(written.content.replace('271828', '000000'));
    expect(withBlock(changed, details)).toEqual(written);
  });

  it('is known in text with other line ends and trimmed ends', () => {
    const plain = withBlock(text('Hi'), details);
    for (const content of [plain.content.replaceAll('\r\n', '\n'), plain.content.trim()]) {
      expect(readBlock(text(content))).toEqual({ number: '80991000', passcode: '271828' });
      expect(withBlock(text(content), details).content).toBe(content);
      expect(withBlock(text(content), undefined).content).toBe('Hi');
    }
    expect(withBlock(text(withBlock(text(''), details).content.trim()), undefined).content).toBe('');
  });
});

it.each([
  '<div id="roombridge-joining-notes">Number to dial: 1</div>',
  '<div data-id="roombridge-joining">Number to dial: 1</div>',
  '<p id="roombridge-joining">Number to dial: 1</p>',
  '<div id="roombridge-joining">Number to dial: 1',
  'Number to dial: 80991000',
])('what only looks like a block is none: %s', (content) => {
  expect(readBlock(html(content))).toBeUndefined();
  expect(withBlock(html(content), undefined).content).toBe(content);
});

describe('a reader', () => {
  it('sees number, address and passcode; without a passcode, no line for it', () => {
    const said = (one: JoiningDetails) => withBlock(html(''), one).content.replace(/<[^>]*>/g, '|');
    expect(said(details)).toContain('|Number to dial: 80991000|');
    expect(said(details)).toContain('|80991000@meet.example.com|');
    expect(said(details)).toContain('|Passcode: 271828|');
    expect(said(other)).not.toContain('Passcode');
    expect(withBlock(html(''), details).content).toContain('href="sip:80991000@meet.example.com"');
  });

  it('is never given a tag that was not ours', () => {
    expect(escapeHtml(`<a href="x" title='y'>&</a>`)).toBe(
      '&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;&#60;/a&#62;',
    );
    const hostile = { ...details, uri: '"><script>alert(1)</script>@x' };
    expect(withBlock(html(''), hostile).content).not.toContain('<script');
  });
});

it("the body of an event in Microsoft's own documentation comes back byte for byte", () => {
  const event = JSON.parse(
    readFileSync(new URL('../fixtures/graph/event-in-several-places.json', import.meta.url), 'utf8'),
  );
  const body: EventBody = { contentType: event.body.contentType, content: event.body.content };
  expect(body.content.length).toBeGreaterThan(0);
  expect(withBlock(withBlock(body, details), undefined)).toEqual(body);
});
