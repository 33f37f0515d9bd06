/** Reports are asked for by days, and can be taken away as a table. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Facts } from '../../src/conference/report/facts.ts';
import { figuresOf } from '../../src/conference/report/figures.ts';
import { reportAnswer } from '../../src/http/api/reports.ts';
import type { Asker } from '../../src/http/rights.ts';
import type { ReportDay } from '../../src/reports.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';

const start = Date.parse('2026-11-26T09:00:00Z');
const held: Facts = {
  ...{ outcome: 'held', rooms: ['=board@x', 'huddle@x'], used: { from: start, to: start + 1_800_000 } },
  slot: { cluster: 'emea', number: '8000', from: start, to: start + 1_800_000 },
  opened: { cluster: 'emea', callBridge: 'https://cms1', late: 12 },
  ...{ failovers: 1, recoveries: 0, rehomings: 0, extensions: 2, extendedBy: 900_000, settledAt: 0 },
};
const days: ReportDay[] = [
  { date: '2026-11-25', state: 'unknown', figures: null },
  { date: '2026-11-26', state: 'final', figures: figuresOf([held], [{ name: 'emea', quantity: 10 }]) },
  { date: '2026-11-27', state: 'so-far', figures: figuresOf([], [{ name: 'apac', quantity: 5 }]) },
];

let admin: Admin;
let asker: Asker | undefined;
let asked: string[][];
beforeEach(async () => {
  asker = { name: 'vic@example.com', role: 'viewer' };
  asked = [];
  admin = await openAdmin({
    identify: async () => asker,
    listReportDays: async (...range) => {
      asked.push(range);
      return days;
    },
  });
});
afterEach(() => admin.instance.close());

const range = 'from=2026-11-25&to=2026-11-27';

it('a viewer is told of days, and of their rooms where that is asked', async () => {
  const answer = JSON.parse((await admin.ask(`/api/reports?${range}&zone=europe%2Fberlin`)).body);
  expect(reportAnswer.parse(answer)).toEqual(answer);
  expect(answer).toMatchObject({
    zone: 'Europe/Berlin',
    days: [{ state: 'unknown', figures: null }, { figures: { held: 1 } }, { figures: { held: 0 } }],
  });
  expect(answer.days[1].figures).not.toHaveProperty('rooms');
  const byRoom = JSON.parse((await admin.ask(`/api/reports?${range}&by=room`)).body);
  expect(reportAnswer.parse(byRoom)).toEqual(byRoom);
  expect(byRoom.zone).toBe('UTC');
  expect(byRoom.days[1].figures.rooms).toHaveLength(2);
  expect(asked).toEqual([
    ['2026-11-25', '2026-11-27', 'Europe/Berlin'],
    ['2026-11-25', '2026-11-27', 'UTC'],
  ]);
});

it('as a table it has a line a day, and what is not known is empty', async () => {
  const { headers, body } = await admin.ask(`/api/reports.csv?${range}`);
  expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(headers['content-disposition']).toBe('attachment; filename="reports-2026-11-25-2026-11-27.csv"');
  expect(body.split('\r\n')).toEqual([
    'date,state,booked,held,noShows,cancelled,unplaced,notOpened,opened,latenessP50,latenessP99,latenessMax,failovers,recoveries,rehomings,extensions,extendedMinutes,mostRooms,apac conferences,apac minutes,apac mostSlots,apac slots,emea conferences,emea minutes,emea mostSlots,emea slots',
    '2026-11-25,unknown,,,,,,,,,,,,,,,,,,,,,,,,',
    '2026-11-26,final,1,1,0,0,0,0,1,12,12,12,1,0,0,2,15,2,,,,,1,30,1,10',
    '2026-11-27,so-far,0,0,0,0,0,0,0,,,,0,0,0,0,0,0,0,0,0,5,,,,',
    '',
  ]);
});

it('or a line a day and room, of which none is a formula', async () => {
  const { body } = await admin.ask(`/api/reports.csv?${range}&by=room`);
  expect(body.split('\r\n')).toEqual([
    'date,state,room,booked,held,noShows,cancelled,minutes',
    '2026-11-25,unknown,,,,,,',
    "2026-11-26,final,'=board@x,1,1,0,0,30",
    '2026-11-26,final,huddle@x,1,1,0,0,30',
    '',
  ]);
});

describe.each(['/api/reports', '/api/reports.csv'])('%s', (path) => {
  it.each([
    ['', 'from: expected a day such as 2026-11-27'],
    ['from=2026-11-25', 'to: expected a day such as 2026-11-27'],
    ['from=yesterday&to=2026-11-27', 'from: expected a day such as 2026-11-27'],
    ['from=2026-02-29&to=2026-03-01', 'from: expected a day such as 2026-11-27'],
    ['from=2026-11-27T00:00:00Z&to=2026-11-27', 'from: expected a day such as 2026-11-27'],
    ['from=2026-11-27&to=2026-11-26', 'to: expected from or a day after it, 92 days in all'],
    ['from=2026-01-01&to=2026-04-03', 'to: expected from or a day after it, 92 days in all'],
    [`${range}&zone=Mars/Olympus`, 'zone: expected a time zone such as Europe/Berlin'],
    [`${range}&zone=%2B02:00`, 'zone: expected a time zone such as Europe/Berlin'],
    [`${range}&by=organizer`, 'by: expected day or room'],
    [`${range}&to=2026-11-28`, 'to: given more than once'],
    [`${range}&room=x`, 'room: unknown; the parameters are from, to, zone, by'],
  ])('with %j says what is wrong', async (search, detail) => {
    const { status, body } = await admin.ask(`${path}?${search}`);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ detail, parameter: detail.split(':')[0] });
    expect(asked).toEqual([]);
  });

  it('answers 92 days, and nobody who may not ask', async () => {
    expect((await admin.ask(`${path}?from=2026-01-01&to=2026-04-02`)).status).toBe(200);
    asker = undefined;
    expect((await admin.ask(`${path}?${range}`)).status).toBe(401);
  });
});
