/** calendarView/delta: what changed in a room's calendar, by pages and by whole rounds, and the link to what comes after. */
import type { CalendarChange } from '../meeting/calendar-event.ts';
import type { GraphClient } from './client.ts';
import { segment } from './client.ts';
import { objectOf, readItems, text, type Unusable } from './event.ts';
import { GraphFault } from './fault.ts';
import { Trail } from './trail.ts';

export interface DeltaQuestion {
  readonly mailbox: string;
  /** From an earlier page; its window is within it. */
  readonly link?: string | undefined;
  /** Epoch milliseconds; needed only without a link. Graph fixes it for the token's life. */
  readonly window?: { readonly from: number; readonly to: number } | undefined;
  readonly pageSize?: number;
}

export interface DeltaPage {
  readonly changes: CalendarChange[];
  /** Items nobody can act on; to be logged. */
  readonly unusable: Unusable[];
  /** The round goes on here. */
  readonly nextLink?: string;
  /** The round is over; the next begins here. Exactly one of the two links is there. */
  readonly deltaLink?: string;
}

/**
 * The items of a whole round, which are understood only together (`readItems`): occurrences may come pages before the
 * series that says what they are, or without it.
 * @throws GraphFault; `reset`: begin again without a link
 */
export async function readDeltaRound(
  graph: GraphClient,
  question: DeltaQuestion,
): Promise<{ readonly items: readonly unknown[]; readonly deltaLink: string }> {
  const items: unknown[] = [];
  const trail = new Trail();
  for (let next = question; ; ) {
    const page = await readPage(graph, next);
    for (const item of page.items) items.push(item);
    if (page.deltaLink !== undefined) return { items, deltaLink: page.deltaLink };
    const { nextLink = '' } = page;
    if (!trail.isNew(nextLink))
      throw new GraphFault('garbled', `a page of ${question.mailbox} leads to itself`);
    next = { ...question, link: nextLink, window: undefined };
  }
}

/**
 * The same item may come several times in a round (the last counts), and tombstones of unknown ids are normal.
 * @throws GraphFault; `reset`: begin again without a link
 */
export async function readDelta(graph: GraphClient, question: DeltaQuestion): Promise<DeltaPage> {
  const { items, ...links } = await readPage(graph, question);
  return { ...readItems(items), ...links };
}

async function readPage(
  graph: GraphClient,
  question: DeltaQuestion,
): Promise<{ items: unknown[]; nextLink?: string; deltaLink?: string }> {
  const { mailbox, link, window, pageSize = 50 } = question;
  if (link === undefined && window === undefined) throw new TypeError('a first round needs a window');
  const { body, status } = await graph.send({
    method: 'GET',
    mailbox,
    path: link ?? `/users/${segment(mailbox)}/calendarView/delta`,
    ...(link !== undefined || window === undefined
      ? {}
      : { query: { startDateTime: iso(window.from), endDateTime: iso(window.to) } }),
    // Graph does not keep these in its links: https://learn.microsoft.com/graph/api/event-delta
    prefer: ['IdType="ImmutableId"', 'outlook.timezone="UTC"', `odata.maxpagesize=${pageSize}`],
  });
  const page = objectOf(body);
  const items = page.value;
  const nextLink = text(page['@odata.nextLink']);
  const deltaLink = text(page['@odata.deltaLink']);
  if (!Array.isArray(items) || (nextLink === undefined && deltaLink === undefined)) {
    throw new GraphFault('garbled', `a page of ${mailbox}'s calendar has no items or no link`, { status });
  }
  if (nextLink !== undefined) return { items, nextLink };
  return { items, ...(deltaLink === undefined ? {} : { deltaLink }) };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
