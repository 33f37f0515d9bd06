/** An admin listener over ports that remember what they were asked. */
import type { FastifyInstance } from 'fastify';
import type { MeetingQuery } from '../../src/http/admin/meeting-query.ts';
import { type AdminListenerDeps, createAdminListener } from '../../src/http/admin-listener.ts';
import { type Bound, bind } from './wire.ts';

export const now = Date.parse('2026-03-10T12:00:00Z');

export interface Admin extends Bound {
  readonly instance: FastifyInstance;
  readonly queries: MeetingQuery[];
  readonly keys: string[];
}

export async function openAdmin(changed: Partial<AdminListenerDeps> = {}): Promise<Admin> {
  const queries: MeetingQuery[] = [];
  const keys: string[] = [];
  const instance = createAdminListener({
    host: 'bridge.example.com',
    ready: async () => true,
    health: async () => ({ redis: { well: true } }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'up 1\n' }),
    listMeetings: async (query) => {
      queries.push(query);
      return { meetings: [{ key: 'k', title: 'Besprechung über Öl ✓' }], next: 'cursor' };
    },
    getMeeting: async (key) => {
      keys.push(key);
      return key.startsWith('no') ? undefined : { key, timeline: [] };
    },
    layouts: ['allEqual', 'stacked'],
    operate: async (key) => (key.startsWith('no') ? 'absent' : { state: 'done', at: 0 }),
    live: async () => ({ at: '2026-11-27T09:00:00.000Z', meetings: [] }),
    getParticipants: async (key: string) =>
      key.startsWith('no') ? undefined : { present: 0, participants: [] },
    listRooms: async () => [{ mailbox: 'board@example.com' }],
    listClusters: async () => [{ name: 'emea' }],
    listCallBridges: async () => [],
    whatIf: async () => undefined,
    drain: async () => undefined,
    resume: async () => undefined,
    listTickets: async () => [],
    acknowledgeTicket: async () => 'unknown',
    queues: [],
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now: () => now,
    ...changed,
  });
  return { ...(await bind(instance)), instance, queries, keys };
}
