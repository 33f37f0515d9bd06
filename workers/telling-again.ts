/**
 * An operator wants what an organizer was told to be told once more. At least once in the event, at most once by message;
 * safe because the order says over which version of the event it writes before it does (`writesOver`), so that whoever
 * takes it up after a death sees that the event is another one and says it; and a message is written down before it is
 * sent, as ever (`messages.ts`). The order is settled after the ledger says so. Whatever is news is no repetition: it is
 * told as news, and the order with it.
 */
import type { Meeting } from '../src/conference/meeting.ts';
import { noteOf } from '../src/conference/operation/note.ts';
import {
  type Did,
  did,
  isToTell,
  type Order,
  type Outcome,
  type Refusal,
  refused,
} from '../src/conference/operation/operation.ts';
import { writeBody } from '../src/graph/events.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { orAbsent, readOrganizerEvent } from '../src/graph/organizer.ts';
import { withBlock } from '../src/invitation/block.ts';
import { messageAllowedAt, type OrganizersEvent } from '../src/invitation/ledger.ts';
import {
  aheadOf,
  fingerprint,
  isSilent,
  newsOf,
  noticeOf,
  ordinaryOf,
  standingOf,
} from '../src/invitation/standing.ts';
import { blockOf } from '../src/invitation/telling/block-text.ts';
import type { Lease } from '../src/redis/meetings.ts';
import { expectEcho, wordingOf } from './bodies.ts';
import { sendMessage } from './messages.ts';
import { type InvitationDeps, isFinal, reasonOf, type Telling } from './telling.ts';
import { aboutOf, declinedDates } from './wording.ts';

/** Milliseconds within which nobody needs the same once more. */
const justNow = 60_000;
const lookAgain = 1_000;
/** How often a write is repeated at once when the organizer was quicker. */
const staleTries = 3;

interface One {
  readonly meeting: Meeting;
  readonly order: Order;
}

/** The orders of one event or series that are not settled yet, those of the same meeting in their order. */
export class Asked {
  readonly #deps: InvitationDeps;
  readonly #lease: Lease;
  #open: readonly One[];

  constructor(deps: InvitationDeps, meetings: readonly Meeting[], lease: Lease) {
    this.#deps = deps;
    this.#lease = lease;
    this.#open = meetings.flatMap((meeting) =>
      (meeting.orders ?? []).filter(isToTell).map((order) => ({ meeting, order })),
    );
  }

  get isAny(): boolean {
    return this.#open.length > 0;
  }

  get open(): readonly One[] {
    return this.#open;
  }

  /** @returns false when another process has them, or it was settled: then nothing may be done for it any more */
  async progress({ meeting }: One, order: Order): Promise<boolean> {
    return await this.#deps.operations.progress(meeting.key, order, this.#lease);
  }

  async end(one: One, outcome: Outcome): Promise<void> {
    const { meeting, order } = one;
    this.#open = this.#open.filter((other) => other !== one);
    const notes = [noteOf(order, outcome, this.#deps.now())];
    await this.#deps.operations.settle(meeting.key, order.request, outcome, this.#lease, notes);
    const { state } = outcome;
    this.#deps.log.info({ by: order.by, outcome: state }, 'an order to tell an organizer again was settled');
  }

  async endAll(refusal: Refusal, detail?: string): Promise<undefined> {
    for (const one of this.#open) await this.end(one, refused(refusal, this.#deps.now(), detail));
  }
}

/** What holds is what was told: it is told again. @returns when to go on, where that cannot be done now. @throws GraphFault */
export async function tellAgain(telling: Telling, asked: Asked): Promise<number | undefined> {
  const { deps, targets } = telling;
  const known = { clusters: deps.clusters, declined: declinedDates(telling) };
  const present = standingOf(targets, known);
  for (const one of asked.open) {
    if (present === undefined || isSilent(present)) {
      await asked.end(one, refused('nothing-to-tell', deps.now()));
      continue;
    }
    const told = aheadOf(telling.ledger.told?.standing, telling.now);
    if (telling.ledger.told === undefined || fingerprint(told) !== fingerprint(present)) {
      // Whoever asks for it may have mended what stood in its way.
      telling.put({ refused: undefined, untold: undefined });
      return undefined;
    }
    const outcome = hasBeen(telling, one) ?? (await once(telling, asked, one));
    if (outcome === 'taken over') return deps.now() + lookAgain;
    if (typeof outcome === 'number') return outcome;
    await telling.save();
    await asked.end(one, outcome);
  }
  return undefined;
}

/** What was news was told, or not. `next` is when it is looked at again. */
export async function settleNews(telling: Telling, asked: Asked, next: number | undefined): Promise<void> {
  if (!asked.isAny) return;
  await telling.save();
  const { untold } = telling.ledger;
  for (const one of asked.open) {
    const outcome = hasBeen(telling, one);
    if (outcome !== undefined) await asked.end(one, outcome);
  }
  if (untold !== undefined) await asked.endAll('not-told', untold.reason);
  else if (next === undefined) await asked.endAll('nothing-to-tell');
}

/** Since it was ordered. */
function hasBeen({ ledger: { told }, deps }: Telling, { order }: One): Outcome | undefined {
  return told === undefined || told.at < order.at ? undefined : did(ways[told.way], deps.now());
}

const ways: Readonly<Record<'event' | 'mail' | 'reply', Did>> = {
  event: { what: 'invitation-written' },
  mail: { what: 'organizer-mailed' },
  reply: { what: 'organizer-answered' },
};

async function once(telling: Telling, asked: Asked, one: One): Promise<Outcome | number | 'taken over'> {
  const { told } = telling.ledger;
  try {
    return told === undefined || told.way === 'event'
      ? await inBody(telling, asked, one)
      : await byMessage(telling, told.way);
  } catch (error) {
    if (!(error instanceof GraphFault) || !isFinal(error)) throw error;
    return refused('not-told', telling.deps.now(), reasonOf(error));
  }
}

function isRecent({ ledger, now }: Telling): boolean {
  return now < Math.max(ledger.told?.at ?? 0, ledger.againAt ?? 0) + justNow;
}

/** Written though it says it already: then Exchange sends it once more to everybody who is invited. */
async function inBody(telling: Telling, asked: Asked, one: One): Promise<Outcome | 'taken over'> {
  const { deps, organizer, ledger } = telling;
  const body = bodyOf(telling, one.meeting);
  if (body?.standing === undefined || isSilent(body.standing) || ledger.told === undefined)
    return refused('nothing-to-tell', deps.now());
  const block = blockOf(noticeOf(body.standing), ledger.told.reader, wordingOf(telling));
  let { order } = one;
  for (let tries = 1; ; tries += 1) {
    const event = await orAbsent(readOrganizerEvent(deps.graph, organizer.address, body.id));
    if (event === undefined)
      return refused('not-told', deps.now(), 'the organizer does not have the event any more');
    const wanted = withBlock(event.body, block);
    const says = wanted === event.body;
    // Whoever wrote it died before saying so.
    const isWritten = order.writesOver !== undefined && order.writesOver !== event.etag && says;
    if (isWritten) return written(telling, one.meeting, event.etag);
    if (says && order.writesOver === undefined && isRecent(telling))
      return refused('told-just-now', deps.now());
    if (order.writesOver !== event.etag) {
      order = { ...order, writesOver: event.etag };
      if (!(await asked.progress(one, order))) return 'taken over';
    }
    try {
      await expectEcho(telling, spokenOf(telling, one.meeting));
      const { etag } = await writeBody(deps.graph, organizer.address, event.id, event.etag, wanted);
      return written(telling, one.meeting, etag);
    } catch (error) {
      if (!(error instanceof GraphFault) || error.kind !== 'stale' || tries >= staleTries) throw error;
    }
  }
}

/** The one that speaks of this meeting: of an occurrence its own, where it has one. */
function bodyOf({ ledger }: Telling, { last }: Meeting): OrganizersEvent | undefined {
  const own = last.originalStart === undefined ? undefined : ledger.bodies?.[last.originalStart];
  return own === undefined || own.id === '' ? ledger.event : own;
}

/** The meetings that the same body speaks of. */
function spokenOf({ targets }: Telling, { key }: Meeting): readonly Meeting[] {
  const target = targets.find(({ meetings }) => meetings.some((meeting) => meeting.key === key));
  return target?.meetings ?? [];
}

function written(telling: Telling, meeting: Meeting, etag: string): Outcome {
  const { deps, ledger, uid } = telling;
  const body = bodyOf(telling, meeting);
  const of = meeting.last.originalStart;
  const own = of === undefined ? undefined : ledger.bodies?.[of];
  const known =
    of !== undefined && own !== undefined && own === body
      ? { bodies: { ...ledger.bodies, [of]: { ...own, etag } } }
      : ledger.event && { event: { ...ledger.event, etag } };
  telling.put({ ...known, againAt: deps.now() });
  const number = body?.standing?.joining?.number;
  telling.note([meeting], { what: 'invitation-written', ...(number === undefined ? {} : { number }) });
  deps.metrics.invitations.inc({ outcome: 'written' });
  deps.log.info({ uid, outcome: 'written again' }, 'organizer told');
  return did({ what: 'invitation-written' }, deps.now());
}

async function byMessage(telling: Telling, way: 'mail' | 'reply'): Promise<Outcome | number> {
  const { deps, ledger, meetings, now, targets } = telling;
  if (ledger.told === undefined) return refused('nothing-to-tell', deps.now());
  if (isRecent(telling)) return refused('told-just-now', deps.now());
  if (messageAllowedAt(ledger, now) > now) return refused('told-often', deps.now());
  const { standing, reader } = ledger.told;
  const concerned = targets.flatMap((target) => target.meetings);
  const isSeries = meetings.some(({ last }) => last.originalStart !== undefined);
  const sent = await sendMessage(telling, way, {
    ...{ reader, standing, meetings: concerned },
    // As if nobody had been told anything.
    notice: { ...noticeOf(standing), facts: newsOf(undefined, standing, ordinaryOf(targets)) },
    about: aboutOf(telling, concerned, isSeries),
  });
  if (sent.kind === 'later') return sent.at;
  return sent.kind === 'sent' ? did(ways[way], deps.now()) : refused('not-told', deps.now(), sent.reason);
}
