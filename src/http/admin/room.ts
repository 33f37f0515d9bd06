/**
 * `GET /api/rooms/<mailbox>`: one room whole; below it `POST …/sync`: have it read now, `GET …/entries`: what its calendar
 * has, and `GET …/explain`: why an entry of it is a meeting or not, for which Microsoft 365 is asked.
 */
import type { z } from 'zod';
import {
  entriesAnswer,
  entriesQuery,
  explainQuery,
  explanation,
  roomDetail,
  syncAsked,
  syncOrder,
} from '../api/room.ts';
import { DeadlineExceeded, within } from '../deadline.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { fromRedis, type Route, readBody, readQuery } from './route.ts';

/** Undefined for no such room. Instants in epoch ms. */
export interface RoomPorts {
  getRoom(mailbox: string): Promise<z.infer<typeof roomDetail> | undefined>;
  syncRoom(mailbox: string): Promise<z.infer<typeof syncAsked> | undefined>;
  listEntries(mailbox: string, from: number, to: number): Promise<z.infer<typeof entriesAnswer> | undefined>;
  explainEntry(mailbox: string, event: string): Promise<Explained | undefined>;
}

/** `why` in Graph's words or ours; `busy`: it wants us to come later; `silent`: it does not answer. */
export type Explained =
  | { readonly kind: 'explained'; readonly explanation: z.infer<typeof explanation> }
  | { readonly kind: 'absent' }
  | { readonly kind: 'busy' | 'silent' | 'refused'; readonly why: string };

type Deps = RoomPorts & { readonly log: HttpLog };

const longestWindow = 32 * 86_400_000;
/** Milliseconds that Graph has for all that is asked of it. */
const patience = 25_000;

const noRoom = () => new Problem(404, 'No room has this mailbox.');

export function roomRoute({ getRoom, log }: Deps): Route {
  return {
    url: '/api/rooms/:mailbox',
    needs: 'viewer',
    described: { summary: 'One room, with how it is read and told of.', gives: roomDetail },
    answer: async (request) => known(await fromRedis(log, () => getRoom(mailboxOf(request)))),
  };
}

export function syncRoute({ syncRoom, log }: Deps): Route {
  return {
    url: '/api/rooms/:mailbox/sync',
    method: 'POST',
    needs: 'operator',
    described: {
      summary: "Have a room's calendar read now; what comes of it is told by `rooms` of `/api/changes`.",
      body: syncOrder,
      gives: syncAsked,
    },
    answer: async (request) => {
      readBody(request, syncOrder);
      return known(await fromRedis(log, () => syncRoom(mailboxOf(request))));
    },
  };
}

export function entriesRoute({ listEntries, log }: Deps): Route {
  return {
    url: '/api/rooms/:mailbox/entries',
    needs: 'viewer',
    described: {
      summary: "The entries of a room's calendar as it was last read, those that are no meetings too.",
      query: entriesQuery,
      gives: entriesAnswer,
    },
    answer: async (request) => {
      const query = readQuery(request, entriesQuery);
      const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
      if (to <= from || to - from > longestWindow)
        throw new Problem(400, 'to: expected a time after from, 32 days after it at most', 'to');
      return known(await fromRedis(log, () => listEntries(mailboxOf(request), from, to)));
    },
  };
}

export function explainRoute({ explainEntry, log }: Deps): Route {
  return {
    url: '/api/rooms/:mailbox/explain',
    needs: 'viewer',
    described: {
      summary: "Why an entry of a room's calendar is a meeting or not, rule by rule.",
      query: explainQuery,
      gives: explanation,
    },
    answer: async (request) => {
      const { event } = readQuery(request, explainQuery);
      const found = known(await inTime(log, () => explainEntry(mailboxOf(request), event)));
      switch (found.kind) {
        case 'explained':
          return found.explanation;
        case 'absent':
          throw new Problem(404, 'The room has no entry with this id or iCalUId.', 'event');
        case 'busy':
          throw new Problem(503, `Microsoft 365 wants to be asked later: ${found.why}`);
        case 'silent':
          throw new Problem(504, `Microsoft 365 does not answer: ${found.why}`);
        case 'refused':
          throw new Problem(502, `Microsoft 365 refuses it: ${found.why}`);
        default:
          return found satisfies never;
      }
    },
  };
}

async function inTime<T>(log: HttpLog, work: () => Promise<T>): Promise<T> {
  try {
    return await within(patience, work);
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
    log.warn({ err: error }, 'an entry could not be explained in time');
    throw new Problem(504, `Microsoft 365 does not answer: ${error.message}`);
  }
}

function mailboxOf({ params }: { readonly params: unknown }): string {
  return (params as { mailbox: string }).mailbox.toLowerCase();
}

function known<T>(found: T | undefined): T {
  if (found === undefined) throw noRoom();
  return found;
}
