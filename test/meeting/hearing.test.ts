import { expect, it } from 'vitest';
import { type Heard, hearingOf } from '../../src/meeting/hearing.ts';

const now = Date.parse('2026-03-02T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const subscribed = { subscribedSince: now - 24 * hour };

it.each<[string, Heard, ReturnType<typeof hearingOf>]>([
  ['without a subscription nobody tells', { lastNotification: now - minute }, 'not-subscribed'],
  ['nothing has happened since it was subscribed to', subscribed, 'quiet'],
  ['what changed was told', { ...subscribed, lastNotification: now - hour }, 'told'],
  [
    'what was found by reading was told later',
    { ...subscribed, lastUntold: now - hour, lastNotification: now - hour + minute },
    'told',
  ],
  ['what was just found by reading may still be told', { ...subscribed, lastUntold: now - minute }, 'late'],
  ['what was found by reading was never told', { ...subscribed, lastUntold: now - hour }, 'missed'],
  [
    'what was found by reading was not told, though something before it was',
    { ...subscribed, lastUntold: now - hour, lastNotification: now - 2 * hour },
    'missed',
  ],
  [
    'nobody had to tell of what was changed before there was a subscription',
    { subscribedSince: now - minute, lastUntold: now - hour },
    'quiet',
  ],
])('%s', (_, heard, state) => {
  expect(hearingOf(heard, now)).toBe(state);
});
