import { expect, it } from 'vitest';
import { hasFeature } from '../../src/cluster/feature.ts';

it.each([
  ['2.0(RC)', false, false],
  ['2.0.15', false, false],
  ['2.1', true, false],
  ['2.8.1', true, false],
  ['2.9', true, true],
  ['2.10.3', true, true],
  ['3.0.1', true, true],
  ['10.0', true, true],
  ['unheard of', true, true],
  [undefined, true, true],
])('release %s shows text: %s, has a lobby: %s', (release, text, lobby) => {
  expect(hasFeature(release, 'message-text')).toBe(text);
  expect(hasFeature(release, 'lock-mode')).toBe(lobby);
});
