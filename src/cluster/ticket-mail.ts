/** The mails that tell administrators of tickets: one for each of the news, or one for many. English, like the tickets. */
import { escapeHtml } from '../invitation/block.ts';
import { type Severity, severities, ticketKinds } from './ticket-codes.ts';
import type { News } from './ticket-news.ts';

export interface TicketMail {
  /** One line, without control characters. */
  readonly subject: string;
  /** A whole document. */
  readonly html: string;
}

/** Lines of one mail; of more it says how many. */
const linesAtMost = 100;
const longestSubject = 200;

export function ticketMail({ event, at, ticket }: News): TicketMail {
  const { severity, title, remedy } = ticketKinds[ticket.code];
  const isClosed = event === 'ticket-closed';
  const rows: [string, string][] = [
    ['About', ticket.about],
    [isClosed ? 'It was' : 'It is', ticket.detail],
    ['Severity', severity],
    ['Since', stamp(ticket.since)],
    ...(isClosed ? [['Closed', stamp(ticket.closedAt ?? at)] as [string, string]] : []),
    ...(isClosed ? [] : [['To do', remedy] as [string, string]]),
    ...(ticket.acknowledged === undefined
      ? []
      : [['Acknowledged', `by ${ticket.acknowledged.by}: ${ticket.acknowledged.note}`] as [string, string]]),
    ['Ticket', `${ticket.id} (${ticket.code})`],
  ];
  const table = rows.map(
    ([name, value]) => `<tr><th align="left" valign="top">${name}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return {
    subject: subjectOf(`${isClosed ? 'closed' : severity}: ${title} (${ticket.about})`),
    html: documentOf(`<p>${escapeHtml(title)}</p><table>${table.join('')}</table>`),
  };
}

/** Many at once, in their order. */
export function manyTicketsMail(news: readonly News[]): TicketMail {
  const opened = news.filter(({ event }) => event === 'ticket-opened');
  const count = (severity: Severity) => opened.filter((one) => severityOf(one) === severity).length;
  const counts = severities.map((severity) => [count(severity), severity] as const).filter(([n]) => n > 0);
  const closed = news.length - opened.length;
  const parts = [
    ...counts.map(([n, severity]) => `${n} ${severity}`),
    ...(closed === 0 ? [] : [`${closed} closed`]),
  ];
  const items = news.slice(0, linesAtMost).map((one) => {
    const { title } = ticketKinds[one.ticket.code];
    const word = one.event === 'ticket-closed' ? 'closed' : severityOf(one);
    return `<li>${stamp(one.at)} ${word}: ${escapeHtml(`${title} (${one.ticket.about})`)}</li>`;
  });
  const more = news.length - items.length;
  const rest = more === 0 ? '' : `<p>and ${more} more: roombridge tickets --all</p>`;
  return {
    subject: subjectOf(`${news.length} news of tickets: ${parts.join(', ')}`),
    html: documentOf(`<ul>${items.join('')}</ul>${rest}`),
  };
}

function severityOf({ ticket }: News): Severity {
  return ticketKinds[ticket.code].severity;
}

function subjectOf(text: string): string {
  const line = `[Roombridge] ${text}`.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return line.length <= longestSubject ? line : `${line.slice(0, longestSubject - 1)}…`;
}

function documentOf(content: string): string {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"></head><body>${content}</body></html>`;
}

function stamp(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
