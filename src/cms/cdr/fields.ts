/** Reads single fields of what a call bridge tells: bounded in length, and undefined where they are not what they should be. */
import type { XmlElement } from '../xml.ts';

const longestText = 500;

/** Without control characters, which a bridge lets into names. */
export function boundedText(text: string): string {
  const start = text.slice(0, 4 * longestText).replace(/\p{Cc}+/gu, ' ');
  // Half of a surrogate pair is no text.
  return start
    .trim()
    .slice(0, longestText)
    .replace(/[\uD800-\uDBFF]$/, '');
}

/** In lower case, for bridges and their API have been seen to differ in it. */
export function idOf(text: string | undefined): string | undefined {
  const id = text?.trim().toLowerCase();
  return id !== undefined && /^[\w.:-]{1,100}$/.test(id) ? id : undefined;
}

export function wholeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : undefined;
}

/** Epoch milliseconds of an RFC 3339 time. */
export function timeOf(text: string | undefined): number | undefined {
  const form = /^\s*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\s*$/i;
  const time = text !== undefined && form.test(text) ? Date.parse(text.trim()) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Whatever the case of its name. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(element.attributes).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

export function idIn(element: XmlElement, name: string): string | undefined {
  return idOf(element.text(name));
}

/** Undefined when there is none or it is empty. */
export function textIn(element: XmlElement, name: string): string | undefined {
  return boundedText(element.text(name) ?? '') || undefined;
}

/** An amount that cannot be negative. */
export function amountIn(element: XmlElement, name: string): number | undefined {
  const amount = element.number(name);
  return amount !== undefined && amount >= 0 && Number.isFinite(amount) ? amount : undefined;
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Those of the fields that are not undefined. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}
