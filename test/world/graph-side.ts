/** What the simulated tenant was asked, told in the words of the stories. */
import type { GraphSimulator } from '../simulators/graph/simulator.ts';

type Asked = GraphSimulator['log'][number];

/** Delta requests to a mailbox, in the order in which they were answered. */
export function deltaRequests(graph: GraphSimulator, mailbox: string): Asked[] {
  return graph.log.filter((entry) => entry.mailbox === mailbox && /\/calendarView\/delta/i.test(entry.path));
}

/** Of these, the ones that began a round: by a window or by a delta link. */
export function deltaRounds(graph: GraphSimulator, mailbox: string): Asked[] {
  return deltaRequests(graph, mailbox).filter(({ path }) => !/skiptoken/i.test(path));
}

/** Bodies that were written to the mailbox. */
export function bodyWrites(graph: GraphSimulator, mailbox: string): Asked[] {
  return graph.log.filter(
    (entry) => entry.mailbox === mailbox && entry.method === 'PATCH' && /\/events\//.test(entry.path),
  );
}

/** Requests about subscriptions, in order. */
export function subscriptionRequests(graph: GraphSimulator, method: string): Asked[] {
  return graph.log.filter((entry) => entry.method === method && /\/subscriptions/.test(entry.path));
}

/** The whole second so many seconds from now. */
export function inSeconds(seconds: number): Date {
  return new Date((Math.ceil(Date.now() / 1_000) + seconds) * 1_000);
}

/** An hour of the day so many days from today (UTC). */
export function onDay(days: number, hour: number, minute = 0): Date {
  const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  return new Date(midnight + days * 86_400_000 + hour * 3_600_000 + minute * 60_000);
}
