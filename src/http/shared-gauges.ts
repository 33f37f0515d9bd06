/**
 * What all processes of one Redis know alike, as gauges: how it is when it is asked for. Every process says the same, so of
 * several the highest is taken and none is added (`max`); what cannot be known is said by none.
 */
import { Gauge, type Registry } from 'prom-client';
import type { CallBridgeFacts } from '../cluster/call-bridge-facts.ts';
import type { HealthState } from '../cluster/health.ts';
import type { Ticket } from '../cluster/ticket.ts';
import { ticketCodes, ticketKinds } from '../cluster/ticket-codes.ts';

export type SharedGauges = ReturnType<typeof createSharedGauges>;

export function createSharedGauges(registry: Registry) {
  const gauge = <Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ) => new Gauge<Label>({ name, help, labelNames, registers: [registry] });
  return {
    tickets: gauge(
      'roombridge_tickets',
      'Open tickets, by code and severity (the codes are in deploy/README.md).',
      ['code', 'severity'],
    ),
    slots: gauge(
      'roombridge_slots',
      "Slots of a cluster that can be held: its numbers that are nobody else's.",
      ['cluster'],
    ),
    slotsHeld: gauge('roombridge_slots_held', 'Slots of a cluster that are held in these five minutes.', [
      'cluster',
    ]),
    queueLateness: gauge(
      'roombridge_queue_lateness_seconds',
      'How late the oldest entry of a queue is that is due and that nobody is at; 0 where none is.',
      ['queue'],
    ),
    queueEntries: gauge(
      'roombridge_queue_entries',
      'Entries of a queue by state: waiting, active, delayed (due later), failed (has failed, and is tried again).',
      ['queue', 'state'],
    ),
    callBridgeState: gauge(
      'roombridge_call_bridge_state',
      '1 for the state in which a call bridge is: up, doubtful, down or unknown; 0 for the others.',
      ['cluster', 'call_bridge', 'state'],
    ),
    callBridgeDrained: gauge(
      'roombridge_call_bridge_drained',
      '1 where a call bridge is taken out of service, 0 where it is not.',
      ['cluster', 'call_bridge'],
    ),
    callLegs: gauge(
      'roombridge_call_bridge_call_legs',
      'Call legs that are active on a call bridge, as it says itself.',
      ['cluster', 'call_bridge'],
    ),
    load: gauge(
      'roombridge_call_bridge_load_ratio',
      'How loaded a call bridge is, of its own limit; missing where its release does not say.',
      ['cluster', 'call_bridge'],
    ),
    callBridgeCertificate: gauge(
      'roombridge_call_bridge_certificate_expiry_timestamp_seconds',
      'When the certificate ends that a call bridge has shown last, Unix time.',
      ['cluster', 'call_bridge'],
    ),
    rooms: gauge('roombridge_rooms', 'Rooms that are configured.'),
    roomsUnread: gauge(
      'roombridge_rooms_unread',
      'Rooms whose last reading failed, or that were not read yet; as of half a minute ago.',
    ),
    roomsUnsubscribed: gauge(
      'roombridge_rooms_unsubscribed',
      'Rooms without a living subscription: their changes are found by reading only; as of half a minute ago.',
    ),
    subscriptionsLapsing: gauge(
      'roombridge_subscriptions_lapsing',
      'Subscriptions that should have been renewed long ago and end within a day; as of half a minute ago.',
    ),
    workers: gauge(
      'roombridge_workers',
      'Worker processes that live: those that say what they see of call bridges.',
    ),
    running: gauge('roombridge_conferences_running', 'Conferences that are open on a call bridge.'),
    nextHour: gauge('roombridge_meetings_next_hour', 'Meetings that begin within the next hour.'),
  };
}

/** Shows how many tickets of each code are open; none of any kind while that cannot be known. */
export function showTickets(
  { tickets }: Pick<SharedGauges, 'tickets'>,
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
  { slots, slotsHeld }: Pick<SharedGauges, 'slots' | 'slotsHeld'>,
  now: readonly SlotsNow[] | undefined,
): void {
  slots.reset();
  slotsHeld.reset();
  for (const { cluster, there, held } of now ?? []) {
    slots.set({ cluster }, there);
    slotsHeld.set({ cluster }, held);
  }
}

/** Of one queue, now. */
export interface QueueNow {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly late: number;
}

export function showQueues(
  { queueLateness, queueEntries }: Pick<SharedGauges, 'queueLateness' | 'queueEntries'>,
  now: readonly QueueNow[] | undefined,
): void {
  queueLateness.reset();
  queueEntries.reset();
  for (const { queue, late, ...standing } of now ?? []) {
    queueLateness.set({ queue }, late / 1_000);
    for (const state of ['waiting', 'active', 'delayed', 'failed'] as const)
      queueEntries.set({ queue, state }, standing[state]);
  }
}

/** Of one call bridge, now. */
export interface CallBridgeNow {
  readonly cluster: string;
  readonly address: string;
  /** Undefined while no worker has asked it. */
  readonly state: HealthState | undefined;
  readonly drained: boolean;
  readonly callLegs: number | undefined;
  readonly facts: Pick<CallBridgeFacts, 'load' | 'certificate'> | undefined;
}

export function showCallBridges(gauges: SharedGauges, now: readonly CallBridgeNow[] | undefined): void {
  const { callBridgeState, callBridgeDrained, callLegs, load, callBridgeCertificate } = gauges;
  for (const one of [callBridgeState, callBridgeDrained, callLegs, load, callBridgeCertificate]) one.reset();
  for (const one of now ?? []) {
    const labels = { cluster: one.cluster, call_bridge: one.address };
    for (const state of ['up', 'doubtful', 'down', 'unknown'] as const)
      callBridgeState.set({ ...labels, state }, state === (one.state ?? 'unknown') ? 1 : 0);
    callBridgeDrained.set(labels, one.drained ? 1 : 0);
    if (one.callLegs !== undefined) callLegs.set(labels, one.callLegs);
    const { now: used, limit } = one.facts?.load ?? {};
    if (used !== undefined && limit !== undefined && limit > 0) load.set(labels, used / limit);
    const { certificate } = one.facts ?? {};
    if (certificate !== undefined && Number.isFinite(certificate.validTo))
      callBridgeCertificate.set(labels, certificate.validTo / 1_000);
  }
}

/** Of all rooms together. */
export interface RoomsNow {
  readonly all: number;
  readonly unread: number;
  readonly unsubscribed: number;
  readonly lapsing: number;
}

export function showRooms(
  gauges: Pick<SharedGauges, 'rooms' | 'roomsUnread' | 'roomsUnsubscribed' | 'subscriptionsLapsing'>,
  now: RoomsNow | undefined,
): void {
  showOne(gauges.rooms, now?.all);
  showOne(gauges.roomsUnread, now?.unread);
  showOne(gauges.roomsUnsubscribed, now?.unsubscribed);
  showOne(gauges.subscriptionsLapsing, now?.lapsing);
}

/** A gauge without labels; it says nothing while its value cannot be known. */
export function showOne(gauge: Gauge<never>, value: number | undefined): void {
  // One that is reset says 0, which would be a lie.
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}
