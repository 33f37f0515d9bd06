import { describe, expect, it } from 'vitest';
import { lastNight, nextSweep, windowAt } from '../../src/meeting/window.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.parse('2026-11-23T12:00:00Z');

describe('a window', () => {
  it('holds the horizon until the next night has moved it on', () => {
    const window = windowAt(now, 180 * day);
    expect(window.from).toBe(now - day);
    for (const later of [0, hour, 24 * hour])
      expect(window.to).toBeGreaterThanOrEqual(now + later + 180 * day);
  });

  it('never ends before the one that was held: a shorter horizon takes nothing away', () => {
    const before = windowAt(now, 180 * day);
    expect(windowAt(now + day, 30 * day, before).to).toBe(before.to);
    expect(windowAt(now + day, 180 * day, before).to).toBe(before.to + day);
    expect(windowAt(now, 360 * day, before).to).toBeGreaterThan(now + 360 * day);
  });
});

describe('the nightly reading', () => {
  const mailboxes = Array.from({ length: 400 }, (_, n) => `room-${n}@example.com`);

  it('is once a day for each room, at a minute of its own within four hours', () => {
    const minutes = mailboxes.map((mailbox) => {
      const at = lastNight(mailbox, '22:30', now);
      expect(at).toBeLessThanOrEqual(now);
      expect(at).toBeGreaterThan(now - day);
      expect(lastNight(mailbox, '22:30', at)).toBe(at);
      expect(lastNight(mailbox, '22:30', at - 1)).toBe(at - day);
      expect(lastNight(mailbox, '22:30', at + day - 1)).toBe(at);
      const since = at - Date.parse('2026-11-22T22:30:00Z');
      expect(since).toBeGreaterThanOrEqual(0);
      expect(since).toBeLessThan(4 * hour);
      return since / hour;
    });
    // Evenly: no quarter of an hour has more than three times its share.
    const quarters = Array.from(
      { length: 16 },
      (_, q) => minutes.filter((at) => Math.floor(at * 4) === q).length,
    );
    expect(Math.max(...quarters)).toBeLessThan((3 * mailboxes.length) / 16);
  });
});

it('rooms are swept evenly, each within its time, whenever all of them were rung', () => {
  const sweep = 300_000;
  const waits = Array.from({ length: 2_000 }, (_, n) => nextSweep(`room-${n}@example.com`, sweep, now) - now);
  expect(Math.min(...waits)).toBeGreaterThan(0);
  expect(Math.max(...waits)).toBeLessThanOrEqual(sweep);
  const seconds = Array.from({ length: 30 }, (_, n) =>
    waits.filter((wait) => Math.floor(wait / 10_000) === n),
  );
  expect(Math.max(...seconds.map(({ length }) => length))).toBeLessThan((2 * 2_000) / 30);
  const at = nextSweep('a@x', sweep, now);
  expect(nextSweep('a@x', sweep, at)).toBe(at + sweep);
});
