/** How many people meetings have had in besides their rooms: what is expected of those to come. */
import type { Picture } from '../attendance/picture.ts';
import { mostAtOnce } from '../report/most.ts';

/** Of fewer meetings nothing is concluded. */
export const fewestMeasured = 10;

export interface PeopleExpected {
  /** A meeting, on average; undefined where too few are known. */
  readonly perMeeting: number | undefined;
  /** By how many meetings that was measured, or could be. */
  readonly meetings: number;
}

/** Most of them at one instant, of a conference that is over. Rooms are none of them, and neither is who waited outside. */
export function peopleAtOnce({ participants }: Pick<Picture, 'participants'>): number {
  return mostAtOnce(
    participants.flatMap(({ id, callBridge, room, joined, left }) =>
      room !== null || joined === null || left === null
        ? []
        : [{ name: `${callBridge} ${id}`, from: Date.parse(joined), to: Date.parse(left) }],
    ),
  );
}

/** By what meetings of the past had; to a tenth. */
export function expectedOf(past: readonly number[]): PeopleExpected {
  const meetings = past.length;
  if (meetings < fewestMeasured) return { perMeeting: undefined, meetings };
  const sum = past.reduce((total, one) => total + one, 0);
  return { perMeeting: Math.round((10 * sum) / meetings) / 10, meetings };
}
