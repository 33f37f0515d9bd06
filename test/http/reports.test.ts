/** Reports are asked for by days, and can be taken away as a table. */
import { XMLParser } from 'fast-xml-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Facts } from '../../src/conference/report/facts.ts';
import { figuresOf } from '../../src/conference/report/figures.ts';
import { reportAnswer, roomSumsAnswer } from '../../src/http/api/reports.ts';
import type { Asker } from '../../src/http/rights.ts';
import type { ReportDay } from '../../src/reports.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';
import { unzipped } from './unzipped.ts';

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

it('of each room it is told what became of its meetings over all of the days', async () => {
  const again = { date: '2026-11-28', state: 'final', figures: days[1]?.figures ?? null } as ReportDay;
  days.push(again, { date: '2026-11-29', state: 'pending', figures: null });
  const answer = JSON.parse((await admin.ask(`/api/reports/rooms?${range}`)).body);
  days.splice(3);
  expect(roomSumsAnswer.parse(answer)).toEqual(answer);
  const each = { booked: 2, held: 2, noShows: 0, cancelled: 0, minutes: 60 };
  expect(answer).toEqual({
    ...{ zone: 'UTC', unknown: 1, pending: 1, soFar: 1 },
    rooms: [
      { mailbox: '=board@x', ...each },
      { mailbox: 'huddle@x', ...each },
    ],
  });
});

describe('as a workbook', () => {
  const parser = new XMLParser({
    ...{ ignoreAttributes: false, attributeNamePrefix: '', parseTagValue: false, trimValues: false },
    isArray: (name) => ['sheet', 'row', 'c', 'col', 'xf', 'Override', 'Relationship'].includes(name),
  });
  type Parsed = { readonly [name: string]: Parsed } & readonly Parsed[];

  async function open(search: string) {
    const answer = await fetch(`http://127.0.0.1:${admin.port}/api/reports.xlsx?${search}`);
    const files = unzipped(Buffer.from(await answer.arrayBuffer()));
    const parts = new Map([...files].map(([path, xml]) => [path, parser.parse(xml) as Parsed]));
    const targets = parts.get('xl/_rels/workbook.xml.rels')?.Relationships?.Relationship ?? [];
    const sheets = (parts.get('xl/workbook.xml')?.workbook?.sheets?.sheet ?? []).map((sheet) => {
      const target = targets.find(({ Id }) => Id === sheet['r:id'])?.Target;
      return [String(sheet.name), parts.get(`xl/${target}`)?.worksheet] as const;
    });
    return { answer, files, parts, sheets: new Map(sheets) };
  }

  const formats = ['', 'heading', 'date'];
  /** As they are typed in the file: text, a number, a date by its number. */
  function rowsOf(sheet: Parsed | undefined): unknown[][] {
    return (sheet?.sheetData?.row ?? []).map(({ c }) =>
      (c ?? []).map(({ t, s, v, is }) => {
        if (String(t) === 'inlineStr') return String(is?.t?.['#text']);
        if (v === undefined) return null;
        const isDate = formats[Number(s ?? 0)] === 'date';
        return isDate ? { date: new Date((Number(v) - 25_569) * 86_400_000) } : Number(v);
      }),
    );
  }

  it('it has a sheet of days, with dates and numbers, and with nothing where nothing is known', async () => {
    const { answer, sheets, parts } = await open(`${range}&zone=Europe/Berlin`);
    expect(answer.headers.get('content-type')).toBe(
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    );
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="reports-2026-11-25-2026-11-27.xlsx"',
    );
    expect([...sheets.keys()]).toEqual(['Days', 'Rooms', 'Clusters', 'Call bridges']);
    const [head, unknown, first] = rowsOf(sheets.get('Days'));
    expect(head?.slice(0, 4)).toEqual(['Day (Europe/Berlin)', 'State', 'Booked', 'Held']);
    expect(unknown).toEqual([{ date: new Date('2026-11-25') }, 'unknown', ...Array(16).fill(null)]);
    expect(first?.slice(0, 4)).toEqual([{ date: new Date('2026-11-26') }, 'final', 1, 1]);
    expect(first).toHaveLength(head?.length ?? 0);
    // The format of a day, as whoever reads it writes days.
    expect(parts.get('xl/styles.xml')?.styleSheet?.cellXfs?.xf?.[2]?.numFmtId).toBe('14');
    expect(rowsOf(sheets.get('Clusters')).slice(1)).toEqual([
      [{ date: new Date('2026-11-25') }, 'unknown', ...Array(5).fill(null)],
      [{ date: new Date('2026-11-26') }, 'final', 'emea', 1, 30, 1, 10],
      [{ date: new Date('2026-11-27') }, 'so-far', 'apac', 0, 0, 0, 5],
    ]);
    expect(rowsOf(sheets.get('Call bridges'))[2]?.slice(2)).toEqual(['emea', 'https://cms1', 1]);
  });

  it('every sheet keeps its heading in sight', async () => {
    const { sheets, files } = await open(range);
    for (const sheet of sheets.values())
      expect(sheet?.sheetViews?.sheetView?.pane).toMatchObject({ ySplit: '1', state: 'frozen' });
    expect([...files.keys()]).toContain('[Content_Types].xml');
  });

  it('rooms have a row for all of the days, or one a day where that is asked', async () => {
    const { sheets } = await open(range);
    expect(rowsOf(sheets.get('Rooms'))).toEqual([
      ['Room', 'Booked', 'Held', 'No-shows', 'Cancelled', 'Held (minutes)'],
      ['=board@x', 1, 1, 0, 0, 30],
      ['huddle@x', 1, 1, 0, 0, 30],
    ]);
    const daily = await open(`${range}&by=room`);
    expect(rowsOf(daily.sheets.get('Rooms')).slice(2)).toEqual([
      [{ date: new Date('2026-11-26') }, 'final', '=board@x', 1, 1, 0, 0, 30],
      [{ date: new Date('2026-11-26') }, 'final', 'huddle@x', 1, 1, 0, 0, 30],
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '<f>1</f>', '_x003D_1', 'a & "b"'])(
    'a room that is called %j is text',
    async (mailbox) => {
      const before = days[1];
      days[1] = {
        ...{ date: '2026-11-26', state: 'final' },
        figures: figuresOf([{ ...held, rooms: [mailbox] }], []),
      };
      const { sheets, files } = await open(range);
      if (before !== undefined) days[1] = before;
      // Spreadsheets take `_x005F_` for the underscore.
      const said = String(rowsOf(sheets.get('Rooms'))[1]?.[0]).replaceAll('_x005F_', '_');
      expect(said).toBe(mailbox);
      expect([...files.values()].join('')).not.toContain('<f>');
    },
  );

  it('of many rows is not lost when somebody goes away in the midst of it', async () => {
    const rooms = Array.from({ length: 4_000 }, (_, place) => `room-${place * 7919}@example.com`);
    const before = days[1];
    days[1] = { date: '2026-11-26', state: 'final', figures: figuresOf([{ ...held, rooms }], []) };
    const dialled = await admin.dial();
    dialled.socket.write(`GET /api/reports.xlsx?${range} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    await dialled.until(/PK/);
    dialled.socket.destroy();
    const { sheets } = await open(range);
    if (before !== undefined) days[1] = before;
    expect(rowsOf(sheets.get('Rooms'))).toHaveLength(4_001);
  });
});

describe.each(['/api/reports', '/api/reports.csv', '/api/reports.xlsx', '/api/reports/rooms'])(
  '%s',
  (path) => {
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
      [`${range}&to=2026-11-28`, 'to: given more than once'],
    ])('with %j says what is wrong', async (search, detail) => {
      const { status, body } = await admin.ask(`${path}?${search}`);
      expect(status).toBe(400);
      expect(JSON.parse(body)).toMatchObject({ detail, parameter: detail.split(':')[0] });
      expect(asked).toEqual([]);
    });

    it('says which parameters there are', async () => {
      const { body } = await admin.ask(`${path}?${range}&room=x`);
      const parameters = `from, to, zone${path === '/api/reports/rooms' ? '' : ', by'}`;
      expect(JSON.parse(body).detail).toBe(`room: unknown; the parameters are ${parameters}`);
      const { status } = await admin.ask(`${path}?${range}&by=organizer`);
      expect(status).toBe(400);
    });

    it('answers 92 days, and nobody who may not ask', async () => {
      expect((await admin.ask(`${path}?from=2026-01-01&to=2026-04-02`)).status).toBe(200);
      asker = undefined;
      expect((await admin.ask(`${path}?${range}`)).status).toBe(401);
    });
  },
);
