/** Writes XML byte for byte the way the bridge does: prolog and root on one line, empty elements as a pair of tags. */

export const PROLOG = '<?xml version="1.0"?>';

const SPECIAL = /[&<>"]/g;
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeXml(text: string): string {
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? character);
}

/** One element with text; an empty value gives `<name></name>`, an absent one nothing. */
export function element(name: string, value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  return `<${name}>${typeof value === 'string' ? escapeXml(value) : value}</${name}>`;
}

/** An object of the API: its id as an attribute, its fields as children. */
export function object(name: string, id: string, children: string): string {
  return `<${name} id="${id}">${children}</${name}>`;
}

export interface Page {
  offset: number;
  limit: number;
}

/**
 * A page of a collection. `total` counts every item that matches, not the page; when it is known beforehand
 * the walk ends with the page.
 */
export function list<T>(
  root: string,
  items: Iterable<T>,
  page: Page,
  render: (item: T) => string,
  knownTotal?: number,
): string {
  let seen = 0;
  let body = '';
  const end = page.offset + page.limit;
  for (const item of items) {
    if (seen >= end && knownTotal !== undefined) break;
    if (seen >= page.offset && seen < end) body += render(item);
    seen += 1;
  }
  return `<${root} total="${knownTotal ?? seen}">${body}</${root}>`;
}
