import { expect, it } from 'vitest';
import type { Exchange, TimelineEntry } from '../../src/web/answers.ts';
import { linesOf } from '../../src/web/meeting/with-work.ts';

const at = (second: number) => `2026-11-27T09:00:${String(second).padStart(2, '0')}.000Z`;
const entry = (second: number, what: TimelineEntry['what'], work?: string): TimelineEntry => ({
  ...{ at: at(second), what },
  ...(work && { work }),
});
const exchange = (second: number, work: string): Exchange => ({
  ...{ id: `${second}`, at: at(second), work, took: 1, system: 'graph', method: 'GET', path: '/' },
});
const timeline = [
  entry(1, 'booked'),
  entry(5, 'opened', 'w1'),
  entry(6, 'dialled', 'w1'),
  entry(9, 'closed', 'w3'),
];
const exchanges = [exchange(4, 'w1'), exchange(5, 'w1'), exchange(7, 'w2'), exchange(9, 'w3')];
const shown = (only: string, all: Exchange[] | undefined) =>
  linesOf(timeline, only, all).map(({ entry: said, work, exchanges: below }) => [
    said?.what,
    work,
    below?.map(({ id }) => id),
  ]);

it('without requests the timeline is as it was, the latest first', () => {
  expect(shown('', undefined)).toEqual([
    ['closed', 'w3', undefined],
    ['dialled', 'w1', undefined],
    ['opened', 'w1', undefined],
    ['booked', undefined, undefined],
  ]);
});

it('with them each work is shown once, in its place, also where nothing happened in it', () => {
  expect(shown('', exchanges)).toEqual([
    ['closed', 'w3', ['9']],
    [undefined, 'w2', ['7']],
    ['dialled', 'w1', ['4', '5']],
    ['opened', 'w1', undefined],
    ['booked', undefined, undefined],
  ]);
});

it('of one piece of work nothing else is shown', () => {
  expect(shown('w1', exchanges)).toEqual([
    ['dialled', 'w1', ['4', '5']],
    ['opened', 'w1', undefined],
  ]);
  expect(shown('w2', exchanges)).toEqual([[undefined, 'w2', ['7']]]);
  expect(shown('w9', exchanges)).toEqual([]);
});

it('what happened twice in a second is one line, in whatever work it was written', () => {
  const twice = [entry(5, 'opened', 'w1'), entry(5, 'opened', 'w2')];
  expect(linesOf(twice, '', undefined)).toMatchObject([{ times: 2, work: 'w1' }]);
});
