/** An admin listener over ports that remember what they were asked. */
import type { FastifyInstance } from 'fastify';
import type { MeetingQuery } from '../../src/http/admin/meeting-query.ts';
import { type AdminListenerDeps, createAdminListener } from '../../src/http/admin-listener.ts';
import { cluster, meeting, now, room, well } from './answers.ts';
import { type Bound, bind } from './wire.ts';

export interface Admin extends Bound {
  readonly instance: FastifyInstance;
  readonly queries: MeetingQuery[];
  readonly keys: string[];
}

export async function openAdmin(changed: Partial<AdminListenerDeps> = {}, port = 0): Promise<Admin> {
  const queries: MeetingQuery[] = [];
  const keys: string[] = [];
  const instance = createAdminListener({
    host: 'bridge.example.com',
    pages: '/nowhere',
    ready: async () => true,
    health: async () => ({
      ...{ ok: true, redis: well, token: well, rooms: [], subscriptions: [], clusters: [] },
    }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'up 1\n' }),
    listMeetings: async (query) => {
      queries.push(query);
      return { meetings: [meeting], next: 'cursor' };
    },
    getMeeting: async (key) => {
      keys.push(key);
      return key.startsWith('no') ? undefined : { ...meeting, key, passcode: null, timeline: [] };
    },
    layouts: ['allEqual', 'stacked'],
    operate: async (key) => (key.startsWith('no') ? 'absent' : { state: 'done', at: 0 }),
    live: async () => ({ at: '2026-11-27T09:00:00.000Z', meetings: [] }),
    getParticipants: async (key: string) =>
      key.startsWith('no') ? undefined : { sources: [], complete: true, present: 0, participants: [] },
    listExchanges: async (key) => (key.startsWith('no') ? undefined : { exchanges: [], next: null }),
    getInvitation: async (key: string) =>
      key.startsWith('no')
        ? undefined
        : {
            ...{ state: 'nothing', at: null, reason: null, language: null, timeZone: null },
            ...{ text: null, html: null, sent: [] },
          },
    listRooms: async () => [room],
    getRoom: async () => undefined,
    syncRoom: async () => undefined,
    listEntries: async () => undefined,
    explainEntry: async () => undefined,
    listClusters: async () => [cluster],
    listSlots: async () => undefined,
    forecast: async () => undefined,
    listCallBridges: async () => [],
    whatIf: async () => undefined,
    drain: async () => undefined,
    resume: async () => undefined,
    listTickets: async () => [],
    acknowledgeTicket: async () => 'unknown',
    getNow: async () => {
      throw new Error('nobody asks for it');
    },
    listBars: async () => [],
    listStarts: async () => [],
    listReportDays: async () => [],
    follow: () => () => {},
    audit: async () => {},
    listAudit: async () => [],
    listQueues: async () => [],
    listFailing: async () => undefined,
    actOnQueue: async () => undefined,
    version: '0.0.0',
    queues: [],
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now: () => now,
    ...changed,
  });
  return { ...(await bind(instance, port)), instance, queries, keys };
}
