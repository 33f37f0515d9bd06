import { describe, expect, it } from 'vitest';
import { type Source, type SourceState, sourceOf } from '../../../src/conference/attendance/source.ts';

const now = Date.parse('2026-11-27T10:00:00Z');
const ago = (seconds: number) => now - seconds * 1_000;

describe('who is in is known', () => {
  it.each<[string, SourceState, Source, asOf: number | undefined]>([
    ['of nothing where nothing was ever heard', {}, 'none', undefined],
    ['by events while they come', { eventsAt: ago(2) }, 'events', ago(2)],
    ['by events before all else', { eventsAt: ago(2), recordsAt: now, lookedAt: now }, 'events', ago(2)],
    ['by records where events have stopped', { eventsAt: ago(3), recordsAt: ago(7) }, 'records', ago(7)],
    ['by records before looks', { recordsAt: ago(7), lookedAt: now }, 'records', ago(7)],
    ['by looks where nothing is told', { lookedAt: ago(11) }, 'polling', ago(11)],
    [
      'by looks as of the last that was told, where that is later',
      { eventsAt: ago(5), recordsAt: ago(9), lookedAt: ago(11) },
      'polling',
      ago(5),
    ],
    ['not any more once the last look is old', { lookedAt: ago(12) }, 'none', ago(12)],
    [
      'not any more, as of the last sign of whatever kind',
      { eventsAt: ago(60), recordsAt: ago(20), lookedAt: ago(40) },
      'none',
      ago(20),
    ],
    ['by nothing that says less than who is in', { restartedAt: now, doubtedAt: now }, 'none', undefined],
  ])('%s', (_, state, source, asOf) => {
    expect(sourceOf(state, now)).toEqual({ source, asOf });
  });
});
