/**
 * Spares a look at the organizer's copy: most rings come from time passing (an occurrence ends, another one comes in at the
 * horizon) and not from people, and what was told still holds. Whoever changes an event marks it first (`ToldStore.touch`).
 */
import type { Meeting } from '../src/conference/meeting.ts';
import { type Circumstances, fingerprint, standingAlone } from '../src/invitation/standing.ts';
import type { Telling } from './telling.ts';

/**
 * Whether the organizer's copy is as we left it and says what it should. Dates of a series that are new take over what is
 * known of it.
 * @param isToldSo whether the whole of it is what was told last
 */
export async function isAsLeft(
  telling: Telling,
  isToldSo: boolean,
  circumstances: Circumstances,
): Promise<boolean> {
  const { ledger, deps, meetings } = telling;
  const { event, told, refused, untold, bad, gone, missingSince } = ledger;
  if (!isToldSo || told?.way !== 'event' || event?.standing === undefined || event.etag === '') return false;
  if ([refused, untold, bad, gone, missingSince].some((open) => open !== undefined)) return false;
  if (!telling.targets.every((target) => target.kind === 'event' || saysSo(target))) return false;
  const unread = meetings.filter(({ organizerCopy }) => organizerCopy === undefined);
  const known = meetings.find((meeting) => isPlain(meeting) && typeof meeting.organizerCopy === 'object');
  if (unread.length > 0 && (known?.organizerCopy === undefined || !unread.every(isPlain))) return false;
  for (const { key } of unread) {
    if (known?.organizerCopy !== undefined) await deps.meetings.putOrganizerCopy(key, known.organizerCopy);
  }
  return true;

  function saysSo(target: Extract<(typeof telling.targets)[number], { kind: 'occurrence' }>): boolean {
    const standing = standingAlone(target, circumstances);
    if (standing === undefined) return true;
    const said = ledger.bodies?.[target.originalStart];
    return said !== undefined && fingerprint(said.standing) === fingerprint(standing);
  }
}

/** One that is as its series has it. */
function isPlain({ last }: Meeting): boolean {
  return last.originalStart !== undefined && last.exceptionUid === undefined;
}
