/** Reads the query of the list of meetings strictly: whatever is unknown, doubled or odd is named and refused. */
import { z } from 'zod';
import { type MeetingState, meetingStates } from '../../conference/meeting.ts';
import type { Wish } from '../../conference/search/wish.ts';
import { wordsOf } from '../../conference/search/words.ts';
import { Problem } from '../problem.ts';

/** Instants in epoch milliseconds. */
export interface MeetingQuery extends Wish {
  /** The `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
  /** The latest start first; left out for the earliest. */
  readonly order?: 'desc';
}

const window = ['from', 'to'] as const;
const filters = ['state', 'q', 'room', 'organizer', 'number'] as const;
const parameters = [...window, ...filters, 'order', 'after', 'limit'] as const;
type Parameter = (typeof parameters)[number];

const day = 86_400_000;
const mostAtOnce = 1_000;
const longestCursor = 4_096;
const longestSearch = 200;
const longestAddress = 320;
const longestNumber = 32;
const orders = ['asc', 'desc'] as const;

/** As the API's description has them; read below, where what is wrong is said in words. */
export const meetingsQuery = z.object({
  from: z.iso.datetime({ offset: true }).optional().meta({ description: 'A day ago unless given.' }),
  to: z.iso.datetime({ offset: true }).optional().meta({ description: 'A week ahead unless given.' }),
  state: z.enum(meetingStates).optional(),
  q: z.string().min(1).max(longestSearch).optional().meta({
    description:
      "Words, each the beginning of one in the title, in a room's name or mailbox, in the organizer's address or in the number; case and accents do not matter. What may not be shown is not found.",
  }),
  room: z.string().max(longestAddress).optional().meta({ description: 'Mailbox of one of its rooms.' }),
  organizer: z.string().max(longestAddress).optional().meta({ description: 'SMTP address.' }),
  number: z.string().max(longestNumber).optional().meta({ description: 'The whole number that is dialled.' }),
  order: z.enum(orders).default('asc').meta({ description: 'By start.' }),
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
  const words = readWords(given);
  const room = readAddress(given, 'room', 'a mailbox, such as boardroom@example.com');
  const organizer = readAddress(given, 'organizer', 'an SMTP address, such as ann@example.com');
  const number = readNumber(given);
  return {
    from,
    to,
    limit: readLimit(given),
    ...(state !== undefined && { state }),
    ...(words !== undefined && { words }),
    ...(room !== undefined && { room }),
    ...(organizer !== undefined && { organizer }),
    ...(number !== undefined && { number }),
    ...(readOrder(given) === 'desc' && { order: 'desc' as const }),
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

function readWords(given: ReadonlyMap<Parameter, string>): readonly string[] | undefined {
  const text = given.get('q');
  if (text === undefined) return undefined;
  const words = wordsOf(text);
  if ([...text].length > longestSearch || words.length === 0)
    throw wrong('q', `expected words of letters or digits, ${longestSearch} characters at most`);
  return words;
}

function readAddress(
  given: ReadonlyMap<Parameter, string>,
  name: 'room' | 'organizer',
  expected: string,
): string | undefined {
  // A `+` that was not percent-encoded arrives as a space.
  const text = given.get(name)?.replaceAll(' ', '+');
  if (text !== undefined && (text.length > longestAddress || !/^[^\s@]+@[^\s@]+$/.test(text)))
    throw wrong(name, `expected ${expected}`);
  return text;
}

function readNumber(given: ReadonlyMap<Parameter, string>): string | undefined {
  const text = given.get('number');
  if (text !== undefined && (text.length > longestNumber || !/^\d+$/.test(text)))
    throw wrong('number', 'expected the digits of a number');
  return text;
}

function readOrder(given: ReadonlyMap<Parameter, string>): (typeof orders)[number] | undefined {
  const text = given.get('order');
  const order = orders.find((known) => known === text);
  if (text !== undefined && order === undefined) throw wrong('order', `expected one of ${orders.join(', ')}`);
  return order;
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
