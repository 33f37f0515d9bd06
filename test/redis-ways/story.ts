/** What has to go well on every kind of Redis: a meeting is booked, placed, told, opened at its time, and its room dialled. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { callsOf, dialsTo, noted } from '../world/cms-side.ts';
import { inSeconds } from '../world/graph-side.ts';
import { type MeetingJson, organizer, type Product, until, type World } from '../world/world.ts';

/** What the runbook has a user of Redis be allowed, behind the word `user`. */
export function userRule(password: string): string {
  const runbook = readFileSync(join(import.meta.dirname, '../../deploy/README.md'), 'utf8');
  const [, rule = ''] = /^ {4}user (roombridge on .*)$/m.exec(runbook) ?? [];
  return rule.replace('>PASSWORD', `>${password}`);
}

/** A receiver and so many workers, each a process of its own. */
export async function startAll(
  world: World,
  workers = 1,
): Promise<{ receiver: Product; workers: Product[] }> {
  const names = Array.from({ length: workers }, (_, i) => `worker${i}`);
  const [receiver, ...others] = await Promise.all([
    world.start('receiver', 'receiver'),
    ...names.map((name) => world.start('worker', name)),
  ]);
  await world.allRead(receiver, 60_000);
  return { receiver, workers: others };
}

export interface Booked {
  readonly uid: string;
  readonly start: Date;
  readonly room: string;
  readonly number: string;
}

/** Booked for so many seconds from now, and placed. */
export async function booked(
  world: World,
  product: Product,
  seconds: number,
  room: 'boardroom' | 'huddle' = 'boardroom',
): Promise<Booked> {
  const start = inSeconds(seconds);
  const { iCalUId: uid } = world.graph.outlook.book({
    ...{ organizer, rooms: [`${room}@example.com`], subject: 'Quarterly' },
    ...{ start, end: new Date(start.getTime() + 600_000) },
  });
  const { number } = await once(world, product, uid, (meeting) => meeting.number !== null);
  return { uid, start, room, number: number ?? '' };
}

/** While Redis is away nobody is told of anything: then it is asked again. */
async function once(
  world: World,
  product: Product,
  uid: string,
  isAsWished: (meeting: MeetingJson) => boolean,
): Promise<MeetingJson> {
  let last: unknown;
  const ask = async () => {
    const found = await world.meeting(product, uid).catch((error: Error) => {
      last = error.message;
    });
    if (!found) return undefined;
    last = found;
    return isAsWished(found) ? found : undefined;
  };
  return await until(ask, 90_000, () => JSON.stringify(last));
}

/** Waits until its room is in, and sees that everything was done once. */
export async function opensOnce(
  world: World,
  product: Product,
  { uid, number, room }: Booked,
): Promise<MeetingJson> {
  const isIn = (meeting: MeetingJson) => noted(meeting, 'dialled').length > 0;
  const open = await once(world, product, uid, isIn);
  expect(open).toMatchObject({ state: 'open', number });
  expect(noted(open, 'opened')).toHaveLength(1);
  expect(callsOf(world.cms, number)).toHaveLength(1);
  expect(dialsTo(world.cms, `${room}@video.example.com`)).toBe(1);
  return open;
}

/** Epoch ms at which the conference was open. */
export function openedAt(meeting: MeetingJson): number {
  return Date.parse(noted(meeting, 'opened')[0]?.at ?? '');
}
