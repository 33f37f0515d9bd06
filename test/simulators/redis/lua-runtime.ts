/** What scripts do when they run: the operators of Lua, as the code that is made of a script calls them. */
import {
  arithmetic,
  isTrue,
  LuaError,
  type LuaFunction,
  LuaTable,
  type LuaValue,
  textOf,
  typeOf,
} from './lua-table.ts';

const none: LuaValue[] = [];

/** What the made code calls. */
export const runtime = {
  none,
  n: arithmetic,
  t: isTrue,
  table: () => new LuaTable(),
  index(object: LuaValue, key: LuaValue): LuaValue {
    if (object instanceof LuaTable) return object.get(key);
    throw new LuaError(`attempt to index a ${typeOf(object)} value (field '${textOf(key)}')`);
  },
  put(object: LuaValue, key: LuaValue, value: LuaValue): void {
    if (!(object instanceof LuaTable)) throw new LuaError(`attempt to index a ${typeOf(object)} value`);
    object.set(key, value);
  },
  call(callee: LuaValue, ...args: LuaValue[]): LuaValue[] {
    if (typeof callee !== 'function') throw new LuaError(`attempt to call a ${typeOf(callee)} value`);
    return (callee as LuaFunction)(...args);
  },
  method(object: LuaValue, name: string, strings: LuaValue, ...args: LuaValue[]): LuaValue[] {
    const holder = typeof object === 'string' ? strings : object;
    return runtime.call(runtime.index(holder, name), object, ...args);
  },
  length(value: LuaValue): number {
    if (typeof value === 'string') return value.length;
    if (value instanceof LuaTable) return value.length;
    throw new LuaError(`attempt to get length of a ${typeOf(value)} value`);
  },
  join(left: LuaValue, right: LuaValue): string {
    for (const one of [left, right]) {
      if (typeof one !== 'string' && typeof one !== 'number')
        throw new LuaError(`attempt to concatenate a ${typeOf(one)} value`);
    }
    return textOf(left) + textOf(right);
  },
  mod: (left: number, right: number) => left - Math.floor(left / right) * right,
  less(left: LuaValue, right: LuaValue): boolean {
    if (typeof left === 'number' && typeof right === 'number') return left < right;
    if (typeof left === 'string' && typeof right === 'string') return left < right;
    throw new LuaError(`attempt to compare ${typeOf(left)} with ${typeOf(right)}`);
  },
  notMore(left: LuaValue, right: LuaValue): boolean {
    if (typeof left === 'number' && typeof right === 'number') return left <= right;
    if (typeof left === 'string' && typeof right === 'string') return left <= right;
    throw new LuaError(`attempt to compare ${typeOf(left)} with ${typeOf(right)}`);
  },
  /** The last values of a list go where the others end. */
  fill(table: LuaTable, from: number, values: readonly LuaValue[]): LuaTable {
    for (const [i, value] of values.entries()) table.set(from + i, value);
    return table;
  },
};
