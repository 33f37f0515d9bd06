/** Lists that the running product gives a page at a time, told as tables or as JSON, and never held whole. */
import { askRunning, NotDone, type Reach } from './running.ts';
import { type Column, Table } from './table.ts';
import { jsonText, type Out } from './terminal.ts';

export interface Paged {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Of the answer, what has the rows. */
  readonly rows: string;
  /** What takes the answer's `next`. */
  readonly cursor: string;
}

/** Of an answer, what it has under a name. @throws NotDone where it is another program's */
export function rowsIn<T>(answer: unknown, name: string): readonly T[] {
  const rows = (answer as Readonly<Record<string, unknown>> | null)?.[name];
  if (!Array.isArray(rows))
    throw new NotDone(`what answers is not roombridge, or of another version: it tells of no ${name}`);
  return rows as T[];
}

/** The rows of one page after the other. @throws NotDone */
export async function* pagesOf<T>(
  reach: Reach,
  { path, query, rows, cursor }: Paged,
): AsyncGenerator<readonly T[], void, void> {
  for (let next: string | null = ''; next !== null; ) {
    const asked = new URLSearchParams({ ...query, ...(next === '' ? {} : { [cursor]: next }) });
    const answer = await askRunning(reach, `${path}?${asked}`);
    yield rowsIn<T>(answer, rows);
    next = (answer as { next?: string | null }).next ?? null;
  }
}

/** The first so many of all pages, and whether there are more. */
export async function* firstOf<T>(
  pages: AsyncIterable<readonly T[]>,
  most: number,
  more: () => void,
): AsyncGenerator<readonly T[], void, void> {
  let left = most;
  for await (const page of pages) {
    if (left === 0 && page.length > 0) return more();
    yield page.slice(0, left);
    if (page.length > left) return more();
    left -= page.length;
  }
}

/** A table that is as wide as its first page wants it. */
export async function tellTable<T>(
  out: Out,
  columns: readonly Column<T>[],
  pages: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
  nothing: string,
): Promise<void> {
  let table: Table<T> | undefined;
  for await (const page of pages) {
    if (page.length === 0) continue;
    const lines: string[] = [];
    if (table === undefined) {
      table = new Table(columns, page, out.screen);
      lines.push(table.head());
    }
    for (const row of page) lines.push(table.line(row));
    await out.write(`${lines.join('\n')}\n`);
  }
  if (table === undefined) await out.write(`${nothing}\n`);
}

export async function tellJson(out: Out, answer: unknown): Promise<void> {
  await out.write(`${jsonText(answer)}\n`);
}

/** One array of all rows, written as they come; it is left open where they stop coming, so that none takes it for whole. */
export async function tellJsonRows<T>(out: Out, pages: AsyncIterable<readonly T[]>): Promise<void> {
  let before = '[';
  for await (const page of pages) {
    if (page.length === 0) continue;
    const rows = page.map((row) => jsonText(row).replace(/^/gm, '  '));
    await out.write(`${before}\n${rows.join(',\n')}`);
    before = ',';
  }
  await out.write(before === '[' ? '[]\n' : '\n]\n');
}
