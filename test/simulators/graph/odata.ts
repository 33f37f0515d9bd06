/** The query options that collections share: a page of them, with the link to the next. */
import { badRequest } from './reply.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** To be spread into the answer's body. */
  readonly link: { readonly '@odata.nextLink'?: string };
}

/** `$top` and `$skip` of the query, or `size` items; `path` as it was sent, `base` before it in the next link. */
export function pageOf<T>(
  items: readonly T[],
  call: { readonly path: string; readonly query: ReadonlyMap<string, string> },
  base: string,
  { size, max }: { size: number; max: number },
): Page<T> {
  const top = Number(call.query.get('$top') ?? size);
  const from = Number(call.query.get('$skip') ?? 0);
  if (!(top >= 1 && top <= max) || !(from >= 0)) throw badRequest('$top or $skip is invalid.');
  const page = items.slice(from, from + top);
  if (from + top >= items.length) return { items: page, link: {} };
  const next = new URL(call.path, base);
  for (const key of [...next.searchParams.keys()])
    if (key.toLowerCase() === '$skip') next.searchParams.delete(key);
  next.searchParams.set('$skip', String(from + top));
  return { items: page, link: { '@odata.nextLink': next.href } };
}
