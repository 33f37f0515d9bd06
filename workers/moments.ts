/**
 * What happens in a conference, and what hosts join with: told to the organizer alone, by message. At most once; safe
 * because what was told stands in the ledger, and what is about to be sent is written down before (see `messages.ts`).
 */
import type { Meeting } from '../src/conference/meeting.ts';
import { hostsMoments } from '../src/invitation/hosts.ts';
import { type Moment, momentsOf } from '../src/invitation/moments.ts';
import { kindsOf, type Outcome, sendMessage } from './messages.ts';
import type { Telling } from './telling.ts';
import { aboutOf, readerOf } from './wording.ts';

const day = 86_400_000;

/** @returns when to go on; undefined when all is told that can be */
export async function tellMoments(telling: Telling): Promise<number | undefined> {
  const { deps, ledger, meetings, now, targets } = telling;
  if (ledger.intent !== undefined) return undefined;
  const hosts = hostsMoments(targets, deps.clusters, ledger.moments ?? []);
  const later = await tellInMessage(
    telling,
    targets.flatMap((target) => target.meetings),
    hosts,
  );
  if (later !== undefined) return later;
  for (const meeting of meetings.filter(({ last }) => last.start <= now && now < last.end + day)) {
    const { alsoTell } = deps.invitation;
    const moments = momentsOf(meeting, now, { alsoTell, told: telling.ledger.moments ?? [] });
    const again = await tellInMessage(telling, [meeting], moments);
    if (again !== undefined) return again;
  }
  return undefined;
}

/** By the first way that is open; where none is, that is said on the timeline. @returns when to try again */
async function tellInMessage(
  telling: Telling,
  meetings: readonly Meeting[],
  moments: readonly Moment[],
): Promise<number | undefined> {
  const { deps, ledger } = telling;
  if (moments.length === 0) return undefined;
  const facts = moments.map(({ fact }) => fact);
  const ids = moments.map(({ id }) => id);
  const reader = ledger.told?.reader ?? (await readerOf(telling));
  const reasons: string[] = [];
  let outcome: Outcome = { kind: 'impossible', reason: 'no way by message is configured' };
  for (const way of deps.invitation.ways.filter((one) => one !== 'event')) {
    outcome = await sendMessage(telling, way, {
      ...{ reader, meetings, moments: ids },
      notice: {
        joining: facts.some(({ kind }) => kind === 'ready') ? ledger.told?.standing.joining : undefined,
        facts,
      },
      about: aboutOf(telling, meetings, meetings.length > 1),
    });
    if (outcome.kind !== 'impossible') break;
    reasons.push(`${way}: ${outcome.reason}`);
  }
  if (outcome.kind === 'later') return outcome.at;
  if (outcome.kind === 'impossible') {
    telling.put({ moments: [...(telling.ledger.moments ?? []), ...ids].slice(-50) });
    telling.note(meetings, {
      what: 'organizer-not-told',
      facts: kindsOf(facts),
      reason: reasons.join('; ') || outcome.reason,
    });
  }
  return undefined;
}
