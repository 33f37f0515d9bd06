/** Lua's `string` library on strings of bytes, as far as scripts use it; its patterns are made into regular expressions. */
import {
  arithmetic,
  LuaError,
  type LuaFunction,
  LuaTable,
  type LuaValue,
  numberText,
  textOf,
} from './lua-table.ts';

const classes: Readonly<Record<string, string>> = {
  a: 'A-Za-z',
  d: '0-9',
  l: 'a-z',
  s: '\\t-\\r ',
  u: 'A-Z',
  w: 'A-Za-z0-9',
  x: 'A-Fa-f0-9',
  p: '!-\\/:-@\\[-`{-~',
  c: '\\x00-\\x1f\\x7f',
};

const patterns = new Map<string, RegExp>();

function expression(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(translate(pattern), 'gs');
  patterns.set(pattern, made);
  return made;
}

function translate(pattern: string): string {
  let out = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const one = pattern[at] ?? '';
    if (one === '%') {
      at += 1;
      out += single(pattern[at] ?? '');
    } else if (one === '[') {
      const [set, end] = setAt(pattern, at);
      out += set;
      at = end;
    } else if (one === '-') out += '*?';
    else if (one === '^') out += at === 0 ? '^' : '\\^';
    else if (one === '$') out += at === pattern.length - 1 ? '$' : '\\$';
    else if ('.*+?()'.includes(one)) out += one;
    else out += literal(one);
  }
  return out;
}

function single(name: string): string {
  const ranges = classes[name.toLowerCase()];
  if (ranges === undefined || !/[a-z]/i.test(name)) return literal(name);
  return name === name.toLowerCase() ? `[${ranges}]` : `[^${ranges}]`;
}

function setAt(pattern: string, from: number): [set: string, end: number] {
  let at = from + 1;
  let out = '[';
  if (pattern[at] === '^') {
    out += '^';
    at += 1;
  }
  for (let isFirst = true; pattern[at] !== ']' || isFirst; at += 1, isFirst = false) {
    const one = pattern[at];
    if (one === undefined) throw new LuaError("malformed pattern (missing ']')");
    if (one === '%') {
      at += 1;
      const name = pattern[at] ?? '';
      out += classes[name] ?? literal(name);
    } else if (one === '-' && pattern[at + 1] !== ']' && !isFirst) out += '-';
    else out += literal(one);
  }
  return [`${out}]`, at];
}

function literal(one: string): string {
  return /[\w]/.test(one) ? one : `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function search(text: string, pattern: string, from: number): RegExpExecArray | undefined {
  const anchored = pattern.startsWith('^') && from > 0;
  const found = expression(anchored ? pattern.slice(1) : pattern);
  found.lastIndex = from;
  const match = found.exec(text);
  return match === null || (anchored && match.index !== from) ? undefined : match;
}

/** A place as Lua counts, from the end if negative, to one from 0. */
function place(value: LuaValue, length: number, otherwise: number): number {
  const at = value === undefined ? otherwise : arithmetic(value);
  if (at > 0) return at - 1;
  return at === 0 ? 0 : Math.max(0, length + at);
}

function text(value: LuaValue): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new LuaError('string expected');
  return textOf(value);
}

function captures(match: RegExpExecArray): LuaValue[] {
  return match.length > 1 ? match.slice(1) : [match[0]];
}

function gsub(of: string, pattern: string, by: LuaValue, most: LuaValue): LuaValue[] {
  let times = 0;
  const limit = most === undefined ? Number.POSITIVE_INFINITY : arithmetic(most);
  const found = new RegExp(expression(pattern).source, 'gs');
  const made = of.replace(found, (...parts) => {
    const groups = parts.slice(
      0,
      parts.findIndex((one) => typeof one === 'number'),
    );
    if (times >= limit) return String(groups[0]);
    times += 1;
    const [whole, ...inner] = groups as string[];
    const first = inner[0] ?? whole;
    const value =
      by instanceof LuaTable
        ? by.get(first)
        : typeof by === 'function'
          ? by(...(inner.length > 0 ? inner : [whole]))[0]
          : text(by).replace(/%(.)/g, (_, n: string) =>
              n === '0' ? (whole ?? '') : /\d/.test(n) ? ((groups[Number(n)] as string) ?? '') : n,
            );
    return value === undefined || value === false ? (whole ?? '') : textOf(value);
  });
  return [made, times];
}

function format(shape: string, args: readonly LuaValue[]): string {
  let next = 0;
  return shape.replace(
    /%([-+ 0#]*)(\d*)(?:\.(\d+))?([diufgsxXcq%])/g,
    (_, flags: string, width: string, digits: string | undefined, kind: string) => {
      if (kind === '%') return '%';
      const value = args[next++];
      let out: string;
      if (kind === 's') out = textOf(value).slice(0, digits === undefined ? undefined : Number(digits));
      else if (kind === 'f') out = fixed(arithmetic(value), Number(digits ?? 6));
      else if (kind === 'g')
        out = numberText(Number(arithmetic(value).toPrecision(Number(digits ?? 6) || 1)));
      else if (kind === 'c') out = String.fromCharCode(arithmetic(value));
      else if (kind === 'x' || kind === 'X') out = Math.trunc(arithmetic(value)).toString(16);
      else out = fixed(Math.trunc(arithmetic(value)), 0);
      if (kind === 'X') out = out.toUpperCase();
      if (flags.includes('-')) return out.padEnd(Number(width));
      return out.padStart(Number(width), flags.includes('0') ? '0' : ' ');
    },
  );
}

function fixed(value: number, digits: number): string {
  return Math.abs(value) < 1e21 ? value.toFixed(digits) : BigInt(Math.trunc(value)).toString();
}

export const stringLibrary: Readonly<Record<string, LuaFunction>> = {
  len: (of) => [text(of).length],
  sub(of, from, to) {
    const whole = text(of);
    const end = to === undefined ? -1 : arithmetic(to);
    return [whole.slice(place(from, whole.length, 1), end >= 0 ? end : Math.max(0, whole.length + end + 1))];
  },
  upper: (of) => [text(of).replace(/[a-z]/g, (one) => one.toUpperCase())],
  lower: (of) => [text(of).replace(/[A-Z]/g, (one) => one.toLowerCase())],
  rep: (of, times) => [text(of).repeat(Math.max(0, arithmetic(times)))],
  reverse: (of) => [[...text(of)].reverse().join('')],
  byte(of, from, to) {
    const whole = text(of);
    const first = place(from, whole.length, 1);
    const last = to === undefined ? first : place(to, whole.length, 1);
    return [...whole.slice(first, last + 1)].map((one) => one.charCodeAt(0));
  },
  char: (...codes) => [String.fromCharCode(...codes.map(arithmetic))],
  find(of, what, from, isPlain) {
    const whole = text(of);
    const start = place(from, whole.length, 1);
    if (isPlain === true) {
      const at = whole.indexOf(text(what), start);
      return at < 0 ? [undefined] : [at + 1, at + text(what).length];
    }
    const match = search(whole, text(what), start);
    if (match === undefined) return [undefined];
    return [match.index + 1, match.index + match[0].length, ...match.slice(1)];
  },
  match(of, what, from) {
    const whole = text(of);
    const match = search(whole, text(what), place(from, whole.length, 1));
    return match === undefined ? [undefined] : captures(match);
  },
  gmatch(of, what) {
    const all = [...text(of).matchAll(new RegExp(expression(text(what)).source, 'gs'))];
    let at = 0;
    return [
      () => {
        const match = all[at++];
        return match === undefined ? [undefined] : captures(match);
      },
    ];
  },
  gsub: (of, what, by, most) => gsub(text(of), text(what), by, most),
  format: (shape, ...args) => [format(text(shape), args)],
};
