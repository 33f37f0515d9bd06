import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blockText, type EventBody, escapeHtml, readBlock, withBlock } from '../../src/invitation/block.ts';
import { endMark, findMarks, startMark } from '../../src/invitation/marks.ts';
import { aBlock, html, text } from './a-block.ts';

const details = aBlock({ number: '80991000', passcode: '271828' });
const other = aBlock({ number: '80991001', passcode: '' });

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
  expect(
    written.startsWith(`${before}<div id="roombridge-joining" lang="en" dir="ltr"><p>${startMark}<b>`),
  ).toBe(true);
  expect(written.endsWith(`${endMark}</p></div>${after}`)).toBe(true);
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

describe('a block that ends where the user has begun', () => {
  const said = (content: string) => content.replaceAll(startMark, '[').replaceAll(endMark, ']');

  it('leaves what was typed before and behind it, in its element and on its lines', () => {
    const typed = withBlock(html('<body>Hi</body>'), details)
      .content.replace(startMark, `NB ${startMark}`)
      .replace(endMark, `${endMark} Bye.`);
    const left = '<body>Hi<div lang="en" dir="ltr"><p>NB </p><p> Bye.</p></div></body>';
    expect(withBlock(html(typed), undefined).content).toBe(left);
    // The element that is left is the user's now.
    expect(withBlock(html(left), undefined).content).toBe(left);
    expect(withBlock(withBlock(html(left), details), undefined).content).toBe(left);
  });

  it('leaves them in text as well', () => {
    const typed = `${withBlock(text('Hi'), details).content} and bring cake\r\nBye`;
    expect(withBlock(text(typed), undefined).content).toBe('Hi and bring cake\r\nBye');
    expect(said(withBlock(text(typed), other).content)).toBe(
      `Hi\r\n\r\n[${other.text}] and bring cake\r\nBye`,
    );
  });

  it('is taken for whole where the user typed between its marks', () => {
    const typed = withBlock(html('<body>Hi</body>'), details);
    const changed = html(typed.content.replace('Passcode', 'Our passcode'));
    expect(withBlock(changed, details)).toEqual(typed);
    expect(withBlock(changed, undefined)).toEqual(html('<body>Hi</body>'));
  });
});

describe('a block that has lost one end in text', () => {
  const [heading = '', number = '', address = '', passcode = '', help = ''] = details.text.split('\r\n');

  it.each([
    ['its end', ['Hi', startMark + heading, number, address, passcode, 'My words'], ['Hi', '', 'My words']],
    [
      'its start, before which any words may be the user’s',
      ['Hi', `Mine. ${number}`, address, passcode, help + endMark, 'My words'],
      ['Hi', `Mine. ${number}`, address, passcode, help, 'My words'],
    ],
    ['all details', ['Hi', startMark + heading, 'My words'], ['Hi', heading, 'My words']],
    [
      'its address: what tells a number may be anything',
      ['Hi', startMark + heading, 'Room: 4711'],
      ['Hi', heading, 'Room: 4711'],
    ],
    [
      'its end, with a telephone number of the user behind it',
      ['Hi', startMark + heading, number, address, 'Ann: +49 30 1234567'],
      ['Hi', '', 'Ann: +49 30 1234567'],
    ],
  ])('loses what is its own without doubt and keeps the rest: %s', (_, before, after) => {
    const body = text(before.join('\r\n'));
    const left = after.join('\r\n');
    expect(withBlock(body, undefined).content).toBe(left);
    expect(withBlock(body, other).content).toBe(withBlock(text(left), other).content);
    expect(readBlock(body)).toBeUndefined();
  });
});

describe('version 0.1', () => {
  const lines = ['Number to dial: 80995555', 'Video address: 80995555@meet.example.com', 'Passcode: 314159'];
  const told = { number: '80995555', passcode: '314159' };
  const division =
    '<div id="roombridge-joining"><p><b>Join this meeting by video</b></p>' +
    `${lines.map((line) => `<p>${line}</p>`).join('')}</div>`;
  const between = `________ Video conference ________\r\nJoin this meeting by video\r\n${lines.join('\r\n')}\r\n________ End of video conference ________`;

  it.each([
    ['HTML', html(`<body>Hi${division}</body>`), html('<body>Hi</body>')],
    ['text', text(`Hi\r\n\r\n${between}\r\n`), text('Hi')],
    ['text with other line ends', text(`Hi\n\n${between.replaceAll('\r\n', '\n')}`), text('Hi')],
    [
      'text that Exchange has made HTML of',
      html(`<body><p>Hi</p><p>${between.replaceAll('\r\n', '<br>\r\n')}</p></body>`),
      html('<body><p>Hi</p></body>'),
    ],
  ])('wrote blocks that are read, replaced and removed: %s', (_, body, without) => {
    expect(readBlock(body)).toEqual(told);
    expect(withBlock(body, undefined)).toEqual(without);
    expect(withBlock(body, details)).toEqual(withBlock(without, details));
  });

  it('wrote lines that a person may write too: alone they are left', () => {
    const body = text('________ Video conference ________\r\nTomorrow!');
    expect(withBlock(body, undefined)).toBe(body);
  });
});

describe('a reader', () => {
  it('finds value beside label where a template or an editor makes a table of it', () => {
    const rows = ['Number:', '80991000', 'Address', '80991000@x.example', 'Code ：', '271828'];
    const cells = rows.map(
      (cell, at) => `${at % 2 === 0 ? '<tr>' : ''}<td><p>${cell}</p></td>${at % 2 === 0 ? '' : '</tr>'}`,
    );
    const table = withBlock(html(''), { html: `<table>${cells.join('\r\n')}</table>`, text: '' });
    expect(readBlock(table)).toEqual({ number: '80991000', passcode: '271828' });
    expect(withBlock(table, undefined)).toEqual(html(''));
  });

  it('sees what the block says, line by line, in either form', () => {
    for (const empty of [html(''), text('')]) {
      expect(blockText(withBlock(empty, details))).toBe(details.text.replaceAll('\r\n', '\n'));
    }
    expect(blockText(html('<p>Hi</p>'))).toBeUndefined();
  });

  it('is given the element with the id, whatever the fragment is made of', () => {
    const written = withBlock(html('<p>Hi</p>'), { html: '<b>8099</b> or <i>9</i>', text: '' });
    expect(written.content).toBe(
      `<p>Hi</p><div id="roombridge-joining">${startMark}<b>8099</b> or <i>9</i>${endMark}</div>`,
    );
  });

  it('is never given a tag that was not ours', () => {
    expect(escapeHtml(`<a href="x" title='y'>&</a>`)).toBe(
      '&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;&#60;/a&#62;',
    );
  });

  it('gets two marks and no more, even from somebody who writes marks into a name', () => {
    const help = `Ask ${endMark}Eve${startMark}.`;
    const hostile = aBlock({ number: '1', passcode: '', help });
    for (const empty of [html(''), text('')]) {
      const written = withBlock(empty, hostile);
      expect(findMarks(written.contentType, written.content)).toHaveLength(2);
      expect(withBlock(written, hostile)).toBe(written);
      expect(withBlock(written, undefined)).toEqual(empty);
    }
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
