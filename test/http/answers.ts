/** Answers of the API that have all their fields, for tests that care for none of them. */
import type { z } from 'zod';
import type { cluster as clusterSchema } from '../../src/http/api/clusters.ts';
import type { meeting as meetingSchema } from '../../src/http/api/meetings.ts';
import type { room as roomSchema } from '../../src/http/api/rooms.ts';

export const now = Date.parse('2026-03-10T12:00:00Z');
export const well = { ok: true, since: null, why: null };

export const meeting: z.infer<typeof meetingSchema> = {
  ...{
    key: 'k',
    state: 'planned',
    reason: null,
    title: 'Besprechung über Öl ✓',
    organizer: 'ann@example.com',
  },
  ...{ start: '2026-03-10T13:00:00.000Z', end: '2026-03-10T14:00:00.000Z', rooms: ['board@example.com'] },
  ...{ cluster: 'emea', callBridge: null, number: '80991000', uri: '80991000@meet.example.com' },
  extendedUntil: null,
};

export const room: z.infer<typeof roomSchema> = {
  ...{ mailbox: 'board@example.com', name: null, sip: null, subscription: null, subscriptionError: null },
  hearing: 'not-subscribed',
  ...{ lastNotification: null, lastSync: null, lastChange: null, lastPush: null, lastSwept: null },
  ...{ lastAudit: null, error: null, errorSince: null },
};

export const cluster: z.infer<typeof clusterSchema> = {
  ...{ name: 'emea', domain: 'meet.example.com', numbers: { base: 80_991_000, quantity: 20 } },
  ...{ isStandalone: null, openTickets: [], bookingsThisWeek: 0, callBridges: [], members: [] },
  slots: { ...well, made: 20, reservations: 0, total: 20, heldNow: 0, freeNow: 20 },
};
