/**
 * `GET /api/changes`: what has changed, as it changes, as server-sent events; a browser that lost the connection says by
 * itself what it had last, and misses nothing. Whoever reads too slowly is cut off, and comes back.
 */
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { told } from '../api/now.ts';
import { Problem } from '../problem.ts';
import { type Asker, may } from '../rights.ts';
import type { Route } from './route.ts';

export interface ChangePorts {
  /** @returns what ends it */
  follow(after: string, tell: (telling: Told) => void): () => void;
}

export interface Told {
  /** Left out where it is nothing that could be missed. */
  readonly id?: string;
  readonly event: keyof z.infer<typeof told>;
  readonly data: object;
}

/** Milliseconds: less than any proxy waits for a word. */
const sign = 15_000;
/** Bytes that may wait for a reader. */
const mostWaiting = 8_388_608;

export interface Stream {
  readonly route: Route;
  /** Ends what is open: browsers come back, and to another process where one takes them. */
  close(): void;
}

/** @param isStill whether who asked may still; looked at again now and then */
export function changeStream(
  { follow }: ChangePorts,
  isStill: (asker: Asker | undefined) => Promise<boolean> = async (asker) =>
    may(asker, 'viewer') && (asker?.still === undefined || (await asker.still())),
): Stream {
  const open = new Set<ServerResponse>();
  const route: Route = {
    url: '/api/changes',
    needs: 'viewer',
    described: {
      summary: 'What changes, as it changes: server-sent events, by these names.',
      query: z.object({
        after: z.string().optional().meta({ description: '`last` of `/api/now`, or the id of an event.' }),
      }),
      gives: told,
    },
    answer: async (request, reply) => {
      const { after } = request.query as { after?: unknown };
      const last = request.headers['last-event-id'] ?? after;
      if (typeof last !== 'string' || !/^\d{1,15}-\d{1,10}$/.test(last))
        throw new Problem(400, 'after: expected `last` of /api/now, or the id of an event', 'after');
      reply.hijack();
      const response = reply.raw;
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-accel-buffering': 'no',
      });
      response.write('retry: 1000\n\n');
      open.add(response);
      const write = (text: string) => {
        response.write(text);
        if (response.writableLength > mostWaiting) response.destroy();
      };
      const unfollow = follow(last, (telling) => write(textOf(telling)));
      const { asker } = request;
      const timer = setInterval(() => {
        isStill(asker).then(
          (is) => (is ? write(': here\n\n') : response.end()),
          () => response.end(),
        );
      }, sign);
      response.on('close', () => {
        clearInterval(timer);
        unfollow();
        open.delete(response);
      });
      return reply;
    },
  };
  return {
    route,
    close: () => {
      for (const response of open) response.end();
    },
  };
}

/** By what is told: to put it into words costs as much as to send it, and many hear the same. */
const texts = new WeakMap<Told, string>();

function textOf(telling: Told): string {
  const known = texts.get(telling);
  if (known !== undefined) return known;
  const { id, event, data } = telling;
  const text = `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  texts.set(telling, text);
  return text;
}
