/** The product as its own process in a simulated world, brought to the second at which its conferences are due. */
import { type Product, until, type World } from '../world/world.ts';
import { pause, say } from './figures.ts';

export interface Booking {
  readonly room: string;
  readonly sip: string | undefined;
}

export function bookings(count: number, dialled: boolean): Booking[] {
  return Array.from({ length: count }, (_, i) => ({
    room: `room-${i}@example.com`,
    sip: dialled ? `room-${i}@video.example.com` : undefined,
  }));
}

/** Enough organizers for Graph's limit of four requests at once per mailbox not to be the measure. */
export const organizers = Array.from({ length: 50 }, (_, i) => ({
  mailbox: `person-${i}@example.com`,
  name: `Person ${i}`,
}));

/** Books every room once, at the same time, before the product is started: it finds them in the first reading. */
export function book(world: World, rooms: readonly Booking[], due: number): void {
  rooms.forEach(({ room }, i) => {
    world.graph.outlook.book({
      organizer: organizers[i % organizers.length]?.mailbox ?? '',
      rooms: [room],
      subject: `Meeting ${i}`,
      start: new Date(due),
      end: new Date(due + 3_600_000),
    });
  });
}

/** The second at which all were due has come too soon. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** Resolves once every conference has its slot and every organizer was told: from then on it only waits. */
export async function planned(world: World, product: Product, count: number, due: number): Promise<void> {
  const begun = Date.now();
  await until(async () => {
    const seconds = Math.round((Date.now() - begun) / 1_000);
    if (Date.now() > due - 3_000)
      throw new TooLate(`not all conferences were planned after ${seconds} s: --prepare`);
    const told = world.graph.log.filter(({ method, status }) => method === 'PATCH' && status < 300).length;
    const held = told < count ? 0 : (await world.meetings(product, '?state=planned&limit=1000')).length;
    if (held < Math.min(count, 1_000)) {
      await pause(1_000);
      return undefined;
    }
    say(`  ${count} meetings noticed, placed and told to their organizers within ${seconds} s`);
    return true;
  }, due - Date.now());
}
