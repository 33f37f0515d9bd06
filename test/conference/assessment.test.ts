/** What a closer look at a conference on the bridge means. */
import { describe, expect, it } from 'vitest';
import { assess, type Found, type LegFound } from '../../src/conference/assessment.ts';
import type { DialledRoom, Run } from '../../src/conference/run.ts';
import { minute, run as opened, start } from './a-meeting.ts';

const [cms1, cms2] = ['https://cms1', 'https://cms2'];
const at = start + 10 * minute;
const inSince: DialledRoom = {
  ...{ sip: 'board@video', state: 'dialled', callBridge: cms1, leg: 'leg-1', tries: 1 },
  ...{ dialledAt: start, connectedAt: start + 5_000 },
};
const run: Run = { ...opened, rooms: { 'board@x': inSince } };
const found = (fields: Partial<Found> = {}): Found => ({
  at,
  asked: [cms1, cms2],
  calls: [{ callBridge: cms1, call: 'call-1' }],
  legs: new Map<string, LegFound>([['board@x', { leg: 'leg-1', callBridge: cms1, connected: true }]]),
  space: { open: true, name: 'Budget', passcode: '271828' },
  upSince: 0,
  ...fields,
});
const gone = { calls: [], legs: new Map() };
const noted = (what: string, details: object) => ({ at, what, ...details });

it('all as recorded changes nothing but when it was looked at', () => {
  expect(assess(run, found())).toEqual({ run: { ...run, checkedAt: at }, notes: [] });
});

describe('its call is gone', () => {
  const lost = { amiss: 'restarted', rooms: { 'board@x': { sip: 'board@video', state: 'intended' } } };

  it.each<[string, Partial<Run>, Partial<Found>]>([
    ['its call bridge was started since', {}, { upSince: start }],
    ['nothing of all that ran there is left', {}, { emptied: true }],
    ['its call bridge was silent', { lost: { callBridge: cms1, since: at - minute } }, {}],
  ])('and was lost: %s', (_, more, less) => {
    const after = assess({ ...run, ...more }, found({ ...gone, ...less }));
    expect(after.run).toMatchObject(lost);
    expect(after.run.call).toBeUndefined();
    expect(after.run.lost).toBeUndefined();
    expect(after.notes).toEqual([]);
  });

  it('and somebody ended it: the call bridge has been up all the time', () => {
    const after = assess(run, found({ ...gone, upSince: start - 10 * minute }));
    expect(after.run).toMatchObject({ callEnded: at, rooms: { 'board@x': { endedAt: at } } });
    expect(after.run).not.toHaveProperty('call');
    expect(after.run).not.toHaveProperty('amiss');
    expect(after.notes).toEqual([noted('changed-on-bridge', { change: 'call-ended' })]);
    // Looked at again, it is no news.
    expect(assess(after.run, found({ ...gone, at: at + 1 })).notes).toEqual([]);
  });

  it('and another is there: people who dialled in again began it, and it is ours now', () => {
    const another = { calls: [{ callBridge: cms1, call: 'call-2' }], legs: new Map() };
    const after = assess(run, found({ ...another, upSince: start }));
    expect(after.run).toMatchObject({ call: 'call-2', amiss: 'restarted' });
  });

  it('and the space with it: made again, and who was in is called, wherever they were', () => {
    const elsewhere: DialledRoom = { ...inSince, sip: 'huddle@video', callBridge: cms2, leg: 'leg-2' };
    const both = { ...run, rooms: { ...run.rooms, 'huddle@x': elsewhere } };
    const after = assess(both, found({ ...gone, space: null }));
    expect(after.run).toMatchObject({
      amiss: 'space-gone',
      rooms: { 'board@x': { state: 'intended' }, 'huddle@x': { state: 'intended' } },
    });
  });
});

describe('a room', () => {
  const seenAgain = (room: DialledRoom, more: Partial<Found> = {}) =>
    assess({ ...run, rooms: { 'board@x': room } }, found(more));
  const { connectedAt: _, ...rung } = inSince;

  it('that was in and is not has left', () => {
    const { run: next, notes } = seenAgain(inSince, { legs: new Map() });
    expect(next.rooms['board@x']).toEqual({ ...inSince, endedAt: at });
    expect(notes).toEqual([noted('changed-on-bridge', { change: 'room-left', room: 'board@x' })]);
    expect(assess(next, found({ legs: new Map() })).notes).toEqual([]);
  });

  it('that was never in was called in vain', () => {
    const { run: next, notes } = seenAgain(rung, { legs: new Map() });
    expect(next.rooms['board@x']).toMatchObject({ state: 'failed', failedAt: at, tries: 1 });
    expect(notes).toMatchObject([{ what: 'dial-failed', room: 'board@x' }]);
  });

  it('that is rung is looked at again; that has answered is in', () => {
    const leg = { leg: 'leg-1', callBridge: cms1 };
    const rings = seenAgain(rung, { legs: new Map([['board@x', { ...leg, connected: false }]]) });
    expect(rings.run.rooms['board@x']).toEqual({ ...rung, lookedAt: at });
    const answers = seenAgain(rung, { legs: new Map([['board@x', { ...leg, connected: true }]]) });
    expect(answers.run.rooms['board@x']).toEqual({ ...rung, connectedAt: at });
  });

  it('that was called in vain and has come in by itself is in', () => {
    const vain: DialledRoom = { sip: 'board@video', state: 'failed', tries: 5, failedAt: start + minute };
    const leg = { leg: 'leg-9', callBridge: cms2 };
    const came = seenAgain(vain, { legs: new Map([['board@x', { ...leg, connected: true }]]) });
    const { failedAt: _, tries: __, ...asked } = vain;
    expect(came.run.rooms['board@x']).toEqual({ ...asked, ...leg, state: 'dialled', connectedAt: at });
    expect(came.notes).toEqual([]);
    const rings = seenAgain(vain, { legs: new Map([['board@x', { ...leg, connected: false }]]) });
    expect(rings.run.rooms['board@x']).toEqual(vain);
  });

  it('that had left and has come in elsewhere is in, there', () => {
    const legs = new Map([['board@x', { leg: 'leg-9', callBridge: cms2, connected: true }]]);
    const { run: next } = seenAgain({ ...inSince, endedAt: start + minute }, { legs });
    expect(next.rooms['board@x']).toEqual({ ...inSince, leg: 'leg-9', callBridge: cms2 });
  });

  it('on a call bridge that does not answer stays as it is', () => {
    const far = { ...inSince, callBridge: cms2 };
    expect(seenAgain(far, { legs: new Map(), asked: [cms1] }).run.rooms['board@x']).toEqual(far);
  });

  it('that was found in its conference and is not there any more has left, though it was never dialled', () => {
    const found_: DialledRoom = { sip: 'board@video', state: 'dialled' };
    expect(seenAgain(found_, { legs: new Map() }).run.rooms['board@x']).toEqual({ ...found_, endedAt: at });
  });
});

describe('its space', () => {
  const space = { open: true, name: 'Budget', passcode: '271828' };

  it('is opened again where somebody has locked it, until they insist', () => {
    const locked = found({ space: { open: false, name: 'TMS', passcode: '' } });
    expect(assess(run, locked).run).toMatchObject({ amiss: 'locked' });
    expect(assess(run, locked).run).not.toHaveProperty('changed');
    const insisted = assess({ ...run, unlocked: 2 }, locked);
    expect(insisted.run).not.toHaveProperty('amiss');
    expect(insisted.notes).toEqual([noted('changed-on-bridge', { change: 'locked' })]);
    expect(assess(insisted.run, locked).notes).toEqual([]);
  });

  it('keeps the name and the passcode that somebody gave it, and says which was changed but not to what', () => {
    const changed = found({ space: { ...space, name: 'Ours', passcode: '42' } });
    const after = assess(run, changed);
    expect(after.run.changed).toEqual({ name: 'Ours', passcode: '42' });
    expect(after.notes).toEqual([
      noted('changed-on-bridge', { change: 'renamed' }),
      noted('changed-on-bridge', { change: 'passcode' }),
    ]);
    expect(assess(after.run, changed).notes).toEqual([]);
  });
});
