/** What scripts read and write of JSON and MessagePack, as Redis' `cjson` and `cmsgpack` have it. */
import { LuaError, LuaOpaque, LuaTable, type LuaValue, numberText } from './lua-table.ts';

const nothing = new LuaOpaque('userdata: NULL');

/** Lengths of what is written in a MessagePack value's first bytes, by the type's byte. */
const sized: Readonly<Record<number, readonly ['text' | 'list' | 'map', bytes: number]>> = {
  196: ['text', 1],
  197: ['text', 2],
  198: ['text', 4],
  217: ['text', 1],
  218: ['text', 2],
  219: ['text', 4],
  220: ['list', 2],
  221: ['list', 4],
  222: ['map', 2],
  223: ['map', 4],
};

export const jsonNull: LuaValue = nothing;

export function decodeJson(text: LuaValue): LuaValue {
  if (typeof text !== 'string') throw new LuaError('bad argument #1 to decode (string expected)');
  try {
    return fromJson(JSON.parse(text));
  } catch {
    throw new LuaError('Expected value but found invalid token');
  }
}

function fromJson(value: unknown): LuaValue {
  if (value === null) return nothing;
  // Escapes may name what is no byte: as Redis has it, in UTF-8.
  if (typeof value === 'string') return bytesOf(value);
  if (typeof value !== 'object') return value as number | boolean;
  if (Array.isArray(value)) return LuaTable.of(value.map(fromJson));
  const table = new LuaTable();
  for (const [key, one] of Object.entries(value)) table.set(bytesOf(key), fromJson(one));
  return table;
}

function bytesOf(text: string): string {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) <= 255) continue;
    return [...text]
      .map((one) => (one.charCodeAt(0) <= 255 ? one : Buffer.from(one, 'utf8').toString('latin1')))
      .join('');
  }
  return text;
}

export function encodeJson(value: LuaValue): string {
  switch (typeof value) {
    case 'undefined':
      return 'null';
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new LuaError('Cannot serialise number: must not be NaN or Inf');
      return numberText(value);
    case 'string':
      return quoted(value);
    default: {
      if (value === nothing) return 'null';
      if (!(value instanceof LuaTable)) throw new LuaError('Cannot serialise function: type not supported');
      const { list, rest } = value;
      if (list.length > 0 && rest.size === 0) return `[${list.map(encodeJson).join(',')}]`;
      const fields = [...value.entries()].map(
        ([key, one]) =>
          `${quoted(typeof key === 'number' ? numberText(key) : String(key))}:${encodeJson(one)}`,
      );
      return `{${fields.join(',')}}`;
    }
  }
}

/** Unlike JSON.stringify, it escapes the slash as well, and DEL. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/\//g, '\\/').replace(/\x7f/g, '\\u007f');
}

/** All values that stand in it one after the other. */
export function unpackMessages(text: LuaValue): LuaValue[] {
  if (typeof text !== 'string') throw new LuaError('bad argument #1 to unpack (string expected)');
  const bytes = Buffer.from(text, 'latin1');
  const found: LuaValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [value, end] = message(bytes, at);
    found.push(value);
    at = end;
  }
  return found;
}

function message(bytes: Buffer, at: number): [LuaValue, end: number] {
  const type = bytes.readUInt8(at);
  if (type < 128) return [type, at + 1];
  if (type < 144) return pairs(bytes, at + 1, type & 15);
  if (type < 160) return items(bytes, at + 1, type & 15);
  if (type < 192) return words(bytes, at + 1, type & 31);
  if (type >= 224) return [type - 256, at + 1];
  const shape = sized[type];
  if (shape !== undefined) {
    const [kind, width] = shape;
    const length = bytes.readUIntBE(at + 1, width);
    const from = at + 1 + width;
    return kind === 'text'
      ? words(bytes, from, length)
      : kind === 'list'
        ? items(bytes, from, length)
        : pairs(bytes, from, length);
  }
  switch (type) {
    case 192:
      return [undefined, at + 1];
    case 194:
      return [false, at + 1];
    case 195:
      return [true, at + 1];
    case 202:
      return [bytes.readFloatBE(at + 1), at + 5];
    case 203:
      return [bytes.readDoubleBE(at + 1), at + 9];
    case 204:
    case 205:
    case 206: {
      const width = 2 ** (type - 204);
      return [bytes.readUIntBE(at + 1, width), at + 1 + width];
    }
    case 207:
      return [Number(bytes.readBigUInt64BE(at + 1)), at + 9];
    case 208:
    case 209:
    case 210: {
      const width = 2 ** (type - 208);
      return [bytes.readIntBE(at + 1, width), at + 1 + width];
    }
    case 211:
      return [Number(bytes.readBigInt64BE(at + 1)), at + 9];
    default:
      throw new LuaError(`Bad data format in input: ${type}`);
  }
}

function words(bytes: Buffer, from: number, length: number): [LuaValue, number] {
  return [bytes.toString('latin1', from, from + length), from + length];
}

function items(bytes: Buffer, from: number, count: number): [LuaValue, number] {
  const table = new LuaTable();
  let at = from;
  for (let i = 1; i <= count; i += 1) {
    const [value, end] = message(bytes, at);
    table.set(i, value);
    at = end;
  }
  return [table, at];
}

function pairs(bytes: Buffer, from: number, count: number): [LuaValue, number] {
  const table = new LuaTable();
  let at = from;
  for (let i = 0; i < count; i += 1) {
    const [key, middle] = message(bytes, at);
    const [value, end] = message(bytes, middle);
    table.set(key, value);
    at = end;
  }
  return [table, at];
}
