/** A small tenant in virtual time, for tests of what becomes of its calendars. */
import type { Meeting } from '../../src/conference/meeting.ts';
import type { Run } from '../../src/conference/run.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import type { TestRedis } from '../redis/server.ts';
import type { NewMeeting } from '../simulators/graph/outlook.ts';
import { startVirtual, type Virtual, type VirtualOptions } from '../virtual/virtual.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** A Monday. */
export const monday = new Date('2026-03-02T08:00:00Z');
export const board = 'board@example.com';
export const huddle = 'huddle@example.com';
export const ann = 'ann@example.com';

export async function aTenant(redis: TestRedis, options: Partial<VirtualOptions> = {}): Promise<Virtual> {
  const virtual = await startVirtual({
    redis,
    start: monday,
    rooms: [{ mailbox: board }, { mailbox: huddle }],
    people: [{ mailbox: ann, name: 'Ann' }],
    quantity: 5,
    inProcess: true,
    calendar: { sweep: hour },
    metrics: createMetrics(),
    ...options,
  });
  await virtual.settle();
  return virtual;
}

/** `hour` o'clock UTC, so many days after the first. */
export function at(days: number, hours: number, minutes = 0): Date {
  return new Date(Date.UTC(2026, 2, 2 + days, hours, minutes));
}

export const meeting = (fields: Partial<NewMeeting> = {}): NewMeeting => ({
  ...{ organizer: ann, rooms: [board], subject: 'Budget', start: at(1, 9), end: at(1, 10) },
  ...fields,
});

export const daily = (numberOfOccurrences?: number) => ({
  pattern: { type: 'daily' as const, interval: 1 },
  range:
    numberOfOccurrences === undefined
      ? { type: 'noEnd' as const }
      : { type: 'numbered' as const, numberOfOccurrences },
});

export const keyOf = (uid: string, start: Date) => `${uid}@${start.toISOString().replace('.000Z', 'Z')}`;

/** What is booked now, by key. */
export async function booked(virtual: Virtual): Promise<Map<string, Meeting>> {
  const held = (await virtual.meetings()).filter((one) => one.booked !== undefined);
  return new Map(held.map((one) => [one.key, one]));
}

/** Marks a planned meeting as open, as the bridges' side would. */
export async function open(virtual: Virtual, key: string): Promise<void> {
  const held = await virtual.meetingStore.load(key);
  if (held?.placement === undefined || held.booked === undefined) throw new Error(`${key} has no slot`);
  const { cappedEnd: _, ...slot } = held.placement;
  const run: Run = {
    ...slot,
    ...{ space: 's', name: 'Meeting', end: held.booked.end, rooms: {} },
    ...{ callBridge: 'https://cms1', call: 'c', openedAt: virtual.now() },
  };
  await virtual.meetingStore.adoptRun(key, run, []);
}

/** The value of a counter with these labels. */
export async function counted(
  virtual: Virtual,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const { values } = (await virtual.metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] };
  return values
    .filter((value) => Object.entries(labels).every(([label, is]) => value.labels[label] === is))
    .reduce((sum, { value }) => sum + value, 0);
}
