import { describe, expect, it } from 'vitest';
import { nextStep } from '../../src/conference/plan.ts';
import type { Run } from '../../src/conference/run.ts';
import {
  emptinessAfter,
  isUnused,
  nextLookForAnybody,
  roomsToGiveBack,
} from '../../src/conference/unused.ts';
import { booked, closed, end, hour, meeting, minute, run, settings, start } from './a-meeting.ts';

const release = { after: 8 * minute, room: true };

describe('when it is looked for anybody', () => {
  it.each<[what: string, run: Run, next: number]>([
    ['first', run, start + minute],
    ['nobody was in', { ...run, emptiness: { lookedAt: start + minute, since: start } }, start + 2 * minute],
    [
      'it is about to be given back',
      { ...run, emptiness: { lookedAt: start + 7.5 * minute, since: start } },
      start + 8 * minute,
    ],
    ['somebody was in', { ...run, emptiness: { lookedAt: start + 20 * minute } }, start + 21 * minute],
    ['it was opened late', { ...run, openedAt: start + 10 * minute }, start + 11 * minute],
    ['its end is near', { ...run, emptiness: { lookedAt: end - 1 } }, Number.POSITIVE_INFINITY],
  ])('%s', (_, known, next) => {
    expect(nextLookForAnybody(booked, known, release)).toBe(next);
    expect(nextLookForAnybody(booked, known, { after: 0 })).toBe(Number.POSITIVE_INFINITY);
  });

  it('what a look leaves known', () => {
    const at = start + 5 * minute;
    expect(emptinessAfter(booked, run, true, at)).toEqual({ lookedAt: at });
    expect(emptinessAfter(booked, run, false, at)).toEqual({ lookedAt: at, since: start });
    const left = { ...run, emptiness: { lookedAt: start } };
    expect(emptinessAfter(booked, left, false, at)).toEqual({ lookedAt: at, since: at });
    const empty = { ...run, emptiness: { lookedAt: start, since: start + 1 } };
    expect(emptinessAfter(booked, empty, false, at)).toEqual({ lookedAt: at, since: start + 1 });
  });

  it('after that time it is unused, and not before', () => {
    expect(isUnused({ lookedAt: start, since: start }, release, start + release.after - 1)).toBe(false);
    expect(isUnused({ lookedAt: start, since: start }, release, start + release.after)).toBe(true);
    expect(isUnused({ lookedAt: start }, release, start + hour)).toBe(false);
  });
});

describe('the plan', () => {
  const rules = { ...settings, release };
  const unused: Run = { ...closed, closedAt: start + release.after, closeReason: 'unused' };
  const at = (known: Run, now: number, more: object = {}, with_ = rules) =>
    nextStep(meeting({ run: known, ...more }), now, with_);

  it('looks, and waits until it is to look again', () => {
    expect(at(run, start)).toEqual({ do: 'wait', until: end, why: 'open', look: start + minute });
    expect(at(run, start + minute)).toEqual({ do: 'look-for-anybody' });
    expect(at(run, start + minute, {}, { ...rules, release: { after: 0, room: true } }).do).toBe('wait');
  });

  it('has its rooms given back, where that is wished and until it is over', () => {
    const now = unused.closedAt ?? 0;
    const rooms = ['board@x'];
    expect(at(unused, now)).toEqual({ do: 'give-back-rooms', rooms });
    const tried = { ...unused, giveBackAt: now + minute };
    expect(at(tried, now)).toMatchObject({ do: 'wait', until: now + minute });
    const done: Run = { ...unused, givenBack: { 'board@x': 'yes' } };
    expect(at(done, now)).toMatchObject({ do: 'wait', why: 'teardown' });
    const onlySlot = { ...rules, release: { ...release, room: false } };
    expect(at(unused, now, {}, onlySlot)).toMatchObject({ do: 'wait', why: 'teardown' });
    expect(roomsToGiveBack(unused, booked, end)).toEqual([]);
    expect(roomsToGiveBack({ ...unused, closeReason: 'ended' }, booked, now)).toEqual([]);
    expect(roomsToGiveBack(unused, { ...booked, end: end + hour }, now)).toEqual([]);
    expect(roomsToGiveBack(unused, undefined, now)).toEqual([]);
    // Whoever was asked and has nothing any more may have given it back.
    const asked: Run = { ...unused, givenBack: { 'board@x': 'asked' } };
    expect(roomsToGiveBack(asked, undefined, end + hour)).toEqual(['board@x']);
    expect(at(asked, now, { booked: undefined })).toEqual({ do: 'give-back-rooms', rooms });
  });

  it('opens it again when Outlook has another end', () => {
    const longer = { booked: { ...booked, end: end + hour } };
    expect(at(unused, start + 10 * minute, longer)).toEqual({ do: 'open' });
  });

  it('unlocks the lobby at the start, before a room is dialled', () => {
    const locked: Run = { ...run, isLocked: true, rooms: {} };
    expect(at(locked, start - 1)).toEqual({ do: 'wait', until: start, why: 'open' });
    expect(at(locked, start)).toEqual({ do: 'unlock' });
    const { isLocked: _, ...unlocked } = locked;
    expect(at(unlocked, start)).toEqual({ do: 'dial', rooms: ['board@x'] });
    const dialled: Run = { ...run, isLocked: true };
    expect(at(dialled, start - minute)).toMatchObject({ do: 'wait', until: start });
  });
});
