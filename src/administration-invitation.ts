/**
 * The invitation of a meeting as its organizer was told it last: made of what the ledger says was told, by the templates
 * of today. It says what everybody who is invited may read, and so nothing of what hosts come in by.
 */
import type { z } from 'zod';
import type { Meeting } from './conference/meeting.ts';
import type { TimelineWord } from './conference/timeline.ts';
import { iso, isoOrNull } from './conference/view.ts';
import type { InvitationConfig } from './config.ts';
import type { invitation } from './http/api/invitation.ts';
import type { Ledger, Way } from './invitation/ledger.ts';
import { isSilent, noticeOf, type Standing } from './invitation/standing.ts';
import { blockOf } from './invitation/telling/block-text.ts';
import type { Templates } from './invitation/templates/templates.ts';
import type { MeetingStore } from './redis/meetings.ts';
import type { ToldStore } from './redis/told.ts';

type Invitation = z.infer<typeof invitation>;

export interface InvitationReading {
  readonly invitation: Pick<InvitationConfig, 'help'>;
  /** An administrator's own texts. */
  readonly templates?: Templates;
  readonly meetings: Pick<MeetingStore, 'load' | 'timeline'>;
  readonly told: Pick<ToldStore, 'load'>;
}

const states: Readonly<Record<Way, Invitation['state']>> = {
  event: 'written',
  mail: 'mailed',
  reply: 'answered',
};

const words: ReadonlySet<TimelineWord> = new Set([
  ...(['invitation-written', 'invitation-removed', 'invitation-refused'] as const),
  ...(['organizer-mailed', 'organizer-answered', 'organizer-not-told', 'telling-unclear'] as const),
]);

/** @returns undefined for no meeting */
export async function readInvitation(deps: InvitationReading, key: string): Promise<Invitation | undefined> {
  const meeting = await deps.meetings.load(key);
  if (meeting === undefined) return undefined;
  const [ledger, timeline] = await Promise.all([
    deps.told.load(meeting.last.uid),
    deps.meetings.timeline(key),
  ]);
  const { told, refused, untold } = ledger;
  const standing = standingOf(ledger, meeting);
  const isSaid = standing !== undefined && !isSilent(standing);
  const block = told && isSaid ? blockOf(noticeOf(standing), told.reader, wordingOf(deps)) : undefined;
  const sent = timeline.filter(({ what }) => words.has(what));
  const at = sent.findLast(({ what }) => what !== 'invitation-refused' && what !== 'organizer-not-told')?.at;
  return {
    state: untold !== undefined ? 'not-told' : told && isSaid ? states[told.way] : 'nothing',
    at: isoOrNull(at ?? told?.at),
    reason: untold?.reason ?? refused?.reason ?? null,
    language: told?.reader.language ?? null,
    timeZone: told?.reader.timeZone ?? null,
    ...{ text: block?.text ?? null, html: block?.html ?? null },
    sent: sent.map(({ at: when, ...entry }) => ({ at: iso(when), ...entry })),
  };
}

/** What the body that speaks of this meeting says: of an occurrence its own, where it has one. */
function standingOf({ told, event, bodies }: Ledger, { last }: Meeting): Standing | undefined {
  const own = last.originalStart === undefined ? undefined : bodies?.[last.originalStart];
  if (own !== undefined && own.id !== '') return own.standing;
  return told?.way === 'event' ? (event?.standing ?? told.standing) : told?.standing;
}

function wordingOf({ invitation: { help }, templates }: InvitationReading) {
  return { ...(help === undefined ? {} : { help }), ...(templates === undefined ? {} : { templates }) };
}
