/** The matrix as people read it: a row for each step, a column for each failure, a mark for each scope. */

export interface Mark {
  readonly row: string;
  readonly column: string;
  readonly scope: string;
  readonly held: boolean;
}

export function drawTable(marks: readonly Mark[]): string {
  const rows = unique(marks.map(({ row }) => row));
  const columns = unique(marks.map(({ column }) => column));
  const scopes = unique(marks.map(({ scope }) => scope));
  const cell = (row: string, column: string) =>
    scopes
      .map((scope) => marks.find((one) => one.row === row && one.column === column && one.scope === scope))
      .map((mark) => (mark === undefined ? '.' : mark.held ? '+' : '-'))
      .join('');
  const first = Math.max(...rows.map(({ length }) => length));
  const width = (column: string) => Math.max(column.length, scopes.length);
  const lines = [
    ['', ...columns].map((text, i) => text.padEnd(i === 0 ? first : width(text))),
    ...rows.map((row) => [
      row.padEnd(first),
      ...columns.map((column) => cell(row, column).padEnd(width(column))),
    ]),
  ];
  const held = marks.filter((mark) => mark.held).length;
  return [
    ...lines.map((line) => line.join('  ').trimEnd()),
    `${held} of ${marks.length} cells hold (each: ${scopes.join(', ')})`,
  ].join('\n');
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
