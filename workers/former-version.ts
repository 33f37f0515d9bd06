/**
 * At the start of a process, before anything is reserved: what the first version has left in Redis is taken over. Killed
 * in between, the next start goes on where it was left; several processes at once do it together.
 */
import type { WorkersDeps } from './main.ts';
import { foundNumber } from './placing.ts';

export async function takeOverReservations({
  config,
  slots,
  meetings,
  log,
}: Pick<WorkersDeps, 'config' | 'slots' | 'meetings' | 'log'>): Promise<void> {
  for (const { name, numbers } of config.clusters) {
    const moved = await slots.moveFormer({ name, numbers }, async (keys) => {
      const known = new Map<string, string>();
      for (const { key, placement } of await meetings.loadMany(keys)) {
        if (placement?.cluster === name) known.set(key, placement.number);
      }
      for (const key of keys) {
        const number = foundNumber(key);
        if (number !== undefined) known.set(key, number);
      }
      return known;
    });
    if (moved > 0) log.info({ cluster: name, moved }, 'reservations of the first version were taken over');
  }
}
