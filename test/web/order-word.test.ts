/** What was taken back is not told as if it had been done once more. */
import { expect, test } from 'vitest';
import { english } from '../../src/web/catalogue.ts';
import { orderWord } from '../../src/web/meeting/order-word.ts';

test.each([
  [{ do: 'mute', audio: 'true' }, 'mute'],
  [{ do: 'mute', audio: 'false' }, 'unmute'],
  [{ do: 'mute', video: true }, 'stop-video'],
  [{ do: 'mute', video: false }, 'start-video'],
  [{ do: 'mute' }, 'mute'],
  [{ do: 'lock', locked: 'true' }, 'lock'],
  [{ do: 'lock', locked: 'false' }, 'unlock'],
  [{ do: 'record', on: false }, 'record-off'],
  [{ do: 'stream', on: 'true' }, 'stream'],
  [{ do: 'end' }, 'end'],
])('%j is called %s', (said, word) => {
  expect(orderWord(said)).toBe(word);
  expect(english).toHaveProperty([`do.${word}`]);
});
