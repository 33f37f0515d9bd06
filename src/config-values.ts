/** The kinds of values that the configuration knows; each says what it expects, and never shows what it got. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { expectedGot, nearest } from './config-problems.ts';

/** What a text is instead of what it should be. */
export class Wrong {
  readonly kind: string;

  constructor(kind: string) {
    this.kind = kind;
  }
}

export const another = new Wrong('another text');

/** A text that `read` turns into what the program uses, or finds wrong. */
export function text(expected: string, read: (text: string) => string | number | Wrong) {
  return z.string({ error: ({ input }) => expectedGot(expected, input) }).transform((value, context) => {
    const result = value.trim() === '' ? new Wrong('an empty text') : read(value);
    if (!(result instanceof Wrong)) return result;
    context.addIssue({ code: 'custom', message: `expected ${expected}, got ${result.kind}` });
    return z.NEVER;
  });
}

export const string = (expected: string, read: (text: string) => string | Wrong = (value) => value) =>
  text(expected, read) as z.ZodType<string>;

export const filled = (expected: string) => string(expected);
export const matching = (expected: string, pattern: RegExp) =>
  string(expected, (value) => (pattern.test(value) ? value : another));
export const path = filled("a file's path");

export function whole(expected: string, least: number, most: number) {
  const error = ({ input }: { readonly input?: unknown }) => {
    if (typeof input !== 'number' || Number.isNaN(input)) return expectedGot(expected, input);
    return `expected ${expected}, got ${Number.isInteger(input) ? 'a number outside of that' : 'a number that is not whole'}`;
  };
  return z.number({ error }).min(least, { error }).max(most, { error }).refine(Number.isInteger, { error });
}

export const hostLabels =
  '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*';
export const hostName = new RegExp(`^${hostLabels}$`);
export const host = string('an IP address or a host name', (value) =>
  isIP(value) > 0 || hostName.test(value) ? value : another,
);

const milliseconds: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function duration(
  least: number,
  most = Number.POSITIVE_INFINITY,
  bounds = least > 0 ? ', longer than 0s' : '',
) {
  const expected = `a duration such as 90s or 5m${bounds}`;
  return text(expected, (value) => {
    const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(value) ?? [];
    if (count === undefined) return another;
    const length = Number(count) * (milliseconds[unit] ?? 0);
    if (length > most) return new Wrong('a longer one');
    if (length < least) return new Wrong(length === 0 ? 'none at all' : 'a shorter one');
    return length;
  }) as z.ZodType<number>;
}

/** An https URL without a slash at its end, unless `read` gives another text; `bare` allows no path. */
export function httpsUrl(
  example: string,
  bare: boolean,
  read: (url: URL) => Wrong | string | undefined = () => undefined,
) {
  const form = bare ? 'an https address without a path' : 'an https URL';
  return string(`${form} such as ${example}`, (value) => {
    if (!/^[a-z]+:\/\//i.test(value) || /\s/.test(value) || !URL.canParse(value))
      return new Wrong('a text that is not a URL');
    const url = new URL(value);
    if (url.protocol !== 'https:')
      return new Wrong(url.protocol === 'http:' ? 'an http URL' : 'another kind of URL');
    if (url.username !== '' || url.password !== '') return new Wrong('a URL with a user name or password');
    if (/[?#]/.test(value)) return new Wrong('a URL with a query or a fragment');
    if (bare && url.pathname !== '/') return new Wrong('one with a path');
    return read(url) ?? url.origin + url.pathname.replace(/\/+$/, '');
  });
}

export function choice<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, {
    error: ({ input }) => {
      const close = typeof input === 'string' ? nearest(input, words) : undefined;
      const hint = close === undefined ? '' : `; did you mean ${close}?`;
      return `${expectedGot(words.length === 2 ? words.join(' or ') : `one of ${words.join(', ')}`, input)}${hint}`;
    },
  });
}

export const yesNo = z.boolean({ error: ({ input }) => expectedGot('true or false', input) });

export function section<S extends z.core.$ZodLooseShape>(shape: S) {
  const expected = `a mapping of ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape, { error: ({ input }) => expectedGot(expected, input) });
}

export function list<T extends z.ZodType>(expected: string, item: T) {
  const error = ({ input }: { readonly input?: unknown }) => expectedGot(expected, input);
  return z.array(item, { error }).min(1, { error });
}
