/** Commands about keys, strings and their bits. */
import type { Keyspace } from './keyspace.ts';
import { ok, RedisError, type Reply, Status } from './reply.ts';

export type Command = (keys: Keyspace, args: readonly string[]) => Reply;

export function integer(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || text.trim() === '' || !Number.isInteger(value))
    throw new RedisError('ERR value is not an integer or out of range');
  return value;
}

export function at(args: readonly string[], place: number): string {
  const value = args[place];
  if (value === undefined) throw new RedisError('ERR wrong number of arguments');
  return value;
}

export function globbed(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\[\]]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's');
}

const count = (texts: readonly string[], holds: (text: string) => boolean) => texts.filter(holds).length;

const add: Command = (keys, [key = '', by]) => {
  const value = integer(keys.get(key, 'string') ?? '0') + integer(by);
  keys.changeText(key, String(value));
  return value;
};

function expire(unit: number, isMoment: boolean): Command {
  return (keys, [key = '', time, flag]) => {
    const until = integer(time) * unit + (isMoment ? 0 : keys.now());
    const known = keys.expires(key);
    const kept =
      (flag === 'NX' && known !== undefined) ||
      (flag === 'XX' && known === undefined) ||
      (flag === 'GT' && (known === undefined || until <= known)) ||
      (flag === 'LT' && known !== undefined && until >= known);
    return !kept && keys.expireAt(key, until) ? 1 : 0;
  };
}

function left(unit: number): Command {
  return (keys, [key = '']) => {
    if (!keys.has(key)) return -2;
    const until = keys.expires(key);
    return until === undefined ? -1 : Math.max(0, Math.ceil((until - keys.now()) / unit));
  };
}

const set: Command = (keys, [key = '', value = '', ...rest]) => {
  const flags = rest.map((one) => one.toUpperCase());
  const before = flags.includes('GET') ? (keys.get(key, 'string') ?? null) : undefined;
  const isKept = (flags.includes('NX') && keys.has(key)) || (flags.includes('XX') && !keys.has(key));
  if (!isKept) {
    const times: readonly [string, number, boolean][] = [
      ['EX', 1_000, false],
      ['PX', 1, false],
      ['EXAT', 1_000, true],
      ['PXAT', 1, true],
    ];
    let until = flags.includes('KEEPTTL') ? keys.expires(key) : undefined;
    for (const [name, unit, isMoment] of times) {
      const place = flags.indexOf(name);
      if (place >= 0) until = integer(flags[place + 1]) * unit + (isMoment ? 0 : keys.now());
    }
    keys.setText(key, value, until);
  }
  if (before !== undefined) return before;
  return isKept ? null : ok;
};

const remove: Command = (keys, args) => count(args, (key) => keys.delete(key));

export const textCommands: Readonly<Record<string, Command>> = {
  ping: (_, [text]) => text ?? new Status('PONG'),
  echo: (_, [text = '']) => text,
  select: () => ok,
  auth: () => ok,
  time: (keys) => [String(Math.floor(keys.now() / 1_000)), String(Math.floor(keys.now() % 1_000) * 1_000)],
  info: () => 'redis_version:7.0.15\r\nredis_mode:standalone\r\nloading:0\r\nmaxmemory_policy:noeviction\r\n',
  dbsize: (keys) => keys.keys().length,
  flushall: (keys) => {
    keys.clear();
    return ok;
  },
  flushdb: (keys) => {
    keys.clear();
    return ok;
  },
  keys: (keys, [pattern = '*']) => keys.keys().filter((key) => globbed(pattern).test(key)),
  scan: (keys, args) => ['0', matching(keys.keys(), args)],
  exists: (keys, args) => count(args, (key) => keys.has(key)),
  del: remove,
  unlink: remove,
  type: (keys, [key = '']) => new Status(keys.kind(key) ?? 'none'),
  dump: (keys, [key = '']) => keys.written(key) ?? null,
  rename: (keys, [from = '', to = '']) => {
    keys.rename(from, to);
    return ok;
  },
  expire: expire(1_000, false),
  pexpire: expire(1, false),
  expireat: expire(1_000, true),
  pexpireat: expire(1, true),
  persist: (keys, [key = '']) =>
    keys.expires(key) === undefined ? 0 : keys.expireAt(key, undefined) ? 1 : 0,
  ttl: left(1_000),
  pttl: left(1),
  pexpiretime: (keys, [key = '']) => (keys.has(key) ? (keys.expires(key) ?? -1) : -2),
  get: (keys, [key = '']) => keys.get(key, 'string') ?? null,
  set,
  setnx: (keys, args) => (set(keys, [...args, 'NX']) === null ? 0 : 1),
  setex: (keys, [key = '', time = '', value = '']) => set(keys, [key, value, 'EX', time]),
  psetex: (keys, [key = '', time = '', value = '']) => set(keys, [key, value, 'PX', time]),
  getdel: (keys, [key = '']) => {
    const value = keys.get(key, 'string') ?? null;
    keys.delete(key);
    return value;
  },
  mget: (keys, args) =>
    args.map((key) => (keys.kind(key) === 'string' ? (keys.get(key, 'string') ?? null) : null)),
  mset: (keys, args) => {
    for (let i = 0; i < args.length; i += 2) keys.setText(at(args, i), at(args, i + 1), undefined);
    return ok;
  },
  append: (keys, [key = '', more = '']) => {
    const value = (keys.get(key, 'string') ?? '') + more;
    keys.changeText(key, value);
    return value.length;
  },
  strlen: (keys, [key = '']) => (keys.get(key, 'string') ?? '').length,
  incr: (keys, [key = '']) => add(keys, [key, '1']),
  decr: (keys, [key = '']) => add(keys, [key, '-1']),
  incrby: add,
  setbit: (keys, [key = '', offset, bit]) => {
    const bytes = Buffer.from(keys.get(key, 'string') ?? '', 'latin1');
    const [byte, mask] = [Math.floor(integer(offset) / 8), 128 >> (integer(offset) % 8)];
    const made = byte < bytes.length ? bytes : Buffer.concat([bytes, Buffer.alloc(byte + 1 - bytes.length)]);
    const before = (made[byte] ?? 0) & mask ? 1 : 0;
    made[byte] = bit === '1' ? (made[byte] ?? 0) | mask : (made[byte] ?? 0) & ~mask;
    keys.changeText(key, made.toString('latin1'));
    return before;
  },
  getbit: (keys, [key = '', offset]) => {
    const byte = (keys.get(key, 'string') ?? '').charCodeAt(Math.floor(integer(offset) / 8)) || 0;
    return byte & (128 >> (integer(offset) % 8)) ? 1 : 0;
  },
  bitcount: (keys, [key = '']) => {
    let ones = 0;
    for (const byte of Buffer.from(keys.get(key, 'string') ?? '', 'latin1'))
      for (let rest = byte; rest > 0; rest &= rest - 1) ones += 1;
    return ones;
  },
  bitop: (keys, [how = '', to = '', ...from]) => {
    const all = from.map((key) => Buffer.from(keys.get(key, 'string') ?? '', 'latin1'));
    const made = Buffer.alloc(Math.max(0, ...all.map(({ length }) => length)));
    for (let i = 0; i < made.length; i += 1) {
      const bytes = all.map((one) => one[i] ?? 0);
      made[i] = bytes
        .slice(1)
        .reduce(
          (sum, one) => combined(how.toUpperCase(), sum, one),
          how.toUpperCase() === 'NOT' ? ~(bytes[0] ?? 0) : (bytes[0] ?? 0),
        );
    }
    keys.delete(to);
    if (made.length > 0) keys.setText(to, made.toString('latin1'), undefined);
    return made.length;
  },
  bitpos: (keys, [key = '', bit, start = '0', end]) => {
    const bytes = Buffer.from(keys.get(key, 'string') ?? '', 'latin1');
    const from = integer(start) < 0 ? Math.max(0, bytes.length + integer(start)) : integer(start);
    const last =
      end === undefined
        ? bytes.length - 1
        : Math.min(bytes.length - 1, integer(end) < 0 ? bytes.length + integer(end) : integer(end));
    for (let place = from * 8; place < (last + 1) * 8; place += 1) {
      const isSet = ((bytes[place >> 3] ?? 0) & (128 >> (place & 7))) !== 0;
      if (isSet === (bit === '1')) return place;
    }
    // Behind its end a string has zeros for ever, unless an end was given.
    return bit === '1' || end !== undefined || from > last
      ? bytes.length === 0 && bit === '0'
        ? 0
        : -1
      : bytes.length * 8;
  },
};

function combined(how: string, one: number, other: number): number {
  if (how === 'OR') return one | other;
  return how === 'AND' ? one & other : one ^ other;
}

/** Those that the MATCH of a scan lets through. */
export function matching(names: readonly string[], args: readonly string[]): string[] {
  const place = args.findIndex((one) => one.toUpperCase() === 'MATCH');
  const pattern = place < 0 ? undefined : globbed(at(args, place + 1));
  return names.filter((name) => pattern?.test(name) ?? true);
}
