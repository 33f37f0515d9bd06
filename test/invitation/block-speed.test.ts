/** The time that finding blocks takes grows with the body's length and no faster, whatever an attacker writes. */
import { expect, it } from 'vitest';
import { withBlock } from '../../src/invitation/block.ts';
import { endMark, startMark } from '../../src/invitation/marks.ts';
import { aBlock, html, text } from './a-block.ts';

const block = aBlock({ number: '80991000', passcode: '271828' });
const written = withBlock(html(''), block).content;
const element = '<div id="roombridge-joining">';

/** Each as a body of about so many characters. */
const attacks: [string, (size: number) => string][] = [
  ['whole blocks', (size) => filled(written, size)],
  ['start marks', (size) => filled(`<p>${startMark}`, size)],
  ['end marks', (size) => filled(`>${startMark}${endMark}`, size)],
  ['marks in text', (size) => filled(startMark + endMark, size)],
  ['joiners with tags', (size) => filled('\u200c<a>', size)],
  ['references', (size) => filled('&zwnj;&#0008204', size)],
  ['tags that never end', (size) => `${startMark}${filled('<a "<b \'', size)}${endMark}`],
  ['quotes across tags', (size) => `${startMark}${filled(`<a" "<a' '`, size)}${endMark}`],
  ['comments that never end', (size) => `${startMark}${filled('<!-- --', size)}${endMark}`],
  ['elements that never end', (size) => filled(element, size)],
  ['elements within elements', (size) => filled(element, size / 2) + filled('</div>', size / 2)],
  ['ids in one tag', (size) => `<div${filled(' id="roombridge-joining', size)}`],
  ['prefixes', (size) => `<div id=${filled('x_', size)}>`],
  [
    'depth, and nothing behind',
    (size) =>
      filled('<div>', size / 3) + startMark + filled('</div>', size / 3) + endMark + filled('<br>', size / 3),
  ],
  [
    'ends without beginnings',
    (size) => `${startMark}${filled('</p>', size / 2)}${filled('<p>', size / 2)}${endMark}`,
  ],
  ['details', (size) => startMark + filled('<p>A: 1</p><p>B: 1@x</p>', size)],
  ['colons', (size) => `${startMark}<p>a${filled(' :', size)}</p>${endMark}`],
  ['digits', (size) => `${startMark}<p>a: ${filled('1', size)}@</p>${endMark}`],
  ['cells', (size) => `${startMark}${filled('<td>a', size)}${endMark}`],
  ['ends of bodies', (size) => filled('</body ', size)],
  ['lines of version 0.1', (size) => filled('________ Video conference ________\r\n', size)],
];

function filled(piece: string, size: number): string {
  return piece.repeat(Math.ceil(size / piece.length));
}

/** The best of some runs, in milliseconds: others may be at work on this machine. */
function timeOf(action: () => unknown, runs: number): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    action();
    return performance.now() - start;
  });
  return Math.min(...times);
}

/** Every character once, and every tag: the least that reading a body takes. */
function scan(content: string): number {
  let sum = 0;
  for (let at = 0; at < content.length; at += 1) sum += content.charCodeAt(at);
  for (const { index } of content.matchAll(/[<&\u200c-\u200d]/g)) sum += index;
  return sum;
}

/** Characters that are scanned in no time at all are no measure: a document has some tags. */
const least = (size: number) => timeOf(() => scan(filled('<p>words</p>', size)), 3);

it.each(attacks)('%s cost as much as that many characters of a document, times a constant', (_, attack) => {
  const size = 2_000_000;
  for (const body of [html(attack(size)), text(attack(size))]) {
    const ratio = timeOf(() => withBlock(body, block), 2) / least(size);
    expect(ratio).toBeLessThan(200);
  }
});
