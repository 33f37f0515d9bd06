/** What the configuration says of a room's bookings, and how its calendar must be read for it. */
import type { Config, RoomConfig } from './config.ts';
import type { EventReading } from './graph/event.ts';
import { canBeAsked } from './meeting/asking.ts';
import type { RoomView } from './meeting/room-bookings.ts';

export interface RoomRules {
  readonly view: Omit<RoomView, 'now'>;
  readonly reading: Omit<EventReading, 'allDay'>;
  /** Another whenever what was read would be read otherwise now. */
  readonly readAs: string;
}

export function roomRules(
  room: RoomConfig,
  config: Pick<Config, 'access' | 'calendar' | 'conference' | 'clusters'>,
): RoomRules {
  const { askedBy, onlineMeetings } = config.conference;
  const view = { conference: room.conference, onlineMeetings, hides: room.privacy };
  // Texts are looked through only where something depends on them.
  const asking = config.access.flatMap(({ name, askedBy: by }) =>
    canBeAsked(by) ? [{ name, askedBy: by }] : [],
  );
  const isTextWanted =
    room.conference === 'whenAsked' ||
    (room.conference === 'always' && (onlineMeetings === 'leave' || asking.length > 0));
  const reading = {
    ...(room.timeZone === undefined ? {} : { zone: room.timeZone }),
    ...(isTextWanted ? { text: { askedBy, access: asking } } : {}),
  };
  const { horizon } = config.calendar;
  // What was placed on a cluster that is gone is found when everything is looked at again.
  const clusters = config.clusters.map(({ name, numbers }) => [name, numbers]);
  const policies = config.access.map(({ askedBy: _, ...policy }) => policy);
  const access = { policies, policy: room.access ?? config.conference.access };
  return { view, reading, readAs: JSON.stringify({ view, reading, horizon, clusters, access }) };
}
