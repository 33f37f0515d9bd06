import fc from 'fast-check';
import { expect, test } from 'vitest';
import { absentMasters, readEvent, readItems } from '../../src/graph/event.ts';

const utc = Date.parse;
const at = (dateTime: string, timeZone = 'UTC') => ({ dateTime, timeZone });

const room = {
  '@odata.type': '#microsoft.graph.event',
  '@odata.etag': 'W/"a=="',
  id: 'one',
  type: 'singleInstance',
  iCalUId: '040000008200E0',
  seriesMasterId: null,
  originalStart: null,
  start: at('2026-11-23T09:00:00.0000000'),
  end: at('2026-11-23T10:00:00.0000000'),
  isAllDay: false,
  originalStartTimeZone: 'W. Europe Standard Time',
  subject: 'Budget',
  organizer: { emailAddress: { name: 'Ines Okafor', address: 'Ines@fabrikam.example' } },
  isOrganizer: false,
  responseStatus: { response: 'accepted', time: '2026-11-20T09:00:00Z' },
  isCancelled: false,
  sensitivity: 'normal',
  body: { contentType: 'html', content: '<p>' },
};

test('a whole event becomes ours', () => {
  expect(readEvent(room)).toEqual({
    id: 'one',
    type: 'singleInstance',
    iCalUId: '040000008200E0',
    start: utc('2026-11-23T09:00:00Z'),
    end: utc('2026-11-23T10:00:00Z'),
    isAllDay: false,
    subject: 'Budget',
    organizer: { name: 'Ines Okafor', address: 'Ines@fabrikam.example' },
    isOrganizer: false,
    response: 'accepted',
    isCancelled: false,
    sensitivity: 'normal',
    changeKey: 'W/"a=="',
  });
});

test('an exception keeps its series and the time it replaces', () => {
  const wire = { ...room, type: 'exception', seriesMasterId: 'm', originalStart: '2026-11-24T09:00:00Z' };
  expect(readItems([wire])).toEqual({
    changes: [
      {
        kind: 'event',
        event: expect.objectContaining({
          type: 'exception',
          seriesMasterId: 'm',
          originalStart: utc('2026-11-24T09:00:00Z'),
        }),
      },
    ],
    unusable: [],
  });
});

test('an occurrence is bare, with or without its type', () => {
  const bare = { id: 'o', seriesMasterId: 'm', start: room.start, end: room.end };
  const change = {
    kind: 'occurrence',
    id: 'o',
    seriesMasterId: 'm',
    start: utc('2026-11-23T09:00:00Z'),
    end: utc('2026-11-23T10:00:00Z'),
  };
  expect(readItems([{ ...bare, type: 'occurrence' }, bare]).changes).toEqual([change, change]);
});

test('an all-day event lasts from midnight to midnight of its creator', () => {
  const days = {
    isAllDay: true,
    start: at('2026-07-21T00:00:00.0000000'),
    end: at('2026-07-23T00:00:00.0000000'),
  };
  expect(readEvent({ ...room, ...days, originalStartTimeZone: 'Pacific Standard Time' })).toMatchObject({
    isAllDay: true,
    start: utc('2026-07-21T07:00:00Z'),
    end: utc('2026-07-23T07:00:00Z'),
  });
  expect(readEvent({ ...room, ...days, originalStartTimeZone: 'tzone://Microsoft/Custom' })).toMatchObject({
    start: utc('2026-07-21T00:00:00Z'),
  });
});

test('days whose zone nobody can resolve are those of the room', () => {
  const days = { isAllDay: true, start: at('2026-07-21T00:00:00'), end: at('2026-07-22T00:00:00') };
  for (const originalStartTimeZone of ['tzone://Microsoft/Custom', 'Customized Time Zone', undefined, 7]) {
    const event = readEvent({ ...room, ...days, originalStartTimeZone }, { zone: 'Asia/Tokyo' });
    expect(event).toMatchObject({ start: utc('2026-07-20T15:00:00Z'), end: utc('2026-07-21T15:00:00Z') });
  }
});

test.each([
  ['its day', '2026-12-21T00:00:00Z'],
  ['the instant at which its day begins', '2026-12-20T23:00:00Z'],
])('an all-day exception replaces the day of its series, whether Graph says %s', (_, originalStart) => {
  const exception = {
    ...{ ...room, id: 'x', type: 'exception', seriesMasterId: 'm', originalStart, isAllDay: true },
    ...{ start: at('2026-12-23T00:00:00'), end: at('2026-12-24T00:00:00') },
  };
  const allDay = new Map([['m', 'W. Europe Standard Time']]);
  const [change] = readItems([exception], { allDay }).changes;
  expect(change).toMatchObject({ event: { originalStart: utc('2026-12-20T23:00:00Z') } });
});

test('a single day of an all-day series is told by its iCalUId, wherever it was moved', () => {
  const iCalUId = `040000008200E00074C5B7101A82E00807EA0B17${'A'.repeat(40)}`;
  const days = { isAllDay: true, start: at('2026-12-21T00:00:00'), end: at('2026-12-22T00:00:00') };
  const event = readEvent({ ...room, ...days, iCalUId, originalStartTimeZone: 'America/New_York' });
  expect(event).toMatchObject({
    originalStart: utc('2026-11-23T05:00:00Z'),
    start: utc('2026-12-21T05:00:00Z'),
  });
});

test('the masters that items name and that are not among them are asked for', () => {
  const bare = (id: string, seriesMasterId: string) => ({ id, seriesMasterId });
  const gone = { ...bare('g', 'unknown'), '@removed': { reason: 'deleted' } };
  expect([...absentMasters([bare('a', 'm'), bare('b', 'n'), { ...room, id: 'n' }, gone, null])]).toEqual([
    'm',
  ]);
});

test('what an ordinary entry has none of is read where it is there', () => {
  expect(
    readEvent({
      ...{ ...room, showAs: 'workingElsewhere', lastModifiedDateTime: '2026-11-20T09:00:00.1234567Z' },
      changeKey: 'key',
    }),
  ).toMatchObject({
    ...{ showAs: 'workingElsewhere', changedAt: utc('2026-11-20T09:00:00.123Z'), changeKey: 'key' },
  });
  for (const showAs of ['busy', 'unknown', 'whatever', null]) {
    expect(readEvent({ ...room, showAs })).not.toHaveProperty('showAs');
  }
});

test('the bare occurrences of an all-day series take its zone, also where the master comes after them', () => {
  const occurrence = {
    id: 'o',
    type: 'occurrence',
    seriesMasterId: 'm',
    start: at('2026-12-21T00:00:00.0000000'),
    end: at('2026-12-22T00:00:00.0000000'),
  };
  const days = { start: at('2026-07-21T00:00:00.0000000'), end: at('2026-07-22T00:00:00.0000000') };
  const master = { ...room, ...days, id: 'm', type: 'seriesMaster', isAllDay: true };
  expect(readItems([occurrence, master]).changes[0]).toMatchObject({
    start: utc('2026-12-20T23:00:00Z'),
    end: utc('2026-12-21T23:00:00Z'),
  });
});

test('what is missing or new has a meaning that does no harm', () => {
  const { start, end } = room;
  expect(readEvent({ id: 'x', start, end })).toEqual({
    id: 'x',
    type: 'singleInstance',
    iCalUId: 'x',
    start: expect.any(Number),
    end: expect.any(Number),
    isAllDay: false,
    subject: '',
    isOrganizer: false,
    response: 'none',
    isCancelled: false,
    sensitivity: 'normal',
  });
  const strange = {
    type: 'unknownFutureValue',
    sensitivity: 'secretive',
    responseStatus: { response: 'maybe' },
  };
  expect(readEvent({ ...room, ...strange, organizer: { emailAddress: null } })).toMatchObject({
    type: 'singleInstance',
    sensitivity: 'private',
    response: 'none',
  });
});

test('a tombstone needs nothing but its id', () => {
  expect(readItems([{ id: 'gone', '@removed': { reason: 'deleted' } }]).changes).toEqual([
    { kind: 'removed', id: 'gone' },
  ]);
});

test('an unusable item is reported beside the others', () => {
  const { changes, unusable } = readItems([
    null,
    'text',
    { ...room, id: undefined },
    { ...room, id: 'no-end', end: null },
    { ...room, id: 'backwards', end: at('2026-11-23T08:00:00') },
    { id: 'o', type: 'occurrence', seriesMasterId: 'm' },
    { '@removed': { reason: 'deleted' } },
    room,
  ]);
  expect(changes).toHaveLength(1);
  expect(unusable.map(({ id }) => id)).toEqual([
    undefined,
    undefined,
    undefined,
    'no-end',
    'backwards',
    'o',
    undefined,
  ]);
  expect(unusable.every(({ why }) => why.length > 0)).toBe(true);
});

test('no item whatever throws, and none is lost', () => {
  const field = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('seriesMaster', 'occurrence', true, room.start, room.end, 'm'),
  );
  const item = fc.oneof(
    fc.jsonValue(),
    fc
      .dictionary(fc.constantFrom(...Object.keys(room), '@removed'), field)
      .map((given) => ({ ...room, ...given })),
  );
  fc.assert(
    fc.property(fc.array(item), (items) => {
      const { changes, unusable } = readItems(items);
      expect(changes.length + unusable.length).toBe(items.length);
    }),
  );
});
