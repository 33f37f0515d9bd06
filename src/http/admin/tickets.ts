/** `GET /api/tickets` and `POST /api/tickets/<id>/acknowledge`: what an administrator must see to, and who has. */
import { z } from 'zod';
import { type Ticket, type TicketState, ticketStates, ticketView } from '../../cluster/ticket.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { fromRedis, type Route, readBody } from './route.ts';

export interface TicketPorts {
  listTickets(state: TicketState): Promise<readonly Ticket[]>;
  acknowledgeTicket(
    id: string,
    said: { readonly by: string; readonly note: string },
  ): Promise<Ticket | 'closed' | 'unknown'>;
}

type Deps = TicketPorts & { readonly log: HttpLog };

export function ticketsRoute(deps: Deps): Route {
  return {
    url: '/api/tickets',
    answer: async (request) => {
      const state = readState(request.raw.url ?? '');
      const [open, shown] = await fromRedis(deps.log, async () => {
        const found = await deps.listTickets(state === 'closed' ? 'all' : state);
        return [
          found.filter(({ closedAt }) => closedAt === undefined),
          state === 'closed' ? found.filter(({ closedAt }) => closedAt !== undefined) : found,
        ];
      });
      const acknowledged = open.filter((ticket) => ticket.acknowledged !== undefined).length;
      return {
        summary: summaryOf(open.length, acknowledged),
        open: open.length,
        acknowledged,
        tickets: shown.map(ticketView),
      };
    },
  };
}

function summaryOf(open: number, acknowledged: number): string {
  if (open === 0) return 'No open tickets';
  const count = `${open} open ${open === 1 ? 'ticket' : 'tickets'}`;
  return acknowledged === 0 ? count : `${count}, ${acknowledged} acknowledged`;
}

function readState(url: string): TicketState {
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  for (const name of search.keys()) {
    if (name !== 'state') {
      const short = name.slice(0, 60);
      throw new Problem(400, `${short}: unknown; the parameter is state`, short);
    }
  }
  const given = search.getAll('state');
  const state = ticketStates.find((known) => known === (given[0] ?? 'open'));
  if (given.length > 1) throw new Problem(400, 'state: given more than once', 'state');
  if (state === undefined)
    throw new Problem(400, `state: expected one of ${ticketStates.join(', ')}`, 'state');
  return state;
}

/** Mirrors of what a person may type; beyond that it is no name and no note. */
const said = z.strictObject({
  by: text(100, 'expected the name of who acknowledges, of at most 100 characters'),
  note: text(1_000, 'expected a note of at most 1,000 characters'),
});

function text(longest: number, message: string) {
  return z.string({ error: message }).trim().min(1, { error: message }).max(longest, { error: message });
}

export function acknowledgeRoute(deps: Deps): Route {
  return {
    url: '/api/tickets/:id/acknowledge',
    method: 'POST',
    answer: async (request) => {
      const { id } = request.params as { id: string };
      const body = readBody(request, said);
      const ticket = await fromRedis(deps.log, () => deps.acknowledgeTicket(id, body));
      if (ticket === 'unknown') throw new Problem(404, 'No ticket has this id.');
      if (ticket === 'closed')
        throw new Problem(409, 'The ticket is closed: what it was about has been mended.');
      return ticketView(ticket);
    },
  };
}
