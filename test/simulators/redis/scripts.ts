/** Runs Lua as Redis does: each script made ready once, with its keys, its arguments and `redis.call`. */
import { createHash } from 'node:crypto';
import { type Compiled, compile } from './lua.ts';
import { stringLibrary } from './lua-strings.ts';
import {
  arithmetic,
  LuaError,
  type LuaFunction,
  LuaTable,
  type LuaValue,
  numberOf,
  textOf,
  typeOf,
} from './lua-table.ts';
import { decodeJson, encodeJson, jsonNull, unpackMessages } from './lua-wire.ts';
import { RedisError, type Reply, Status } from './reply.ts';

export type Call = (command: readonly string[]) => Reply;

export class Scripts {
  readonly #known = new Map<string, Compiled>();
  readonly #globals: LuaTable;

  /** `call` does a command as part of a script. */
  constructor(call: Call) {
    this.#globals = globalsOf(call);
  }

  load(lua: string): string {
    const sha = shaOf(lua);
    if (!this.#known.has(sha)) this.#known.set(sha, compiled(lua, sha));
    return sha;
  }

  has(sha: string): boolean {
    return this.#known.has(sha.toLowerCase());
  }

  forget(): void {
    this.#known.clear();
  }

  /** @throws RedisError */
  run(sha: string, keys: readonly string[], args: readonly string[]): Reply {
    const script = this.#known.get(sha.toLowerCase());
    if (script === undefined) throw new RedisError('NOSCRIPT No matching script. Please use EVAL.');
    this.#globals.set('KEYS', LuaTable.of(keys));
    this.#globals.set('ARGV', LuaTable.of(args));
    try {
      return toReply(script(this.#globals)[0]);
    } catch (error) {
      if (error instanceof LuaError)
        throw new RedisError(/^[A-Z]+ /.test(error.message) ? error.message : `ERR ${error.message}`);
      throw error;
    }
  }
}

/** Made ready once in this process, whichever simulated server asks. */
const ready = new Map<string, Compiled>();

function compiled(lua: string, sha: string): Compiled {
  const known = ready.get(sha) ?? compile(lua);
  ready.set(sha, known);
  return known;
}

function shaOf(lua: string): string {
  return createHash('sha1').update(lua, 'latin1').digest('hex');
}

function toReply(value: LuaValue): Reply {
  if (value === undefined || value === false) return null;
  if (value === true) return 1;
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'string') return value;
  if (!(value instanceof LuaTable)) return null;
  const [ok, err] = [value.get('ok'), value.get('err')];
  if (typeof err === 'string') throw new RedisError(err);
  if (typeof ok === 'string') return new Status(ok);
  return value.list.map(toReply);
}

function toLua(reply: Reply): LuaValue {
  if (reply === null) return false;
  if (typeof reply === 'string' || typeof reply === 'number') return reply;
  if (reply instanceof Status) return tableOf({ ok: reply.text });
  if (reply instanceof RedisError) return tableOf({ err: reply.message });
  return LuaTable.of(reply.map(toLua));
}

function tableOf(fields: Readonly<Record<string, LuaValue>>): LuaTable {
  const table = new LuaTable();
  for (const [name, value] of Object.entries(fields)) table.set(name, value);
  return table;
}

function globalsOf(call: Call): LuaTable {
  const given = (args: readonly LuaValue[]) =>
    args.map((arg) => {
      if (typeof arg === 'string') return arg;
      // As Redis 7 writes a number that a script gives to a command.
      if (typeof arg === 'number')
        return Number.isInteger(arg) && Math.abs(arg) < 1e17 ? String(arg) : textOf(arg);
      throw new LuaError('ERR Lua redis lib command arguments must be strings or integers');
    });
  const redisCall: LuaFunction = (...args) => {
    try {
      return [toLua(call(given(args)))];
    } catch (error) {
      if (error instanceof RedisError) throw new LuaError(tableOf({ err: error.message }));
      throw error;
    }
  };
  const protectedCall: LuaFunction = (called, ...args) => {
    try {
      return [true, ...(called as LuaFunction)(...args)];
    } catch (error) {
      if (!(error instanceof LuaError)) throw error;
      return [false, error.value];
    }
  };
  const next: LuaFunction = (table, key) => {
    let isFound = key === undefined;
    for (const entry of (table as LuaTable).entries()) {
      if (isFound) return entry;
      isFound = entry[0] === key;
    }
    return [undefined];
  };
  return tableOf({
    redis: tableOf({
      call: redisCall,
      pcall: (...args) => {
        const [, value] = protectedCall(redisCall, ...args);
        return [value];
      },
      error_reply: (text) => [tableOf({ err: text })],
      status_reply: (text) => [tableOf({ ok: text })],
      sha1hex: (text) => [shaOf(textOf(text))],
      log: () => [],
      replicate_commands: () => [true],
      ...{ LOG_DEBUG: 0, LOG_VERBOSE: 1, LOG_NOTICE: 2, LOG_WARNING: 3 },
    }),
    cjson: tableOf({
      decode: (text) => [decodeJson(text)],
      encode: (value) => [encodeJson(value)],
      null: jsonNull,
    }),
    cmsgpack: tableOf({ unpack: (text) => unpackMessages(text) }),
    string: tableOf(stringLibrary),
    table: tableOf(tableLibrary),
    math: tableOf(mathLibrary),
    tonumber: (value, base) => [numberOf(value, base === undefined ? 10 : arithmetic(base))],
    tostring: (value) => [textOf(value)],
    type: (value) => [typeOf(value)],
    unpack: (table, from, to) => unpacked(table as LuaTable, from, to),
    error: (value) => {
      throw new LuaError(value);
    },
    assert: (value, message) => {
      if (value === undefined || value === false) throw new LuaError(message ?? 'assertion failed!');
      return [value];
    },
    pcall: protectedCall,
    next,
    pairs(table) {
      if (!(table instanceof LuaTable))
        throw new LuaError(`bad argument #1 to 'pairs' (table expected, got ${typeOf(table)})`);
      const walk = table.entries();
      return [() => walk.next().value ?? [undefined], table, undefined];
    },
    ipairs(table) {
      if (!(table instanceof LuaTable))
        throw new LuaError(`bad argument #1 to 'ipairs' (table expected, got ${typeOf(table)})`);
      let at = 0;
      return [
        () => {
          at += 1;
          const value = table.get(at);
          return value === undefined ? [undefined] : [at, value];
        },
        table,
        0,
      ];
    },
    select: (n, ...args) => (n === '#' ? [args.length] : args.slice(arithmetic(n) - 1)),
  });
}

function unpacked(table: LuaTable, from: LuaValue, to: LuaValue): LuaValue[] {
  if (from === undefined && to === undefined) return [...table.list];
  const [first, last] = [
    from === undefined ? 1 : arithmetic(from),
    to === undefined ? table.length : arithmetic(to),
  ];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => table.get(first + i));
}

const tableLibrary: Readonly<Record<string, LuaFunction>> = {
  insert(table, ...rest) {
    const { list } = table as LuaTable;
    if (rest.length === 1) (table as LuaTable).set(list.length + 1, rest[0]);
    else list.splice(arithmetic(rest[0]) - 1, 0, rest[1]);
    return [];
  },
  remove(table, at) {
    const { list } = table as LuaTable;
    return at === undefined ? [list.pop()] : list.splice(arithmetic(at) - 1, 1);
  },
  concat(table, between, from, to) {
    const { list } = table as LuaTable;
    const some = list.slice(
      from === undefined ? 0 : arithmetic(from) - 1,
      to === undefined ? undefined : arithmetic(to),
    );
    return [some.map(textOf).join(between === undefined ? '' : textOf(between))];
  },
  sort(table, less) {
    const isLess = (one: LuaValue, other: LuaValue) =>
      typeof less === 'function' ? less(one, other)[0] === true : (one as number) < (other as number);
    (table as LuaTable).list.sort((one, other) => (isLess(one, other) ? -1 : isLess(other, one) ? 1 : 0));
    return [];
  },
  getn: (table) => [(table as LuaTable).length],
};

const mathLibrary: Readonly<Record<string, LuaValue>> = {
  huge: Number.POSITIVE_INFINITY,
  floor: (value: LuaValue) => [Math.floor(arithmetic(value))],
  ceil: (value: LuaValue) => [Math.ceil(arithmetic(value))],
  abs: (value: LuaValue) => [Math.abs(arithmetic(value))],
  min: (...values: LuaValue[]) => [Math.min(...values.map(arithmetic))],
  max: (...values: LuaValue[]) => [Math.max(...values.map(arithmetic))],
  fmod: (left: LuaValue, right: LuaValue) => [arithmetic(left) % arithmetic(right)],
  pow: (left: LuaValue, right: LuaValue) => [arithmetic(left) ** arithmetic(right)],
};
