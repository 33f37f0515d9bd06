/** Whether every slot is held by the meeting that has its number, once at a time, and none is free that somebody waits for. */
import { type Meeting, openRun } from '../../src/conference/meeting.ts';
import { base } from './configuration.ts';
import type { Virtual } from './virtual.ts';

interface Reservation {
  readonly key: string;
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

export async function slotDifferences(virtual: Virtual, known: readonly Meeting[]): Promise<string[]> {
  const wrong: string[] = [];
  const { setup, teardown } = virtual.config.conference;
  const meetings = new Map(known.map((meeting) => [meeting.key, meeting]));
  for (const { name, numbers } of virtual.config.clusters) {
    const reservations = await reservationsOf(virtual, name);
    const free = (index: number, from: number, to: number) =>
      !reservations.some((one) => one.index === index && one.from < to && one.to > from);
    reservations.forEach((one, i) => {
      const other = reservations
        .slice(i + 1)
        .find(({ index, from, to }) => index === one.index && from < one.to && to > one.from);
      if (other !== undefined)
        wrong.push(`${numbers.base + one.index} is held twice: ${short(one.key)}, ${short(other.key)}`);
    });
    for (const { key, index, from, to } of reservations) {
      const meeting = meetings.get(key);
      const { booked, placement } = meeting ?? {};
      if (placement === undefined || booked === undefined)
        wrong.push(`${numbers.base + index} is held for nobody: ${short(key)}`);
      else if (
        placement.number !== String(numbers.base + index) ||
        (openRun(meeting?.run) === undefined &&
          (from !== booked.start - setup || to !== booked.end + teardown))
      )
        wrong.push(`${short(key)} is not held as it is placed, at ${placement.number}`);
    }
    const keys = new Set(reservations.map(({ key }) => key));
    for (const { key, booked, placement, unplaced } of known) {
      if (booked === undefined || booked.end <= virtual.now()) continue;
      if (placement?.cluster === name && !keys.has(key))
        wrong.push(`${short(key)} is placed, but holds no slot`);
      if (placement !== undefined) continue;
      if (unplaced === undefined) wrong.push(`${short(key)} is neither placed nor unplaced`);
      const [from, to] = [booked.start - setup, booked.end + teardown];
      for (let index = 0; index < numbers.quantity; index += 1)
        if (free(index, from, to))
          wrong.push(`${short(key)} is unplaced, but ${numbers.base + index} is free`);
    }
  }
  return wrong;
}

async function reservationsOf(virtual: Virtual, cluster: string): Promise<Reservation[]> {
  const fields = await virtual.redis.hgetall(`roombridge:{slots:${cluster}}:reservations`);
  return Object.entries(fields).map(([key, value]) => {
    const [number = 0, from = 0, to = 0] = value.split('|').map(Number);
    return { key, index: number - base, from, to };
  });
}

function short(key: string): string {
  return key.replace(/^[0-9A-F]+(?=[0-9A-F]{8}(@|$))/, '');
}
