/**
 * `GET /api/call-bridges`, `GET /api/call-bridges/<address, percent-encoded>/what-if?from=&to=`, and
 * `POST /api/call-bridges/<address>/drain|resume`: call bridges that are taken out of service for a while.
 */
import { z } from 'zod';
import type { WhatIf } from '../../cluster/what-if.ts';
import {
  callBridgeList,
  drained as drainedSchema,
  type drain as drainSchema,
  resumed,
  whatIfAnswer,
} from '../api/clusters.ts';
import type { HttpLog } from '../log.ts';
import { Problem } from '../problem.ts';
import { fromRedis, type Route, readBody } from './route.ts';

/** Epoch ms. */
interface Order {
  readonly from?: number;
  readonly until?: number;
  readonly moveRunning?: number;
  readonly force?: boolean;
}

/** What knows no such call bridge answers undefined. */
export interface CallBridgePorts {
  listCallBridges(): Promise<z.infer<typeof callBridgeList>['callBridges']>;
  whatIf(address: string, from: number, to: number): Promise<WhatIf | undefined>;
  drain(
    address: string,
    order: Order,
  ): Promise<
    | { readonly done: true; readonly drain: z.infer<typeof drainSchema>; readonly effect: WhatIf }
    | { readonly done: false; readonly left: number }
    | undefined
  >;
  /** False where it was not drained. */
  resume(address: string): Promise<boolean | undefined>;
}

type Deps = CallBridgePorts & { readonly log: HttpLog; readonly now?: () => number };

const nobody = () => new Problem(404, 'No call bridge has this address in the configuration.');

export function callBridgesRoute(deps: Deps): Route {
  return {
    url: '/api/call-bridges',
    needs: 'viewer',
    described: { summary: 'Call bridges, and which are taken out of service.', gives: callBridgeList },
    answer: async () => ({ callBridges: await fromRedis(deps.log, () => deps.listCallBridges()) }),
  };
}

export function whatIfRoute(deps: Deps): Route {
  return {
    url: '/api/call-bridges/:address/what-if',
    needs: 'viewer',
    described: {
      summary: 'What would become of the meetings that start there in that time; changes nothing.',
      query: z.object({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }) }),
      gives: whatIfAnswer,
    },
    answer: async (request) => {
      const { address } = request.params as { address: string };
      const { from, to } = readWindow(request.raw.url ?? '');
      const effect = await fromRedis(deps.log, () => deps.whatIf(address, from, to));
      if (effect === undefined) throw nobody();
      return { address, from: iso(from), to: iso(to), ...effect };
    },
  };
}

/** So that a question is answered before the listener's patience is over. */
const longestWindow = 400 * 86_400_000;

function readWindow(url: string): { from: number; to: number } {
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  for (const name of search.keys()) {
    if (name === 'from' || name === 'to') continue;
    const short = name.slice(0, 60);
    throw new Problem(400, `${short}: unknown; the parameters are from and to`, short);
  }
  const [from, to] = (['from', 'to'] as const).map((name) => {
    const given = search.getAll(name);
    if (given.length > 1) throw new Problem(400, `${name}: given more than once`, name);
    const at = timeIn(given[0] ?? '');
    if (at === undefined) throw new Problem(400, `${name}: ${expected}`, name);
    return at;
  }) as [number, number];
  if (to <= from) throw new Problem(400, 'to: expected a time after from', 'to');
  if (to - from > longestWindow) throw new Problem(400, 'to: expected 400 days after from at most', 'to');
  return { from, to };
}

const expected = 'expected a time such as 2026-11-27T20:00:00Z';

/** With its zone: what is meant by a bare time depends on who reads it. */
function timeIn(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

const time = z
  .string({ error: expected })
  .refine((text) => timeIn(text) !== undefined, { error: expected })
  .transform((text) => timeIn(text) ?? 0);

const order = z.strictObject({
  at: time.optional(),
  until: time.optional(),
  moveRunning: time.optional(),
  force: z.boolean({ error: 'expected true or false' }).optional(),
});

export function drainRoute(deps: Deps): Route {
  return {
    url: '/api/call-bridges/:address/drain',
    method: 'POST',
    needs: 'operator',
    described: { summary: 'Take a call bridge out of service.', body: order, gives: drainedSchema },
    answer: async (request) => {
      const { address } = request.params as { address: string };
      const { at, until, moveRunning, force } = readBody(request, order);
      const now = (deps.now ?? Date.now)();
      if (until !== undefined && until <= Math.max(at ?? now, now))
        throw new Problem(400, 'until: expected a time ahead, and after at', 'until');
      const said: Order = {
        ...(at === undefined ? {} : { from: at }),
        ...(until === undefined ? {} : { until }),
        ...(moveRunning === undefined ? {} : { moveRunning }),
        ...(force === undefined ? {} : { force }),
      };
      const drained = await fromRedis(deps.log, () => deps.drain(address, said));
      if (drained === undefined) throw nobody();
      if (!drained.done) {
        const { left } = drained;
        const meetings = `${left} ${left === 1 ? 'meeting' : 'meetings'}`;
        throw new Problem(
          409,
          `${meetings} would be left without a call bridge or without a number; force it all the same, or free some first.`,
        );
      }
      return { address, drain: drained.drain, effect: drained.effect };
    },
  };
}

const nothing = z.strictObject({});

export function resumeRoute(deps: Deps): Route {
  return {
    url: '/api/call-bridges/:address/resume',
    method: 'POST',
    needs: 'operator',
    described: { summary: 'Start conferences there again.', body: nothing, gives: resumed },
    answer: async (request) => {
      const { address } = request.params as { address: string };
      readBody(request, nothing);
      const was = await fromRedis(deps.log, () => deps.resume(address));
      if (was === undefined) throw nobody();
      return { address, resumed: was };
    },
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
