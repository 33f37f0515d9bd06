/** What is told of many measurements: percentiles, and a table for the terminal. */

/** By the nearest rank, so that every figure is one that was measured. NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Whole above ten, a decimal or two below. */
export function figure(value: number, unit = ''): string {
  if (Number.isNaN(value)) return '–';
  const digits = Math.abs(value) >= 10 ? 0 : Math.abs(value) >= 1 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}

/** How many times as much, such as `2.4 ×`. */
export function ratio(value: number, of: number): string {
  return Number.isFinite(value / of) ? `${figure(value / of)} ×` : '–';
}

/** Markdown, so that what is printed can be kept as it is: the first column to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) =>
    Math.max(4, ...[title, ...rows.map((row) => row[i] ?? '')].map(length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => padded(cells[i] ?? '', width, i > 0)).join(' | ')} |`;
  const rule = widths.map((width, i) => (i > 0 ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function length(text: string): number {
  return [...text].length;
}

function padded(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - length(text)));
  return right ? space + text : text + space;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
