/** Reads the query of the list of meetings strictly: whatever is unknown, doubled or odd is named and refused. */
import { z } from 'zod';
import { type MeetingState, meetingStates } from '../../conference/meeting.ts';
import { Problem } from '../problem.ts';

/** Instants in epoch milliseconds. */
export interface MeetingQuery {
  readonly from: number;
  readonly to: number;
  readonly state?: MeetingState;
  /** The `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
}

const parameters = ['from', 'to', 'state', 'after', 'limit'] as const;
type Parameter = (typeof parameters)[number];

const day = 86_400_000;
const mostAtOnce = 1_000;
const longestCursor = 4_096;

/** As the API's description has them; read below, where what is wrong is said in words. */
export const meetingsQuery = z.object({
  from: z.iso.datetime({ offset: true }).optional().meta({ description: 'A day ago unless given.' }),
  to: z.iso.datetime({ offset: true }).optional().meta({ description: 'A week ahead unless given.' }),
  state: z.enum(meetingStates).optional(),
  after: z.string().optional().meta({ description: 'The `next` of an earlier answer.' }),
  limit: z.number().int().min(1).max(mostAtOnce).default(100),
});

/** With seconds or without, always with a zone. */
const instant = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })]);

/** `search` is what follows the `?`. Throws a `Problem` of status 400. */
export function readMeetingQuery(search: string, now: number): MeetingQuery {
  const given = readParameters(search);
  const from = readInstant(given, 'from') ?? now - day;
  const to = readInstant(given, 'to') ?? now + 7 * day;
  if (from > to) {
    const blamed = given.has('from') ? 'from' : 'to';
    throw wrong(
      blamed,
      'the window would end before it begins (from is a day ago, to a week ahead by default)',
    );
  }
  const state = readState(given);
  const after = readCursor(given);
  return {
    from,
    to,
    limit: readLimit(given),
    ...(state !== undefined && { state }),
    ...(after !== undefined && { after }),
  };
}

/** The problem that a cursor is met with which nobody gave out. */
export function badCursor(): Problem {
  return wrong('after', 'expected the `next` of an earlier answer');
}

function readParameters(search: string): ReadonlyMap<Parameter, string> {
  const given = new Map<Parameter, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    const known = parameters.find((parameter) => parameter === name);
    if (known === undefined) throw wrong(name, `unknown; the parameters are ${parameters.join(', ')}`);
    if (given.has(known)) throw wrong(known, 'given more than once');
    given.set(known, value);
  }
  return given;
}

function readInstant(given: ReadonlyMap<Parameter, string>, name: 'from' | 'to'): number | undefined {
  // A `+` that was not percent-encoded arrives as a space.
  const text = given.get(name)?.replace(/ (?=\d\d:\d\d$)/, '+');
  if (text === undefined) return undefined;
  if (!instant.safeParse(text).success) {
    throw wrong(name, 'expected an ISO 8601 time with its zone, such as 2026-03-01T09:00:00Z');
  }
  return Date.parse(text);
}

function readState(given: ReadonlyMap<Parameter, string>): MeetingState | undefined {
  const text = given.get('state');
  const state = meetingStates.find((known) => known === text);
  if (text !== undefined && state === undefined)
    throw wrong('state', `expected one of ${meetingStates.join(', ')}`);
  return state;
}

function readCursor(given: ReadonlyMap<Parameter, string>): string | undefined {
  const after = given.get('after');
  if (after !== undefined && (after === '' || after.length > longestCursor)) throw badCursor();
  return after;
}

function readLimit(given: ReadonlyMap<Parameter, string>): number {
  const text = given.get('limit') ?? '100';
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > mostAtOnce)
    throw wrong('limit', `expected a whole number from 1 to ${mostAtOnce}`);
  return limit;
}

function wrong(parameter: string, why: string): Problem {
  const name = parameter.slice(0, 60);
  return new Problem(400, `${name}: ${why}`, name);
}
