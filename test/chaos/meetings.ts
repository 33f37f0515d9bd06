/** What people have booked, as they know it: the measure of what must be on the call bridges. */

export interface Wanted {
  /** Like no other's: by it a conference on a call bridge is known. */
  readonly title: string;
  readonly key: string;
  start: number;
  end: number;
  /** As it was booked at first. */
  readonly firstEnd: number;
  /** SIP addresses. */
  rooms: readonly string[];
  /** Rooms that were taken off, with the time at which they were. */
  readonly former: Map<string, number>;
  cancelledAt?: number;
  /** When its times were last changed. */
  changedAt: number;
  /** Participants who have dialled its number themselves. */
  readonly people: Set<string>;
}

export function wanted(
  title: string,
  key: string,
  rooms: readonly string[],
  start: number,
  end: number,
  now: number,
): Wanted {
  return {
    title,
    key,
    start,
    end,
    firstEnd: end,
    rooms,
    former: new Map(),
    changedAt: now,
    people: new Set(),
  };
}

/** Whether its conference must be running, by what people see in their calendars. */
export function isDue({ start, end, cancelledAt }: Wanted, now: number): boolean {
  return start <= now && now < end && cancelledAt === undefined;
}
