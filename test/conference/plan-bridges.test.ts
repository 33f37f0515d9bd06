/** What the plan makes of what befalls the call bridges of a conference that is open. */
import { expect, it } from 'vitest';
import type { Meeting } from '../../src/conference/meeting.ts';
import { nextStep, type Step } from '../../src/conference/plan.ts';
import type { DialledRoom, Run } from '../../src/conference/run.ts';
import type { Seen } from '../../src/conference/seen.ts';
import { calm, type World } from '../../src/conference/world.ts';
import { booked, end, meeting, minute, run, settings, start } from './a-meeting.ts';

type Row = [situation: string, meeting: Meeting, world: World, step: Step];

const [cms1, cms2] = ['https://cms1', 'https://cms2'];
const at = start + 10 * minute;
const open = (fields: Partial<Run> = {}, more: Partial<Meeting> = {}) =>
  meeting({ run: { ...run, ...fields }, ...more });
const world = (fields: { lost?: string[]; up?: string[]; leaving?: string[] }): World => ({
  lost: new Set(fields.lost),
  up: new Set(fields.up),
  leaving: new Set(fields.leaving),
  isOut: () => false,
});
const well = world({ up: [cms1, cms2] });
const lost = world({ lost: [cms1], up: [cms2] });
const alone = world({ lost: [cms1] });
const loss = { callBridge: cms1, since: at - 7_000 };
const rests: Step = { do: 'wait', until: end, why: 'open' };
const board = (fields: Partial<DialledRoom> = {}) => ({
  rooms: {
    'board@x': { sip: 'board@video', state: 'dialled' as const, callBridge: cms1, leg: 'leg-1', ...fields },
  },
});
const asSeen: Seen = {
  at: at - 1_000,
  asked: [cms1, cms2],
  calls: [{ callBridge: cms1, call: 'call-1', people: 1 }],
  rooms: { 'board@x': cms1 },
  people: 1,
  space: { open: true, name: 'Budget', passcode: '271828' },
};
const theirs = { callBridge: cms1, call: 'theirs', people: 1 };
const seen = (fields: Partial<Seen>, more: Partial<Run> = {}) =>
  open(more, { seen: { ...asSeen, ...fields } });

it.each<Row>([
  ['nothing is known', open(), calm, rests],
  ['all is well', open(), well, rests],
  ['its call bridge is lost', open(), lost, { do: 'recover' }],
  ['and nobody can take its place', open(), alone, { do: 'note-lost' }],
  [
    'which has been said',
    open({ lost: loss }),
    alone,
    { do: 'wait', until: end, why: 'its call bridge is lost', look: at + 2_000 },
  ],
  ['until somebody can', open({ lost: loss }), lost, { do: 'recover' }],
  ['the other one is lost', open(), world({ lost: [cms2], up: [cms1] }), rests],
  [
    'a room is on a call bridge that is lost',
    open({ callBridge: cms2, ...board() }),
    lost,
    { do: 'recover' },
  ],
  ['a room that has left is not', open({ callBridge: cms2, ...board({ endedAt: start }) }), lost, rests],
  [
    'only we have lost it',
    open({ lost: { ...loss, witnessedAt: at - 1 } }),
    lost,
    { do: 'wait', until: end, why: 'only we have lost its call bridge', look: at + 14_999 },
  ],
  [
    'only we have lost it, and a room may not be in it',
    open({ lost: { ...loss, witnessedAt: at - 1 }, ...board({ state: 'intended' }) }),
    lost,
    { do: 'dial', rooms: ['board@x'] },
  ],
  [
    'and nobody else can call that',
    open({ lost: { ...loss, witnessedAt: at - 1 }, ...board({ state: 'intended' }) }),
    alone,
    { do: 'wait', until: end, why: 'only we have lost its call bridge', look: at + 14_999 },
  ],
  [
    'which is asked again in a while',
    open({ lost: { ...loss, witnessedAt: at - 15_000 } }),
    lost,
    { do: 'recover' },
  ],
  ['cancelled just then', open({}, { booked: undefined }), lost, { do: 'close', reason: 'cancelled' }],
  ['a new title is for later', open({}, { booked: { ...booked, title: 'Plan' } }), lost, { do: 'recover' }],
  ['it was lost, and is back', open({ lost: loss }), well, { do: 'check' }],
  ['it is back, and not well yet', open({ lost: loss }), world({ up: [cms2] }), rests],
  ['the bridge has lost it', open({ amiss: 'restarted' }), well, { do: 'reopen' }],
  [
    'the old call bridge is back',
    open({ uncleared: [{ callBridge: cms2, call: 'old' }] }),
    well,
    { do: 'clear-stale' },
  ],
  ['and not yet', open({ uncleared: [{ callBridge: cms2, call: 'old' }] }), world({ up: [cms1] }), rests],
  ['its call bridge is to be left', open(), world({ up: [cms1, cms2], leaving: [cms1] }), { do: 'move' }],
  ['all are to be left', open(), world({ up: [cms1, cms2], leaving: [cms1, cms2] }), rests],
  ['the census sees what is recorded', seen({}), well, rests],
  ['its call is gone', seen({ calls: [] }), well, { do: 'check' }],
  [
    'its call is gone, and was ended',
    meeting({ run: noCall(), seen: { ...asSeen, calls: [], rooms: {} } }),
    well,
    rests,
  ],
  [
    'and somebody has begun another',
    meeting({ run: noCall(), seen: { ...asSeen, calls: [theirs], rooms: {} } }),
    well,
    { do: 'check' },
  ],
  ['what does not answer tells nothing', seen({ asked: [cms2], calls: [], rooms: {} }), well, rests],
  ['it was looked at since', seen({ calls: [] }, { checkedAt: at - 500 }), well, rests],
  ['it was opened since', seen({ calls: [] }, { recoveredAt: at - 500 }), well, rests],
  ['a room has left', seen({ rooms: {} }), well, { do: 'check' }],
  ['a room is in from elsewhere', seen({ rooms: { 'board@x': cms2 } }), well, { do: 'check' }],
  ['a room that had left is back', seen({}, board({ endedAt: start })), well, { do: 'check' }],
  [
    'a room is still rung',
    seen({ rooms: {} }, board({ dialledAt: at - 2_000, lookedAt: at - 500 })),
    well,
    { ...rests, look: at + 5_500 },
  ],
  [
    'an empty call is left over',
    seen({ calls: [...asSeen.calls, { callBridge: cms2, call: 'empty', people: 0 }] }),
    well,
    { do: 'check' },
  ],
  [
    'people are on another call bridge as well',
    seen({ calls: [...asSeen.calls, { callBridge: cms2, call: 'call-2', people: 2 }] }),
    well,
    rests,
  ],
  ['its space is gone', seen({ space: null }), well, { do: 'check' }],
  [
    'its space is locked',
    seen({ space: { open: false, name: 'Budget', passcode: '271828' } }),
    well,
    { do: 'check' },
  ],
  [
    'which somebody insists on',
    seen({ space: { open: false, name: 'Budget', passcode: '271828' } }, { unlocked: 3 }),
    well,
    rests,
  ],
  [
    'its space was renamed',
    seen({ space: { open: true, name: 'Ours', passcode: '271828' } }),
    well,
    { do: 'check' },
  ],
  [
    'which is known',
    seen({ space: { open: true, name: 'Ours', passcode: '271828' } }, { changed: { name: 'Ours' } }),
    well,
    rests,
  ],
])('%s', (_, what, around, step) => {
  expect(nextStep(what, at, settings, around)).toEqual(step);
});

it('at its end it is not brought up again', () => {
  expect(nextStep(open(), end, settings, lost)).toEqual({ do: 'look' });
});

it.each([
  ['not yet', {}, 5_999, { ...rests, look: at + 6_000 }],
  ['after some seconds', {}, 6_000, { do: 'look-at-legs', rooms: ['board@x'] }],
  ['not for ever', { lookedAt: at + 85_000 }, 91_000, rests],
])('whether a room that was dialled has answered is looked at: %s', (_, looked, later, step) => {
  expect(nextStep(open(board({ dialledAt: at, ...looked })), at + later, settings, well)).toEqual(step);
});

/** Of one whose call was ended on the bridge. */
function noCall(): Run {
  const { call: _, ...rest } = { ...run, ...board({ endedAt: start }), callEnded: start };
  return rest;
}
