/** Everything that is counted and timed, in a registry of its own; each series is described where it is made. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Ticket } from '../cluster/ticket.ts';
import { ticketCodes, ticketKinds } from '../cluster/ticket-codes.ts';
import { differenceKinds } from '../meeting/audit.ts';
import { doorOutcomes } from './public/door-outcome.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** `unclear`: a mail that may have gone out, and is not sent again; `given-up`: nobody took it for a day. */
export const noticeOutcomes = ['told', 'postponed', 'unclear', 'gone', 'given-up'] as const;

/** Metrics of one process; Node's own are among them. Durations are in seconds, as Prometheus wants them. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const metrics = {
    registry,
    door: new Counter({
      name: 'roombridge_door_total',
      help: 'Requests, and within them notifications, at the public listener, by what became of them.',
      labelNames: ['outcome'],
      registers,
    }),
    graphRequests: new Counter({
      name: 'roombridge_graph_requests_total',
      help: 'Requests to Microsoft Graph, by method and by HTTP status (or the fault where there was none).',
      labelNames: ['method', 'status'],
      registers,
    }),
    cmsRequests: new Counter({
      name: 'roombridge_cms_requests_total',
      help: 'Requests to call bridges, by call bridge, method and outcome.',
      labelNames: ['call_bridge', 'method', 'outcome'],
      registers,
    }),
    startLateness: new Histogram({
      name: 'roombridge_conference_start_lateness_seconds',
      help: 'From the scheduled start of a conference to its space being open on a call bridge.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300],
      registers,
    }),
    reservations: new Counter({
      name: 'roombridge_reservations_total',
      help: 'Attempts to reserve a slot, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    invitations: new Counter({
      name: 'roombridge_invitations_total',
      help: 'Attempts to write, rewrite or remove joining details, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    failovers: new Counter({
      name: 'roombridge_failovers_total',
      help: 'Steps that were taken to another call bridge because one failed, by cluster.',
      labelNames: ['cluster'],
      registers,
    }),
    rehomings: new Counter({
      name: 'roombridge_rehomings_total',
      help: 'Meetings that were given another place because theirs failed or was drained, by cluster.',
      labelNames: ['from', 'to'],
      registers,
    }),
    changes: new Counter({
      name: 'roombridge_changes_total',
      help: 'Changed events and series found in rooms, by the way they came: push (notified), sweep or audit.',
      labelNames: ['way'],
      registers,
    }),
    auditDifferences: new Counter({
      name: 'roombridge_audit_differences_total',
      help: 'Differences that audits have found and repaired, by kind (the kinds are in src/README.md).',
      labelNames: ['kind'],
      registers,
    }),
    tickets: new Gauge({
      name: 'roombridge_tickets',
      help: 'Open tickets, by code and severity (the codes are in deploy/README.md); every process says the same.',
      labelNames: ['code', 'severity'],
      registers,
    }),
    slots: new Gauge({
      name: 'roombridge_slots',
      help: "Slots of a cluster that can be held: its numbers that are nobody else's; every process says the same.",
      labelNames: ['cluster'],
      registers,
    }),
    slotsHeld: new Gauge({
      name: 'roombridge_slots_held',
      help: 'Slots of a cluster that are held in these five minutes; every process says the same.',
      labelNames: ['cluster'],
      registers,
    }),
    notices: new Counter({
      name: 'roombridge_notices_total',
      help: 'News of tickets for those who are told of them, by way (webhook, mail) and by what became of an attempt.',
      labelNames: ['way', 'outcome'],
      registers,
    }),
    changeLatency: new Histogram({
      name: 'roombridge_change_seconds',
      help: 'From a change in Exchange to its being known here, by the way it came: push (notified), sweep or audit.',
      labelNames: ['way'],
      buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800],
      registers,
    }),
  };
  // A series that begins with its first event hides that event from rate().
  for (const outcome of doorOutcomes) metrics.door.inc({ outcome }, 0);
  for (const kind of differenceKinds) metrics.auditDifferences.inc({ kind }, 0);
  for (const way of ['webhook', 'mail'])
    for (const outcome of noticeOutcomes) metrics.notices.inc({ way, outcome }, 0);
  for (const way of ['push', 'sweep', 'audit']) metrics.changes.inc({ way }, 0);
  return metrics;
}

/** Shows how many tickets of each code are open; none of any kind while that cannot be known. */
export function showTickets(
  { tickets }: Pick<Metrics, 'tickets'>,
  open: readonly Ticket[] | undefined,
): void {
  tickets.reset();
  if (open === undefined) return;
  for (const code of ticketCodes) {
    const count = open.filter((ticket) => ticket.code === code).length;
    tickets.set({ code, severity: ticketKinds[code].severity }, count);
  }
}

/** Of one cluster, now. */
export interface SlotsNow {
  readonly cluster: string;
  readonly there: number;
  readonly held: number;
}

/** Shows how many slots there are and are held; none of any cluster while that cannot be known. */
export function showSlots(
  { slots, slotsHeld }: Pick<Metrics, 'slots' | 'slotsHeld'>,
  now: readonly SlotsNow[] | undefined,
): void {
  slots.reset();
  slotsHeld.reset();
  for (const { cluster, there, held } of now ?? []) {
    slots.set({ cluster }, there);
    slotsHeld.set({ cluster }, held);
  }
}
