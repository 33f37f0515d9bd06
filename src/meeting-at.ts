/** Finds the meeting that somebody means by a number: what is open there, else what comes next. */
import type { z } from 'zod';
import type { cluster } from './http/api/clusters.ts';
import type { meeting, meetingDetail } from './http/api/meetings.ts';
import { pagesOf, rowsIn } from './listing.ts';
import { askRunning, NotDone, type Reach } from './running.ts';
import { isOfRange } from './slot/slot.ts';

/** One that has a number has a cluster and an address too. */
export type NumberedMeeting = z.infer<typeof meetingDetail> & {
  readonly cluster: string;
  readonly number: string;
  readonly uri: string;
};

/** Hosts' numbers lead to their meetings too. @throws NotDone */
export async function meetingAt(reach: Reach, number: string): Promise<NumberedMeeting> {
  if (!/^\d{1,15}$/.test(number)) throw new NotDone(`${number} is not a number such as 80991007`);
  const wanted = await guestsNumber(reach, number);
  const query = { number: wanted, limit: '500' };
  const found: z.infer<typeof meeting>[] = [];
  for await (const page of pagesOf<z.infer<typeof meeting>>(reach, {
    ...{ path: '/api/meetings', query, rows: 'meetings', cursor: 'after' },
  }))
    found.push(...page.filter((one) => one.number === wanted));
  const first =
    found.find(({ state }) => state === 'open') ??
    found.filter(({ state }) => state === 'planned').sort((a, b) => a.start.localeCompare(b.start))[0];
  if (first === undefined) throw new NotDone(`nothing is open at ${number}, nor planned within a week`);
  return (await askRunning(reach, `/api/meetings/${encodeURIComponent(first.key)}`)) as NumberedMeeting;
}

async function guestsNumber(reach: Reach, number: string): Promise<string> {
  const clusters = rowsIn<z.infer<typeof cluster>>(await askRunning(reach, '/api/clusters'), 'clusters');
  for (const { numbers } of clusters) {
    const { base, quantity, hosts } = numbers as typeof numbers & { hosts?: { base: number } };
    if (hosts !== undefined && isOfRange({ base: hosts.base, quantity }, number))
      return String(Number(number) - hosts.base + base);
  }
  return number;
}
