/**
 * What of a request and its answer may be kept: values of the fields that are listed, as far as they look as such a value
 * does, and the names of a few others. All else is only counted. Whatever is new in a vendor's answers is so hidden until
 * somebody has decided about it.
 */
import type { Exchange, Shown, Told } from './exchange.ts';

/** What a value of a field looks like. */
export const shapes = {
  id: /^[\w=+/.-]{1,250}$/,
  flag: /^(?:true|false)$/i,
  count: /^-?\d{1,9}(?:\.\d{1,6})?$/,
  /** Of a vendor's vocabulary: what people write has spaces or digits in it sooner or later. */
  word: /^[A-Za-z_-]{1,40}$/,
  zone: /^[A-Za-z][A-Za-z ./()+_-]{0,50}\d{0,2}$/,
  time: /^\d{4}-[\d:.TZ+-]{6,40}$/,
  /** A conference's number, also as a SIP address. */
  number: /^\d{1,15}(?:@[\w.-]{1,200})?$/,
  /** Only what is written in the configuration: a room's mailbox, its SIP address. */
  known: /^$/,
} as const;

export interface Allowed {
  /** Names in small letters. */
  readonly values: Readonly<Record<string, keyof typeof shapes>>;
  /** Of these it is told that they were there. */
  readonly names: ReadonlySet<string>;
}

/** @param values names by what their values look like, apart by spaces; so are `names` */
export function allowing(
  values: Readonly<Partial<Record<keyof typeof shapes, string>>>,
  names: string,
): Allowed {
  const all = (text: string) => text.toLowerCase().trim().split(/\s+/);
  const listed = Object.entries(values).flatMap(([shape, text]) =>
    all(text).map((name) => [name, shape as keyof typeof shapes] as const),
  );
  return { values: Object.fromEntries(listed), names: new Set(all(names)) };
}

/** What this installation is known by, and what nobody may see. */
export interface Discretion {
  /** Addresses of rooms, in small letters. */
  readonly known: ReadonlySet<string>;
  /** Texts of the configuration that are shown nowhere, whatever field they stand in. */
  readonly secrets: readonly string[];
}

/** Path of names, and value. */
export type Field = readonly [path: string, value: string];

/** Bytes of one exchange as it is kept. */
export const longest = 1_000;
const longestValue = 250;

/** @returns what may be shown, and how many fields are not even named */
export function shown(
  fields: Iterable<Field>,
  allowed: Allowed,
  discretion: Discretion,
): { readonly shown: Shown; readonly unnamed: number } {
  const kept: Record<string, string | null> = {};
  let unnamed = 0;
  for (const [path, value] of fields) {
    const name = leafOf(path);
    const shape = Object.hasOwn(allowed.values, name) ? allowed.values[name] : undefined;
    if (shape !== undefined && isShown(value, shape, discretion)) kept[path] = value;
    else if (shape !== undefined || allowed.names.has(name)) kept[path] = null;
    else unnamed += 1;
  }
  return { shown: kept, unnamed };
}

/** `value.2.start.dateTime` is a `datetime`. */
function leafOf(path: string): string {
  const names = path.split('.').filter((name) => !/^\d+$/.test(name));
  return (names.at(-1) ?? '').toLowerCase();
}

function isShown(value: string, shape: keyof typeof shapes, { known, secrets }: Discretion): boolean {
  if (value === '') return true;
  if (value.length > longestValue || secrets.some((secret) => value.includes(secret))) return false;
  return shapes[shape].test(value) || known.has(value.toLowerCase());
}

/** Each segment that is an id, a word of the vendor's, or known; of an address that is not known nothing is left. */
export function shownPath(path: string, discretion: Discretion): string {
  return path
    .split('/')
    .map((segment) => {
      const plain = decoded(segment);
      return isShown(plain, 'id', discretion) ? segment.replace('%40', '@') : '…';
    })
    .join('/');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export interface Said {
  readonly query: Iterable<Field>;
  readonly sent: Iterable<Field>;
  readonly answer: Iterable<Field>;
}

/** What is shown of a request and its answer, and how many of their fields are not. Nothing where there is nothing. */
export function partsOf(
  said: Said,
  allowed: Allowed,
  discretion: Discretion,
): Pick<Told, keyof Said | 'unnamed'> {
  const found = (['query', 'sent', 'answer'] as const).map((name) => ({
    ...{ name, ...shown(said[name], allowed, discretion) },
  }));
  const unnamed = found.reduce((sum, one) => sum + one.unnamed, 0);
  const named = found.filter((one) => Object.keys(one.shown).length > 0);
  return {
    ...Object.fromEntries(named.map((one) => [one.name, one.shown])),
    ...(unnamed === 0 ? {} : { unnamed }),
  };
}

/** As it is kept: what makes it too long is taken away from the end of the answer, then of what was sent. */
export function fitted(exchange: Exchange): string {
  let kept = exchange;
  for (;;) {
    const json = JSON.stringify(kept);
    if (Buffer.byteLength(json) <= longest) return json;
    const from = (['answer', 'sent', 'query'] as const).find((one) => kept[one] !== undefined);
    if (from === undefined)
      return JSON.stringify({ ...kept, path: kept.path.slice(0, 200), reason: undefined });
    const entries = Object.entries(kept[from] ?? {});
    const left = entries.slice(0, -Math.ceil(entries.length / 8));
    const { [from]: _, unnamed = 0, ...rest } = kept;
    const less = left.length === 0 ? {} : { [from]: Object.fromEntries(left) };
    kept = { ...rest, ...less, unnamed: unnamed + entries.length - left.length };
  }
}
