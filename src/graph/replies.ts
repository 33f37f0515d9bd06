/** A room's own answer to its invitation, with a word to the organizer. */
import type { GraphClient } from './client.ts';
import { objectOf, text } from './event.ts';
import { eventPath, PREFER } from './events.ts';

export interface RoomResponse {
  /** In Graph's words, such as `accepted`; or `cancelled`, or `organizer`, of what nobody answers. */
  readonly response: string;
  /** When it was given, as Graph writes it: another answer has another. */
  readonly time: string;
}

/** What the room's copy says of its answer. @throws GraphFault */
export async function readResponse(graph: GraphClient, room: string, eventId: string): Promise<RoomResponse> {
  const { body } = await graph.send({
    method: 'GET',
    mailbox: room,
    path: eventPath(room, eventId),
    query: { $select: 'id,responseStatus,isCancelled,isOrganizer' },
    prefer: PREFER,
  });
  const wire = objectOf(body);
  const status = objectOf(wire.responseStatus);
  const response = text(status.response) ?? 'none';
  const time = text(status.time) ?? '';
  if (wire.isCancelled === true) return { response: 'cancelled', time };
  return { response: wire.isOrganizer === true ? 'organizer' : response, time };
}

/**
 * Accepts once more, with a comment, which Exchange mails to the organizer. Only for what the room has accepted: the
 * answer would count. Needs Calendars.ReadWrite on the room: https://learn.microsoft.com/graph/api/event-accept
 * @throws GraphFault
 */
export function acceptWithComment(
  graph: GraphClient,
  room: string,
  eventId: string,
  comment: string,
): Promise<void> {
  return answerWithComment(graph, room, eventId, { as: 'accept', comment });
}

/** Gives the room's time back, with a comment, which Exchange mails to the organizer. @throws GraphFault */
export function declineWithComment(
  graph: GraphClient,
  room: string,
  eventId: string,
  comment: string,
): Promise<void> {
  return answerWithComment(graph, room, eventId, { as: 'decline', comment });
}

async function answerWithComment(
  graph: GraphClient,
  room: string,
  eventId: string,
  { as, comment }: { readonly as: 'accept' | 'decline'; readonly comment: string },
): Promise<void> {
  await graph.send({
    method: 'POST',
    mailbox: room,
    path: `${eventPath(room, eventId)}/${as}`,
    prefer: PREFER,
    body: { comment, sendResponse: true },
  });
}

/** What the room has booked itself; who was asked to it is told by Exchange. @throws GraphFault */
export async function deleteOwnEntry(graph: GraphClient, room: string, eventId: string): Promise<void> {
  await graph.send({ method: 'DELETE', mailbox: room, path: eventPath(room, eventId), prefer: PREFER });
}
