/** Checks and normalises the parameters of a form; an empty value unsets a field, an absent one leaves it alone. */
import { Failure, invalidValue } from './failure.ts';
import { element } from './xml.ts';

export type Form = [name: string, value: string][];
export type Fields = Map<string, string>;
/** Gives the value as it is stored, or undefined when it is not acceptable. May throw a Failure of its own. */
export type Check = (value: string) => string | undefined;
export type Schema = Record<string, Check>;
/** undefined stands for "unset". */
export type Changes = Map<string, string | undefined>;

const TRUE = new Set(['true', 'True', 'on']);
const FALSE = new Set(['false', 'False', 'off']);

export const text: Check = (value) => value;
export const digits: Check = (value) => (/^\d+$/.test(value) ? value : undefined);
export const flag: Check = (value) => (TRUE.has(value) ? 'true' : FALSE.has(value) ? 'false' : undefined);
/** The part of a SIP address before the `@`, stored in lower case. */
export const userPart: Check = (value) => (/^[^@\s]+$/.test(value) ? value.toLowerCase() : undefined);

export function upTo(length: number): Check {
  return (value) => (value.length <= length ? value : undefined);
}

export function whole(min = 0, max = 2_147_483_647): Check {
  return (value) => {
    if (!/^\d+$/.test(value)) return undefined;
    const number = Number(value);
    return number >= min && number <= max ? String(number) : undefined;
  };
}

export function oneOf(...values: string[]): Check {
  const allowed = new Set(values);
  return (value) => (allowed.has(value) ? value : undefined);
}

/** A reference to another object: the check asks whether it exists and throws the given failure if not. */
export function reference(exists: (id: string) => boolean, absent: () => Failure): Check {
  return (value) => {
    if (!exists(value)) throw absent();
    return value;
  };
}

/** Reads the form against the schema. Parameters that the schema does not know go to `ignored`. */
export function readChanges(form: Form, schema: Schema, ignored?: (parameter: string) => void): Changes {
  const changes: Changes = new Map();
  let wrong: string[] | undefined;
  for (const [name, value] of form) {
    const check = schema[name];
    if (check === undefined) {
      ignored?.(name);
    } else if (value === '') {
      changes.set(name, undefined);
    } else {
      const stored = check(value);
      if (stored === undefined) {
        wrong ??= [];
        wrong.push(invalidValue(name));
      } else {
        changes.set(name, stored);
      }
    }
  }
  if (wrong !== undefined) throw new Failure(wrong, 400);
  return changes;
}

export function applyChanges(fields: Fields, changes: Changes): void {
  for (const [name, value] of changes) {
    if (value === undefined) fields.delete(name);
    else fields.set(name, value);
  }
}

/** The named fields that are set, in the order given. */
export function renderFields(fields: Fields, names: Iterable<string>): string {
  let body = '';
  for (const name of names) body += element(name, fields.get(name));
  return body;
}
