/** Lua's values in JavaScript: nil is undefined, strings are of bytes (one character each), and tables are these. */

export type LuaValue = undefined | boolean | number | string | LuaTable | LuaFunction | LuaOpaque;
export type LuaFunction = (...args: LuaValue[]) => LuaValue[];

/** Something that scripts only pass on, such as `cjson.null`. */
export class LuaOpaque {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What `error` was called with, or what a script did wrong. */
export class LuaError extends Error {
  override readonly name = 'LuaError';
  readonly value: LuaValue;

  constructor(value: LuaValue) {
    super(value instanceof LuaTable ? String(value.get('err') ?? 'error') : String(value));
    this.value = value;
  }
}

/** Keys are walked in the order in which they came. */
export class LuaTable {
  /** What is under 1, 2, 3 and so on, without a gap. */
  readonly list: LuaValue[] = [];
  readonly rest = new Map<LuaValue, LuaValue>();

  static of(values: readonly LuaValue[]): LuaTable {
    const table = new LuaTable();
    for (const [i, value] of values.entries()) table.set(i + 1, value);
    return table;
  }

  get(key: LuaValue): LuaValue {
    if (typeof key === 'number') {
      const value = this.list[key - 1];
      if (value !== undefined) return value;
    }
    return this.rest.size === 0 ? undefined : this.rest.get(key);
  }

  set(key: LuaValue, value: LuaValue): void {
    if (key === undefined) throw new LuaError('table index is nil');
    const { list, rest } = this;
    if (typeof key === 'number') {
      if (key >= 1 && key <= list.length && Number.isInteger(key)) {
        if (value !== undefined) list[key - 1] = value;
        else if (key === list.length) list.pop();
        else for (const [i, moved] of list.splice(key - 1).entries()) if (i > 0) rest.set(key + i, moved);
        return;
      }
      if (key === list.length + 1 && value !== undefined) {
        list.push(value);
        rest.delete(key);
        if (rest.size > 0) this.#gather();
        return;
      }
    }
    if (value === undefined) rest.delete(key);
    else rest.set(key, value);
  }

  /** A border, as `#` has it. */
  get length(): number {
    return this.list.length;
  }

  *entries(): Generator<[LuaValue, LuaValue]> {
    for (const [i, value] of [...this.list].entries()) yield [i + 1, value];
    for (const [key, value] of [...this.rest]) yield [key, value];
  }

  #gather(): void {
    for (;;) {
      const next = this.list.length + 1;
      const value = this.rest.get(next);
      if (value === undefined) return;
      this.rest.delete(next);
      this.list.push(value);
    }
  }
}

export function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}

export function textOf(value: LuaValue): string {
  switch (typeof value) {
    case 'undefined':
      return 'nil';
    case 'string':
      return value;
    case 'number':
      return numberText(value);
    case 'boolean':
      return String(value);
    default:
      return value instanceof LuaOpaque ? value.name : typeof value === 'function' ? 'function' : 'table';
  }
}

/** As `%.14g` writes it. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e14) return String(value);
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [mantissa = '', exponent = '0'] = value.toExponential(13).split('e');
  const power = Number(exponent);
  if (power < -5 || power >= 14) {
    const digits = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return String(Number(value.toPrecision(14)));
}

/** What a number or the text of one is worth; undefined of anything else. */
export function numberOf(value: LuaValue, base = 10): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (base !== 10) {
    const number = Number.parseInt(text, base);
    return Number.isNaN(number) ? undefined : number;
  }
  if (text === '') return undefined;
  if (/^[-+]?(inf|nan|infinity)$/i.test(text))
    return text.toLowerCase().includes('nan') ? Number.NaN : text.startsWith('-') ? -Infinity : Infinity;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}

export function arithmetic(value: LuaValue): number {
  const number = numberOf(value);
  if (number === undefined) throw new LuaError(`attempt to perform arithmetic on a ${typeOf(value)} value`);
  return number;
}

export function typeOf(value: LuaValue): string {
  if (value === undefined) return 'nil';
  if (value instanceof LuaTable) return 'table';
  if (value instanceof LuaOpaque) return 'userdata';
  return typeof value;
}
