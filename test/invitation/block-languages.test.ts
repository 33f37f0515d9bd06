/** In every language the block is read back, whatever an editor makes of it. */
import { describe, expect, it } from 'vitest';
import { readBlock, withBlock } from '../../src/invitation/block.ts';
import { languages } from '../../src/invitation/languages/language.ts';
import type { Notice } from '../../src/invitation/notice.ts';
import { blockOf } from '../../src/invitation/telling/block-text.ts';
import { rewrittenBy } from '../simulators/graph/editors.ts';
import { html, text } from './a-block.ts';

const joining = (number: string, passcode: string) => ({
  number,
  passcode,
  uri: `${number}@meet.example.com`,
  accessNumbers: [
    { name: 'Berlin', number: '+49 30 1234567' },
    { name: 'Paris', number: '+33 1 23 45 67 89' },
  ],
});
/** Without the head, tags and white space. */
const wordsOf = (content: string) => content.replace(/^[\s\S]*<body[^>]*>|<[^>]*>|&nbsp;|\s/g, '');
const start = Date.UTC(2026, 10, 24, 13);
const date = { start, end: start + 3_600_000 };
const notices: [string, Notice, { number: string; passcode: string }][] = [
  [
    'with a passcode',
    { joining: joining('80991000', '271828'), facts: [] },
    { number: '80991000', passcode: '271828' },
  ],
  ['without one', { joining: joining('8000', ''), facts: [] }, { number: '8000', passcode: '' }],
  [
    'with dates of their own',
    {
      joining: joining('80991000', '0042'),
      facts: [
        { kind: 'other-numbers', dates: [{ ...date, joining: joining('80991007', '161803') }] },
        { kind: 'without-conference', dates: [{ ...date, nearest: start + 86_400_000 }] },
      ],
    },
    { number: '80991000', passcode: '0042' },
  ],
];

describe.each(languages)('in %s', (language) => {
  it.each(notices)('number and passcode are read back: a block %s', (_, notice, told) => {
    const block = blockOf(notice, { language, timeZone: 'Europe/Berlin' });
    if (block === undefined) throw new Error('no block');
    const written = withBlock(html('<html><body><p>Hi</p></body></html>'), block);
    expect(readBlock(withBlock(text('Hi'), block))).toEqual(told);
    expect(readBlock(written)).toEqual(told);
    for (const editor of ['outlookDesktop', 'outlookWeb', 'outlookMobile'] as const) {
      const edited = html(rewrittenBy(editor, written.content));
      expect(readBlock(edited)).toEqual(told);
      expect(withBlock(edited, block)).toBe(edited);
      expect(wordsOf(withBlock(edited, undefined).content)).toBe('Hi');
    }
  });
});
