/** Links from page to page. */
import { expect, test } from 'vitest';
import { GraphFault } from '../../src/graph/fault.ts';
import { Trail } from '../../src/graph/trail.ts';

test('a link leads on once', () => {
  const trail = new Trail();
  expect(['a', 'b', 'a'].map((link) => trail.isNew(link))).toEqual([true, true, false]);
});

test('links without an end are given up', () => {
  const trail = new Trail();
  const follow = () => {
    for (let page = 0; page < 1e6; page += 1) trail.isNew(`page ${page}`);
  };
  expect(follow).toThrow(GraphFault);
});
