/** For rooms that empty their copies: whether the organizer's own copy asks for a conference, or carries a link. */
import type { Asking, OnlineService } from '../meeting/asking.ts';
import { type GraphClient, segment } from './client.ts';
import { EVENT_FIELDS, objectOf, text } from './event.ts';
import { askedIn, onlineMeetingOf } from './event-text.ts';
import { eventPath, readAll } from './events.ts';
import { instantOf } from './zone.ts';

export interface OrganizerSays {
  readonly isAsked?: true;
  readonly access?: string;
  readonly onlineMeeting?: OnlineService;
}

const day = 86_400_000;

/**
 * One request; two for an exception. Undefined when the organizer has no such event.
 * @param originalStart of an exception, epoch ms
 * @throws GraphFault; `absent` or `refused` when the mailbox is not ours to read
 */
export async function readOrganizerSays(
  graph: GraphClient,
  organizer: string,
  iCalUId: string,
  asking: Asking,
  originalStart?: number,
): Promise<OrganizerSays | undefined> {
  const found = await readAll(graph, organizer, `/users/${segment(organizer)}/events`, {
    $filter: `iCalUId eq '${iCalUId.replaceAll("'", "''")}'`,
    $select: originalStart === undefined ? EVENT_FIELDS : 'id,isOrganizer',
  });
  const whole = found.find((wire) => wire.isOrganizer === true) ?? found[0];
  const id = text(whole?.id);
  if (whole === undefined || id === undefined) return undefined;
  if (originalStart === undefined) return saidIn(whole, asking);
  const instances = await readAll(graph, organizer, `${eventPath(organizer, id)}/instances`, {
    startDateTime: new Date(originalStart - 2 * day).toISOString(),
    endDateTime: new Date(originalStart + 2 * day).toISOString(),
    $select: EVENT_FIELDS,
  });
  const instance = instances.find((wire) => {
    const { dateTime, timeZone } = objectOf(wire.start);
    return (instantOf(wire.originalStart, 'UTC') ?? instantOf(dateTime, timeZone)) === originalStart;
  });
  return instance === undefined ? undefined : saidIn(instance, asking);
}

function saidIn(wire: Readonly<Record<string, unknown>>, asking: Asking): OrganizerSays {
  const onlineMeeting = onlineMeetingOf(wire);
  return {
    ...askedIn(wire, asking),
    ...(onlineMeeting === undefined ? {} : { onlineMeeting }),
  };
}
