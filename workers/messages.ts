/**
 * The ways `mail` and `reply`: a message to the organizer. Once for the same fact: what is about to be sent is written
 * down before, and after a death or a lost answer it is looked for. A mail lies in the sender's Sent Items; where those
 * may not be read it counts as sent, and the timeline says so (`telling-unclear`). A room's answer has a time in its copy,
 * which another answer changes.
 */
import { createHash } from 'node:crypto';
import type { Meeting } from '../src/conference/meeting.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { sendMail, wasSent } from '../src/graph/mail.ts';
import { acceptWithComment, readResponse } from '../src/graph/replies.ts';
import {
  type Intent,
  messageAllowedAt,
  type Telling as Told,
  withMessageSent,
} from '../src/invitation/ledger.ts';
import type { About, Fact, Notice, Reader } from '../src/invitation/notice.ts';
import { fingerprint, type Standing } from '../src/invitation/standing.ts';
import { mailOf } from '../src/invitation/telling/mail.ts';
import { replyOf } from '../src/invitation/telling/reply.ts';
import { echo, wordingOf } from './bodies.ts';
import { isFinal, reasonOf, type Telling } from './telling.ts';

export interface Message {
  readonly notice: Notice;
  readonly about: About;
  readonly reader: Reader;
  /** The meetings that it speaks of. */
  readonly meetings: readonly Meeting[];
  /** What the organizer has been told with it. */
  readonly standing?: Standing;
  readonly moments?: readonly string[];
}

export type Outcome =
  | { readonly kind: 'sent' }
  /** As things are; the reason is for people. */
  | { readonly kind: 'impossible'; readonly reason: string }
  | { readonly kind: 'later'; readonly at: number };

/** Until a mail that was accepted lies in Sent Items. */
const sentItemsLag = 30_000;
/** A room that has not answered yet must not be made to accept. */
const undecided = 60_000;
/** Only a memory that is so young may have forgotten what was told. */
const youngMemory = 86_400_000;

export async function sendMessage(
  telling: Telling,
  way: 'mail' | 'reply',
  message: Message,
): Promise<Outcome> {
  const at = messageAllowedAt(telling.ledger, telling.now);
  if (at > telling.now) return { kind: 'later', at };
  return way === 'mail' ? await mail(telling, message) : await reply(telling, message);
}

/** What the last attempt left open. @returns when it can be known; undefined when nothing is open. @throws GraphFault */
export async function settleIntent(telling: Telling): Promise<number | undefined> {
  const { deps, ledger, now } = telling;
  const { intent } = ledger;
  if (intent === undefined) return undefined;
  const { room, way } = intent;
  const from = deps.invitation.mail?.from;
  try {
    if (room !== undefined) {
      const { time } = await readResponse(deps.graph, room.mailbox, room.eventId);
      if (time === room.answeredAt) telling.put({ intent: undefined });
      else
        await conclude(telling, intent, telling.meetings, { what: 'organizer-answered', room: room.mailbox });
      return undefined;
    }
    if (from !== undefined) {
      if (await wasSent(deps.graph, from, 'mail', intent.mark)) {
        await conclude(telling, intent, telling.meetings, { what: 'organizer-mailed' });
        return undefined;
      }
      if (now < intent.at + sentItemsLag) return intent.at + sentItemsLag;
      telling.put({ intent: undefined });
      return undefined;
    }
  } catch (error) {
    if (!(error instanceof GraphFault) || !isFinal(error)) throw error;
  }
  await conclude(telling, intent, telling.meetings, { what: 'telling-unclear', way });
  return undefined;
}

async function mail(telling: Telling, message: Message): Promise<Outcome> {
  const { deps, organizer, uid } = telling;
  const from = deps.invitation.mail?.from;
  if (from === undefined) return { kind: 'impossible', reason: 'no mailbox is configured to send mail from' };
  const intent = intended(telling, 'mail', message);
  const standing = digest(uid, fingerprint(message.standing));
  try {
    if (await wasToldBefore(telling, from, message, standing)) {
      await conclude(telling, intent, message.meetings, { what: 'organizer-mailed' });
      return { kind: 'sent' };
    }
    telling.put({ intent });
    await telling.save();
    const { subject, html } = mailOf(message.notice, message.about, message.reader, wordingOf(telling));
    await sendMail(deps.graph, from, {
      to: [organizer],
      subject,
      html,
      marks: { mail: intent.mark, standing },
    });
  } catch (error) {
    return failed(telling, error);
  }
  await conclude(telling, intent, message.meetings, { what: 'organizer-mailed' });
  return { kind: 'sent' };
}

/** After the loss of Redis the mails themselves are the memory. */
async function wasToldBefore(
  { deps, ledger, now }: Telling,
  from: string,
  { standing }: Message,
  mark: string,
): Promise<boolean> {
  if (standing === undefined || ledger.told !== undefined) return false;
  const since = await deps.memorySince?.();
  if (since === undefined || now > since + youngMemory) return false;
  try {
    return await wasSent(deps.graph, from, 'standing', mark);
  } catch (error) {
    if (error instanceof GraphFault && isFinal(error)) return false;
    throw error;
  }
}

async function reply(telling: Telling, message: Message): Promise<Outcome> {
  const { deps, organizer } = telling;
  let reason = 'no room of the meeting can answer';
  for (const { room, eventId } of guests(message.meetings, organizer.address)) {
    try {
      const { response, time } = await readResponse(deps.graph, room, eventId);
      if (response === 'notResponded' || response === 'tentativelyAccepted') {
        return { kind: 'later', at: telling.now + undecided };
      }
      if (response !== 'accepted') continue;
      const answer = { mailbox: room, eventId, answeredAt: time };
      const intent = { ...intended(telling, 'reply', message), room: answer };
      telling.put({ intent });
      await telling.save();
      const comment = replyOf(message.notice, message.about, message.reader, wordingOf(telling));
      await deps.expectEcho(room, eventId, deps.now() + echo.within, echo.count);
      await acceptWithComment(deps.graph, room, eventId, comment);
      await conclude(telling, intent, message.meetings, { what: 'organizer-answered', room });
      return { kind: 'sent' };
    } catch (error) {
      const outcome = failed(telling, error);
      if (outcome.kind !== 'impossible') return outcome;
      reason = outcome.reason;
    }
  }
  return { kind: 'impossible', reason };
}

/** Rooms that were invited, each with its entry; a series answers as a whole where it can. */
function guests(meetings: readonly Meeting[], organizer: string): { room: string; eventId: string }[] {
  const found = new Map<string, { room: string; eventId: string; whole: boolean }>();
  for (const { booked, bookings } of meetings) {
    for (const room of booked?.rooms ?? []) {
      const booking = bookings.get(room);
      if (booking === undefined || room.toLowerCase() === organizer.toLowerCase()) continue;
      const whole = booking.exceptionUid === undefined;
      if (!found.has(room) || (whole && found.get(room)?.whole === false)) {
        found.set(room, { room, eventId: booking.eventId, whole });
      }
    }
  }
  return [...found.values()];
}

function intended(telling: Telling, way: 'mail' | 'reply', message: Message): Intent {
  const at = telling.deps.now();
  const { standing, reader, moments = [] } = message;
  const told: Told | undefined = standing && { way, at, standing, reader };
  const facts = kindsOf(message.notice.facts);
  // Another time the same news is another message.
  const mark = digest(telling.uid, facts, fingerprint(standing), moments.join(), at);
  return { way, mark, at, moments, facts, ...(told === undefined ? {} : { telling: told }) };
}

async function conclude(
  telling: Telling,
  intent: Intent,
  meetings: readonly Meeting[],
  note: {
    readonly what: 'organizer-mailed' | 'organizer-answered' | 'telling-unclear';
    readonly [detail: string]: string;
  },
): Promise<void> {
  const { deps, ledger, uid } = telling;
  const { facts } = intent;
  telling.ledger = withMessageSent(ledger, intent.at);
  telling.put({
    ...{ intent: undefined, untold: undefined, bad: undefined, told: intent.telling ?? ledger.told },
    moments: [...(ledger.moments ?? []), ...intent.moments].slice(-50),
  });
  const number = intent.telling?.standing.joining?.number;
  telling.note(meetings, { ...note, facts, ...(number === undefined ? {} : { number }) });
  deps.metrics.invitations.inc({ outcome: outcomes[note.what] });
  deps.log.info({ uid, outcome: note.what, facts }, 'organizer told');
  await telling.save();
}

const outcomes = {
  'organizer-mailed': 'mailed',
  'organizer-answered': 'answered',
  'telling-unclear': 'unclear',
} as const;

/** What is not known to have failed stays intended. */
function failed(telling: Telling, error: unknown): Outcome {
  if (!(error instanceof GraphFault)) throw error;
  const { deps, uid } = telling;
  if (isFinal(error)) {
    telling.put({ intent: undefined });
    return { kind: 'impossible', reason: reasonOf(error) };
  }
  if (!error.sent) telling.put({ intent: undefined });
  deps.metrics.invitations.inc({ outcome: 'postponed' });
  deps.log.warn({ uid, reason: reasonOf(error) }, 'organizer will be told later');
  return { kind: 'later', at: deps.now() + (error.retryAfter ?? 10_000) };
}

export function kindsOf(facts: readonly Fact[]): string {
  return facts.map(({ kind }) => kind).join(',');
}

function digest(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('base64url').slice(0, 32);
}
