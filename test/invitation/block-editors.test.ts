/** What editors make of a body: each fixture beside what is left of it, with █ where the new block stands. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blockText, type EventBody, readBlock, withBlock } from '../../src/invitation/block.ts';
import { endMark, findMarks, startMark } from '../../src/invitation/marks.ts';
import { aBlock, html } from './a-block.ts';

const folder = new URL('../fixtures/editors/', import.meta.url);
const read = (file: string) =>
  readFileSync(new URL(file, folder), 'utf8').replaceAll('␂', startMark).replaceAll('␃', endMark);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.expected.html'))
  .map((file) => file.replace('.expected.html', ''));
const isDamaged = (name: string) => name.startsWith('damaged-');
const isSeveral = (name: string) => name.startsWith('several-');

const same = aBlock({ number: '80991000', passcode: '271828' });
const other = aBlock({ number: '80991001', passcode: '' });
const fresh = withBlock(html(''), other).content;
const bodyOf = (name: string): EventBody => html(read(`${name}.html`));
const left = (name: string) => read(`${name}.expected.html`);

it('fixtures are all there, each with what is expected', () => {
  expect(names.length).toBeGreaterThanOrEqual(20);
  expect(readdirSync(folder).filter((file) => file.endsWith('.html'))).toHaveLength(2 * names.length);
});

describe.each(names)('%s', (name) => {
  it('loses its block and nothing else', () => {
    const without = withBlock(bodyOf(name), undefined);
    expect(without.content).toBe(left(name).replace('█', ''));
    expect(findMarks('html', without.content)).toEqual([]);
    expect(withBlock(without, undefined)).toBe(without);
  });

  it('gets another block, once, and loses that again', () => {
    const rewritten = withBlock(bodyOf(name), other);
    expect(rewritten.content).toBe(left(name).replace('█', fresh));
    expect(readBlock(rewritten)).toEqual({ number: '80991001', passcode: '' });
    expect(withBlock(rewritten, other)).toBe(rewritten);
    expect(withBlock(rewritten, undefined).content).toBe(left(name).replace('█', ''));
  });
});

describe.each(names.filter((name) => !isDamaged(name)))('%s', (name) => {
  it('still tells number and passcode, and each line', () => {
    expect(readBlock(bodyOf(name))).toEqual({ number: '80991000', passcode: '271828' });
    expect(blockText(bodyOf(name))?.replaceAll(/[\s\u00a0]+/g, ' ')).toBe(same.text.replaceAll('\r\n', ' '));
  });
});

describe.each(names.filter((name) => !isDamaged(name) && !isSeveral(name)))('%s', (name) => {
  it('is left alone while it says the same', () => {
    const body = bodyOf(name);
    expect(withBlock(body, same)).toBe(body);
  });
});

describe.each(names.filter(isSeveral))('%s', (name) => {
  it('keeps the one that is right', () => {
    const one = withBlock(bodyOf(name), same);
    expect(findMarks('html', one.content).map(({ kind }) => kind)).toEqual(['start', 'end']);
    expect(withBlock(one, same)).toBe(one);
    expect(one.content.replace(/<div id="roombridge.*?<\/div>/s, '█')).toBe(left(name));
  });
});
