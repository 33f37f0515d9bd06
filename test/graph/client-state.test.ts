import { expect, test } from 'vitest';
import { sameClientState } from '../../src/graph/client-state.ts';

test('only the same text is the same secret', () => {
  expect(sameClientState('secret', 'secret')).toBe(true);
  for (const other of ['', 'secre', 'secret ', 'Secret', undefined, null, 0, {}, ['secret']]) {
    expect(sameClientState(other, 'secret')).toBe(false);
  }
  expect(sameClientState(undefined, '')).toBe(false);
});
