/** What is told of tickets to one who wants to hear of them: in order, after it has settled, and for a day at most. */
import type { Ticket } from './ticket.ts';
import { type Severity, ticketKinds } from './ticket-codes.ts';

export const newsEvents = ['ticket-opened', 'ticket-acknowledged', 'ticket-closed'] as const;
export type NewsEvent = (typeof newsEvents)[number];

/** Instants in epoch ms. */
export interface News {
  /** In the order of the feed, and the same for all who are told of it. */
  readonly id: string;
  readonly event: NewsEvent;
  readonly at: number;
  /** As it was then. */
  readonly ticket: Ticket;
}

/** Milliseconds that a ticket has to stand, or nobody is told that it did. */
export const settlingTime = 30_000;
/** By which the clocks of two processes may differ: until then a closing that undoes it may still be on its way. */
const clockTolerance = 2_000;
/** Milliseconds after which news are given up. */
export const tellFor = 86_400_000;

export type NewsStep =
  | { readonly kind: 'tell'; readonly news: readonly News[] }
  /** Of what is older than a day. */
  | { readonly kind: 'give-up'; readonly news: News }
  /** Up to this one there is nothing to tell. */
  | { readonly kind: 'pass'; readonly upTo: string }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'nothing' };

export interface Wish {
  readonly severities: readonly Severity[];
  readonly events: readonly NewsEvent[];
}

/**
 * What comes first of the news that are not told yet.
 * @param news the oldest first, all that there were
 * @param now epoch ms, when they were read
 */
export function nextStep(news: readonly News[], { severities, events }: Wish, now: number): NewsStep {
  const shortLived = new Set(news.filter(wasShort).map(({ ticket }) => ticket.id));
  const told: News[] = [];
  let passed: string | undefined;
  for (const one of news) {
    const isWanted = severities.includes(ticketKinds[one.ticket.code].severity) && events.includes(one.event);
    if (!isWanted || shortLived.has(one.ticket.id)) {
      if (told.length === 0) passed = one.id;
      continue;
    }
    const isSettledAt = one.event === 'ticket-opened' ? one.at + settlingTime + clockTolerance : one.at;
    const isOld = one.at + tellFor < now;
    if (isOld || (one.event === 'ticket-opened' && isSettledAt > now)) {
      if (told.length > 0) break;
      if (passed !== undefined) return { kind: 'pass', upTo: passed };
      return isOld ? { kind: 'give-up', news: one } : { kind: 'wait', until: isSettledAt };
    }
    told.push(one);
  }
  if (told.length > 0) return { kind: 'tell', news: told };
  return passed === undefined ? { kind: 'nothing' } : { kind: 'pass', upTo: passed };
}

/** The closing of a ticket that has not stood for long: what else is known of it says nothing to anybody. */
function wasShort({ event, ticket }: News): boolean {
  return event === 'ticket-closed' && (ticket.closedAt ?? 0) - ticket.since < settlingTime;
}

const firstPause = 5_000;
const longestPause = 3_600_000;

/**
 * Milliseconds until the next attempt.
 * @param failures in a row, from 1
 * @param random from 0 to 1
 */
export function pauseAfter(failures: number, random: number): number {
  const whole = Math.min(longestPause, firstPause * 2 ** Math.min(failures - 1, 20));
  return Math.round(whole * (0.5 + random / 2));
}
