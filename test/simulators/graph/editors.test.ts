/** What each editor leaves of a body. */
import { expect, test } from 'vitest';
import { rewrittenBy } from './editors.ts';

const MARK = '\u2063\u2062\u200B\uFEFF';
const BODY = [
  '<html><head><style>p { color: red }</style></head><body><!-- made by us -->',
  '<p>Bring  <b>cake</b> &amp; tea</p>',
  `<div id="block" data-own="1" class="a b">${MARK}<p>Number: <a href="sip:80@example.com?a=1&amp;b=2">80</a></p>PIN: 12</div>`,
  '<p></p></body></html>',
].join('\r\n');

test('Word makes paragraphs of its own, drops ids, foreign attributes and comments, and writes the invisible as entities', () => {
  const html = rewrittenBy('outlookDesktop', BODY);
  expect(html).toContain('<div class="WordSection1">');
  expect(html).toContain('<p class="MsoNormal">Bring  <b>cake</b> &amp; tea<o:p></o:p></p>');
  expect(html).toContain('&#8291;&#8290;&#8203;&#65279;');
  expect(html).toContain('<a href="sip:80@example.com?a=1&amp;b=2">80</a>');
  expect(html).toContain('<p class="MsoNormal">PIN: 12<o:p></o:p></p>');
  expect(html).toContain('<o:p>&nbsp;</o:p>');
  expect(html).not.toMatch(/made by us|id="block"|data-own|color: red|[\u200B\u2062\u2063\uFEFF]/);
});

test('Outlook on the web prefixes names once more at each edit, nests, and keeps the invisible as it is', () => {
  const once = rewrittenBy('outlookWeb', BODY);
  expect(once).toContain('<div dir="ltr">');
  expect(once).toMatch(/<div id="x_block" class="x_a x_b" style="[^"]+">/);
  expect(once).toContain(MARK);
  expect(once).not.toMatch(/made by us|data-own/);
  expect(rewrittenBy('outlookWeb', once)).toContain('id="x_x_block"');
  expect(rewrittenBy('outlookWeb', rewrittenBy('outlookDesktop', BODY))).toContain(MARK);
});

test('Outlook on phones keeps lines, links and words', () => {
  const html = rewrittenBy('outlookMobile', BODY);
  expect(html).toContain('<div>Bring&nbsp; <b>cake</b> &amp; tea</div>');
  expect(html).toContain(
    `<div>${MARK}</div><div>Number: <a href="sip:80@example.com?a=1&amp;b=2">80</a></div>`,
  );
  expect(html).toContain('<div>PIN: 12</div><div><br></div>');
  expect(html).not.toMatch(/class=|id=|style=/);
});

test('no editor changes what it has no reason to read twice', () => {
  expect(rewrittenBy('none', BODY)).toBe(BODY);
  const mobile = rewrittenBy('outlookMobile', BODY);
  expect(rewrittenBy('outlookMobile', mobile)).toBe(mobile);
  const odd = '<p title="a > b">1 < 2 &lt; 3</p><script>no()</script><div';
  for (const editor of ['outlookDesktop', 'outlookWeb', 'outlookMobile'] as const) {
    expect(rewrittenBy(editor, odd)).toContain('1 < 2 &lt; 3');
    expect(rewrittenBy(editor, odd)).not.toContain('no()');
  }
});
