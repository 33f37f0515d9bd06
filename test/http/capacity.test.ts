/** The slots of a cluster over HTTP: what may be asked, and how it is answered. */
import { afterEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { CapacityAsked, SlotsAsked } from '../../src/http/admin/capacity.ts';
import { BadCursor } from '../../src/http/admin/meetings.ts';
import { capacityAnswer, slotsAnswer } from '../../src/http/api/capacity.ts';
import type { Asker } from '../../src/http/rights.ts';
import { type Admin, openAdmin } from './admin-fixture.ts';

const slots: z.infer<typeof slotsAnswer> = {
  ...{ cluster: 'emea', from: '2026-11-27T09:00:00.000Z', to: '2026-11-27T09:15:00.000Z', next: null },
  numbers: { base: 8_000, quantity: 10, held: 1, resting: 0, unclean: 0, blocked: 0, free: 9 },
  held: [
    {
      ...{ number: '8000', from: '2026-11-27T08:55:00.000Z', to: '2026-11-27T10:10:00.000Z' },
      ...{ as: 'meeting', isOfRange: true, meeting: null },
    },
  ],
};
const quarter = {
  ...{ at: '2026-11-27T09:00:00.000Z', held: 1, slots: 10, meetings: 1, rooms: 1, ports: 1 },
  ...{ inService: 1, limit: null, short: [] },
};
const capacity: z.infer<typeof capacityAnswer> = {
  ...{ cluster: 'emea', zone: 'UTC', at: '2026-11-27T09:00:00.000Z' },
  people: { perMeeting: null, meetings: 3 },
  callBridges: [{ address: 'https://cms1', state: 'up', isDrained: false, limit: null }],
  days: [{ date: '2026-11-27', quarters: [quarter], fewestSlots: quarter, fewestPorts: null }],
};

let admin: Admin;
let asked: [string, SlotsAsked | CapacityAsked][];
let asker: Asker | undefined;
afterEach(() => admin.instance.close());

async function open(changed: Parameters<typeof openAdmin>[0] = {}): Promise<void> {
  asked = [];
  asker = { name: 'vic@example.com', role: 'viewer' };
  admin = await openAdmin({
    identify: async () => asker,
    now: () => Date.parse('2026-11-27T23:30:00Z'),
    listSlots: async (name, what) => {
      asked.push([name, what]);
      return name === 'emea' ? slots : undefined;
    },
    forecast: async (name, what) => {
      asked.push([name, what]);
      return name === 'emea' ? capacity : undefined;
    },
    ...changed,
  });
}

const json = async (path: string) => JSON.parse((await admin.ask(path)).body);
const window = 'from=2026-11-27T09:00:00Z&to=2026-11-27T10:15:00%2B01:00';

describe('who holds what', () => {
  it('is told to a viewer', async () => {
    await open();
    expect(slotsAnswer.parse(await json(`/api/clusters/emea/slots?${window}`))).toEqual(slots);
    expect(await json(`/api/clusters/emea/slots?${window}&after=x&limit=5`)).toEqual(slots);
    const [from, to] = [Date.parse(slots.from), Date.parse(slots.to)];
    expect(asked).toEqual([
      ['emea', { from, to, after: undefined, limit: 100 }],
      ['emea', { from, to, after: 'x', limit: 5 }],
    ]);
  });

  it.each([
    ['', 'from: expected a time such as 2026-11-27T20:00:00Z'],
    [
      'from=2026-11-27T09:00:00&to=2026-11-27T10:00:00Z',
      'from: expected a time such as 2026-11-27T20:00:00Z',
    ],
    [
      'from=2026-11-27T09:00:00Z&to=2026-11-27T09:00:00Z',
      'to: expected a time after from, 14 days after it at most',
    ],
    [
      'from=2026-11-27T09:00:00Z&to=2026-12-12T09:00:00Z',
      'to: expected a time after from, 14 days after it at most',
    ],
    [`${window}&limit=501`, 'limit: expected a whole number from 1 to 500'],
    [`${window}&limit=`, 'limit: expected a whole number from 1 to 500'],
    [`${window}&after=${'x'.repeat(201)}`, 'after: expected the `next` of an earlier answer'],
    [`${window}&limit=all`, 'limit: expected a whole number from 1 to 500'],
    [`${window}&number=1`, 'number: unknown; the parameters are from, to, after, limit'],
  ])('with %j is refused', async (search, detail) => {
    await open();
    const { status, body } = await admin.ask(`/api/clusters/emea/slots?${search}`);
    expect([status, JSON.parse(body).detail]).toEqual([400, detail]);
    expect(asked).toEqual([]);
  });

  it('goes on only from where a page ended', async () => {
    await open({ listSlots: () => Promise.reject(new BadCursor('x')) });
    expect(await json(`/api/clusters/emea/slots?${window}&after=x`)).toMatchObject({
      status: 400,
      parameter: 'after',
    });
  });
});

describe('the capacity of days', () => {
  it('is told to a viewer, from today of the zone on unless another day is asked for', async () => {
    await open();
    expect(capacityAnswer.parse(await json('/api/clusters/emea/capacity'))).toEqual(capacity);
    await json('/api/clusters/emea/capacity?zone=europe%2Fberlin&days=14');
    await json('/api/clusters/emea/capacity?from=2026-12-01&days=1');
    expect(asked).toEqual([
      ['emea', { from: '2026-11-27', days: 7, zone: 'UTC' }],
      ['emea', { from: '2026-11-28', days: 14, zone: 'Europe/Berlin' }],
      ['emea', { from: '2026-12-01', days: 1, zone: 'UTC' }],
    ]);
  });

  it.each([
    ['from=today', 'from: expected a day such as 2026-11-27'],
    ['from=2026-11-26', 'from: expected today or a day of the year to come'],
    ['from=2026-11-27&zone=Asia/Tokyo', 'from: expected today or a day of the year to come'],
    ['from=2029-01-01', 'from: expected today or a day of the year to come'],
    ['days=15', 'days: expected a whole number from 1 to 14'],
    ['days=0', 'days: expected a whole number from 1 to 14'],
    ['zone=Mars/Olympus', 'zone: expected a time zone such as Europe/Berlin'],
    ['to=2026-11-30', 'to: unknown; the parameters are from, days, zone'],
  ])('with %j is refused', async (search, detail) => {
    await open();
    const { status, body } = await admin.ask(`/api/clusters/emea/capacity?${search}`);
    expect([status, JSON.parse(body).detail]).toEqual([400, detail]);
    expect(asked).toEqual([]);
  });
});

it.each([`slots?${window}`, 'capacity'])(
  '%s is of a cluster that there is, and for who has signed in',
  async (what) => {
    await open();
    expect((await admin.ask(`/api/clusters/atlantis/${what}`)).status).toBe(404);
    asker = undefined;
    expect((await admin.ask(`/api/clusters/emea/${what}`)).status).toBe(401);
    await admin.instance.close();
    await open({
      listSlots: () => Promise.reject(new Error('down')),
      forecast: () => Promise.reject(new Error('down')),
    });
    expect((await admin.ask(`/api/clusters/emea/${what}`)).status).toBe(503);
  },
);
