/**
 * The way `event`: the block in the organizer's own event says what holds. At least once; safe because a body is read
 * first, written only where it would say something else, and only if nobody has changed it meanwhile (If-Match). What
 * the write gave back is kept, so that a later look at the same version ends at once.
 */
import type { Meeting } from '../src/conference/meeting.ts';
import { type OrganizerEvent, writeBody } from '../src/graph/events.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { orAbsent, readOrganizerEvent } from '../src/graph/organizer.ts';
import { blockText, readBlock, withBlock } from '../src/invitation/block.ts';
import type { Reader } from '../src/invitation/notice.ts';
import { fingerprint, isSilent, noticeOf, type Standing } from '../src/invitation/standing.ts';
import { blockOf } from '../src/invitation/telling/block-text.ts';
import type { Telling } from './telling.ts';

/** How often a write is repeated at once when the organizer was quicker. */
const staleTries = 3;
/**
 * For so many milliseconds a change of the rooms' entries is taken for the echo of our write, and so many notifications
 * of each. An organizer who was as quick is found by what the rooms' entries then tell (`syncing.ts`).
 */
export const echo = { within: 10_000, count: 3 };

export interface BodyTold {
  /** Of this version it is known that it says what it should. */
  readonly etag: string;
  readonly standing: Standing;
}

export interface Wanted {
  readonly standing: Standing;
  readonly reader: Reader;
  /** The meetings that this body speaks of. */
  readonly meetings: readonly Meeting[];
  /** What is new in it, for the timeline. */
  readonly facts: string;
}

/** @returns what is known of the body now. @throws GraphFault; `stale` where the organizer was quicker each time */
export async function tellInBody(
  telling: Telling,
  found: OrganizerEvent,
  known: BodyTold | undefined,
  wanted: Wanted,
): Promise<BodyTold> {
  const { deps, organizer } = telling;
  const { standing } = wanted;
  const saidBefore = known !== undefined && fingerprint(known.standing) === fingerprint(standing);
  let event: OrganizerEvent | undefined = found;
  for (let tries = 1; event !== undefined; tries += 1) {
    if (saidBefore && (event.etag === known.etag || stillSays(event, standing)))
      return { etag: event.etag, standing };
    const body = withBlock(event.body, blockOf(noticeOf(standing), wanted.reader, wordingOf(telling)));
    if (body === event.body) {
      // Whoever has written it may have died before saying so.
      if (!saidBefore) noteWritten(telling, known, wanted, 'found');
      return { etag: event.etag, standing };
    }
    try {
      await expectEcho(telling, wanted.meetings);
      const { etag } = await writeBody(deps.graph, organizer.address, event.id, event.etag, body);
      noteWritten(telling, known, wanted, 'written');
      return { etag, standing };
    } catch (error) {
      if (!(error instanceof GraphFault) || error.kind !== 'stale' || tries >= staleTries) throw error;
      event = await orAbsent(readOrganizerEvent(deps.graph, organizer.address, event.id));
    }
  }
  return { etag: '', standing };
}

/** Told before and still there: other words for the same are no reason to write to everybody who is invited. */
function stillSays({ body }: OrganizerEvent, standing: Standing): boolean {
  if (standing.joining === undefined) return (blockText(body) === undefined) === isSilent(standing);
  const said = readBlock(body);
  return said?.number === standing.joining.number && said.passcode === standing.joining.passcode;
}

export function wordingOf({ deps: { invitation, templates } }: Telling) {
  return {
    ...(invitation.help === undefined ? {} : { help: invitation.help }),
    ...(templates === undefined ? {} : { templates }),
  };
}

export async function expectEcho({ deps }: Telling, meetings: readonly Meeting[]): Promise<void> {
  const until = deps.now() + echo.within;
  const entries = new Map(
    meetings.flatMap(({ bookings }) =>
      [...bookings].map(([mailbox, { eventId }]) => [`${mailbox} ${eventId}`, { mailbox, eventId }] as const),
    ),
  );
  for (const { mailbox, eventId } of entries.values())
    await deps.expectEcho(mailbox, eventId, until, echo.count);
}

function noteWritten(
  telling: Telling,
  known: BodyTold | undefined,
  { standing, meetings, facts }: Wanted,
  how: 'written' | 'found',
): void {
  const silent = isSilent(standing);
  if (how === 'found' && silent && (known === undefined || isSilent(known.standing))) return;
  const { deps, uid } = telling;
  if (how === 'written') {
    deps.metrics.invitations.inc({ outcome: silent ? 'removed' : 'written' });
    deps.log.info({ uid, outcome: silent ? 'removed' : 'written' }, 'organizer told');
  }
  telling.note(
    meetings,
    silent
      ? { what: 'invitation-removed' }
      : {
          what: 'invitation-written',
          ...(standing.joining === undefined ? {} : { number: standing.joining.number }),
          ...(facts === '' ? {} : { facts }),
        },
  );
}
