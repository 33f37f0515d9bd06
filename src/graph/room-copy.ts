/** When a room's own copy of a meeting ends. What is changed of it stays in the room's mailbox and is mailed to nobody. */
import type { GraphClient } from './client.ts';
import { objectOf, text } from './event.ts';
import { etagOf, eventPath, PREFER } from './events.ts';
import { GraphFault } from './fault.ts';
import { instantOf } from './zone.ts';

export interface RoomCopy {
  readonly id: string;
  /** For `If-Match`. */
  readonly etag: string;
  /** As rounds of changes know it. */
  readonly version: string;
  /** Epoch ms. */
  readonly end: number;
  readonly isCancelled: boolean;
}

/** Somebody waits for the end of a conference meanwhile. */
const deadline = 2_500;

/** @throws GraphFault; `absent` when the room has it no more */
export async function readRoomCopy(graph: GraphClient, room: string, id: string): Promise<RoomCopy> {
  const query = { $select: 'id,end,changeKey,isCancelled' };
  const call = { method: 'GET' as const, mailbox: room, path: eventPath(room, id), query, prefer: PREFER };
  return copyOf((await graph.send({ ...call, deadline })).body);
}

/**
 * Needs Calendars.ReadWrite on the room.
 * @param end epoch ms
 * @throws GraphFault; `stale` when it was changed since it was read
 */
export async function endRoomCopyAt(
  graph: GraphClient,
  room: string,
  { id, etag }: Pick<RoomCopy, 'id' | 'etag'>,
  end: number,
): Promise<RoomCopy> {
  const { body } = await graph.send({
    ...{ method: 'PATCH', mailbox: room, path: eventPath(room, id), prefer: PREFER, deadline },
    ifMatch: etag,
    body: { end: { dateTime: new Date(end).toISOString().replace('Z', ''), timeZone: 'UTC' } },
  });
  return copyOf(body);
}

function copyOf(body: unknown): RoomCopy {
  const wire = objectOf(body);
  const id = text(wire.id);
  const { dateTime, timeZone } = objectOf(wire.end);
  const end = instantOf(dateTime, timeZone);
  if (id === undefined || end === undefined)
    throw new GraphFault('garbled', "a room's copy without an id or an end", { sent: true });
  const etag = etagOf(wire);
  return { id, etag, version: text(wire.changeKey) ?? etag, end, isCancelled: wire.isCancelled === true };
}
