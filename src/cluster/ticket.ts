/** What an administrator must see to: opened and closed by the program, acknowledged by people. */
import { severities, type TicketCode, ticketKinds } from './ticket-codes.ts';

/** Something that is wrong now. In one scope, `code` and `about` tell one from the other. */
export interface Condition {
  readonly code: TicketCode;
  /** What it concerns, e.g. `https://cms1.example.com:445`, `cluster emea`, `80991007`. */
  readonly about: string;
  /** What is so in this case, as a sentence without its full stop; may change while the ticket is open. */
  readonly detail: string;
}

export interface Acknowledgement {
  readonly by: string;
  readonly note: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Instants in epoch ms. */
export interface Ticket extends Condition {
  readonly id: string;
  /** Whose look settles it, e.g. `cluster emea`. */
  readonly scope: string;
  readonly since: number;
  /** When it was last found to be so. */
  readonly lastSeen: number;
  readonly acknowledged?: Acknowledgement;
  /** Undefined while it is open. */
  readonly closedAt?: number;
}

export const ticketStates = ['open', 'closed', 'all'] as const;
export type TicketState = (typeof ticketStates)[number];

/** Open ones before closed ones; of the open ones the worst, then the oldest; of the closed ones the latest. */
export function inOrderOfWeight(tickets: readonly Ticket[]): Ticket[] {
  const weight = ({ code }: Ticket) => severities.indexOf(ticketKinds[code].severity);
  return [...tickets].sort((a, b) => {
    if (a.closedAt !== undefined || b.closedAt !== undefined) {
      const [endOfA, endOfB] = [a, b].map(({ closedAt }) => closedAt ?? Number.POSITIVE_INFINITY);
      if (endOfA !== endOfB) return (endOfB ?? 0) - (endOfA ?? 0);
    }
    return weight(a) - weight(b) || a.since - b.since || (a.id < b.id ? -1 : 1);
  });
}

/** As the API shows it; times in ISO 8601. */
export function ticketView({ since, lastSeen, closedAt, acknowledged, ...ticket }: Ticket) {
  const { id, code, scope, about, detail } = ticket;
  const { severity, title, remedy } = ticketKinds[code];
  return {
    ...{ id, code, severity, title, scope, about, detail, remedy },
    state: closedAt === undefined ? ('open' as const) : ('closed' as const),
    since: iso(since),
    lastSeen: iso(lastSeen),
    closedAt: closedAt === undefined ? null : iso(closedAt),
    acknowledged: acknowledged === undefined ? null : { ...acknowledged, at: iso(acknowledged.at) },
  };
}

export type TicketView = ReturnType<typeof ticketView>;

function iso(at: number): string {
  return new Date(at).toISOString();
}
