/** `roombridge rooms`: the rooms of the running product, and whether their calendars are read. */
import type { z } from 'zod';
import type { room } from './http/api/rooms.ts';
import { rowsIn, tellJson, tellTable } from './listing.ts';
import { askRunning, type Reach } from './running.ts';
import type { Column } from './table.ts';
import { type Out, timesIn } from './terminal.ts';

type Room = z.infer<typeof room>;

function columnsIn(zone: string): readonly Column<Room>[] {
  const { at } = timesIn(zone);
  return [
    { title: 'mailbox', of: ({ mailbox }) => mailbox, cut: { turn: 5, least: 16 } },
    { title: 'name', of: ({ name }) => name, cut: { turn: 3, least: 8 } },
    { title: `told until (${zone})`, of: ({ subscription }) => at(subscription?.expires ?? null) },
    { title: 'last change', of: ({ lastChange }) => at(lastChange), cut: { turn: 1, least: 0 } },
    { title: 'last read', of: ({ lastSync }) => at(lastSync), cut: { turn: 2, least: 0 } },
    {
      title: 'how it is',
      of: (one) => wrongWith(one) ?? 'well',
      tone: (one) => (wrongWith(one) === undefined ? 'green' : 'red'),
      cut: { turn: 4, least: 12 },
    },
  ];
}

function wrongWith({ error, subscriptionError, subscription, lastSync }: Room): string | undefined {
  if (error !== null) return error;
  if (subscriptionError !== null) return subscriptionError;
  if (lastSync === null) return 'not read yet';
  return subscription === null ? 'not told of its changes' : undefined;
}

/** @throws NotDone */
export async function tellRooms(reach: Reach, { json = false }: { json?: boolean }, out: Out): Promise<void> {
  const answer = await askRunning(reach, '/api/rooms');
  if (json) return await tellJson(out, answer);
  await tellTable(out, columnsIn(out.screen.zone), [rowsIn<Room>(answer, 'rooms')], 'there is no room');
}
