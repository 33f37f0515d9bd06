/**
 * Everything that is counted and timed, in a registry of its own. Each series is described where it is made, and in
 * `deploy/monitoring/README.md` for who has to watch it; a test holds the two together.
 */
import { X509Certificate } from 'node:crypto';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { closeReasons } from '../conference/run.ts';
import { differenceKinds } from '../meeting/audit.ts';
import { workInHand } from '../work.ts';
import { doorOutcomes } from './public/door-outcome.ts';
import { createSharedGauges } from './shared-gauges.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** `unclear`: a mail that may have gone out, and is not sent again; `given-up`: nobody took it for a day. */
export const noticeOutcomes = ['told', 'postponed', 'unclear', 'gone', 'given-up'] as const;

const reservationOutcomes = ['reserved', 'no-slot'] as const;

/** `written`, `removed`, `refused`: of the organizer's event; `untold`: no way to the organizer was open. */
const invitationOutcomes = [
  ...(['written', 'removed', 'refused'] as const),
  ...(['mailed', 'answered', 'unclear', 'postponed', 'untold'] as const),
] as const;

interface GraphRequest {
  readonly method: string;
  readonly status?: number;
  readonly took: number;
  readonly fault?: { readonly kind: string; readonly retryAfter: number | undefined };
}

/** Metrics of one process; Node's own are among them. Durations are in seconds, as Prometheus wants them. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const metrics = {
    registry,
    ...createSharedGauges(registry),
    buildInfo: new Gauge({
      name: 'roombridge_build_info',
      help: 'Always 1: which version runs here, and what it does (all, receiver, worker).',
      labelNames: ['version', 'role'],
      registers,
    }),
    redisUp: new Gauge({
      name: 'roombridge_redis_up',
      help: 'Whether Redis answers this process: 1 or 0.',
      registers,
    }),
    signedIn: new Gauge({
      name: 'roombridge_graph_signed_in',
      help: 'Whether this process has a token of Entra ID that Graph takes: 1 or 0; only of workers.',
      registers,
    }),
    listenerCertificate: new Gauge({
      name: 'roombridge_listener_certificate_expiry_timestamp_seconds',
      help: 'When the certificate of a listener of this process ends, Unix time; by listener: public or admin.',
      labelNames: ['listener'],
      registers,
    }),
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
    graphThrottled: new Counter({
      name: 'roombridge_graph_throttled_total',
      help: 'Requests that Microsoft Graph has put off: answered 429, or with a Retry-After.',
      registers,
    }),
    graphSeconds: new Histogram({
      name: 'roombridge_graph_request_seconds',
      help: 'How long requests to Microsoft Graph took, without the wait for a turn; by method.',
      labelNames: ['method'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
      registers,
    }),
    cmsSeconds: new Histogram({
      name: 'roombridge_cms_request_seconds',
      help: 'How long requests to a call bridge took, without the wait for a turn.',
      labelNames: ['call_bridge'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2],
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
    startFailures: new Counter({
      name: 'roombridge_start_failures_total',
      help: 'Tries to open a conference that no call bridge of its cluster took; it is tried again.',
      labelNames: ['cluster'],
      registers,
    }),
    recoveries: new Counter({
      name: 'roombridge_recoveries_total',
      help: 'Running conferences that were brought up on another call bridge because theirs was lost.',
      labelNames: ['cluster'],
      registers,
    }),
    extensions: new Counter({
      name: 'roombridge_extensions_total',
      help: 'Conferences in which people still were at their end, by outcome: extended, or taken (slot or room).',
      labelNames: ['outcome'],
      registers,
    }),
    closed: new Counter({
      name: 'roombridge_conferences_closed_total',
      help: 'Conferences that are over, by reason; never-started: no call bridge took it until its end.',
      labelNames: ['reason'],
      registers,
    }),
    notificationToSlot: new Histogram({
      name: 'roombridge_notification_to_slot_seconds',
      help: 'From the notification of a booking to its slot being reserved.',
      buckets: [0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300],
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
  for (const outcome of reservationOutcomes) metrics.reservations.inc({ outcome }, 0);
  for (const outcome of invitationOutcomes) metrics.invitations.inc({ outcome }, 0);
  for (const outcome of ['extended', 'taken']) metrics.extensions.inc({ outcome }, 0);
  for (const reason of closeReasons) metrics.closed.inc({ reason }, 0);
  for (const kind of differenceKinds) metrics.auditDifferences.inc({ kind }, 0);
  for (const way of ['webhook', 'mail'])
    for (const outcome of noticeOutcomes) metrics.notices.inc({ way, outcome }, 0);
  for (const way of ['push', 'sweep', 'audit']) metrics.changes.inc({ way }, 0);
  return metrics;
}

/** Counts one request to Graph that is over. @param took milliseconds */
export function countGraph(
  { graphRequests, graphSeconds, graphThrottled }: Metrics,
  { method, status, took, fault }: GraphRequest,
): void {
  graphRequests.inc({ method, status: status ?? fault?.kind ?? 'unknown' });
  graphSeconds.observe({ method }, took / 1_000);
  if (status === 429 || fault?.retryAfter !== undefined) graphThrottled.inc();
}

/** Counts a slot that was reserved, and how long that took where the work in hand answers a notification. @param now epoch ms */
export function countReserved({ reservations, notificationToSlot }: Metrics, now: number): void {
  reservations.inc({ outcome: 'reserved' });
  const { notifiedAt } = workInHand() ?? {};
  if (notifiedAt !== undefined) notificationToSlot.observe(Math.max(0, now - notifiedAt) / 1_000);
}

/** Shows when the certificate ends that a listener gives out from now on. @param pem what is no certificate says nothing */
export function showCertificate(
  { listenerCertificate }: Pick<Metrics, 'listenerCertificate'>,
  listener: 'public' | 'admin',
  pem: string | undefined,
): void {
  const ends = pem === undefined ? Number.NaN : endOf(pem);
  if (Number.isFinite(ends)) listenerCertificate.set({ listener }, ends / 1_000);
}

/** Epoch ms; of a chain the first certificate. */
function endOf(pem: string): number {
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    return Number.NaN;
  }
}
