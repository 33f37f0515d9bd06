/** What `roombridge check` has found, as a table for a terminal: one line each, what mends it below or at the end. */
import { fold, markOf, type Remedy, tellRemedies } from './check-remedies.ts';

export interface Finding {
  readonly what: string;
  /** A warning keeps nothing from working, or could not be tried; only `FAILED` makes the check fail. */
  readonly state: 'ok' | 'warning' | 'FAILED';
  readonly detail: string;
  readonly remedy?: string;
  /** Those that many findings may share: they stand once at the end, and as a mark here. */
  readonly shared?: readonly Remedy[];
}

/** What is said of one thing, part by part: `amiss` makes it a warning. */
export interface Notes {
  readonly well: string[];
  readonly amiss: string[];
  readonly remedies: Remedy[];
}

export function ok(what: string, detail: string): Finding {
  return { what, state: 'ok', detail };
}

export function warning(what: string, detail: string, remedy?: string): Finding {
  return { what, state: 'warning', detail, ...(remedy === undefined ? {} : { remedy }) };
}

export function failed(what: string, detail: string, remedy?: string): Finding {
  return { what, state: 'FAILED', detail, ...(remedy === undefined ? {} : { remedy }) };
}

/** Aligned columns under their names, the shared remedies, and a last line that counts. */
export function report(findings: readonly Finding[]): string {
  const folded = fold(findings.flatMap(({ shared = [] }) => shared));
  const rows = findings.map(({ what, state, detail, shared = [] }) => {
    const marks = new Set(shared.map((remedy) => markOf(folded, remedy)));
    return [printable(what), state, [printable(detail), ...marks].join(' ')] as const;
  });
  const width = (column: 0 | 1, title: string) =>
    Math.max(title.length, ...rows.map((row) => [...row[column]].length));
  const [first, second] = [width(0, 'WHAT'), width(1, 'STATE')];
  const line = (what: string, state: string, detail: string) =>
    `${padded(what, first)}  ${padded(state, second)}  ${detail}`.trimEnd();
  const lines = [line('WHAT', 'STATE', 'DETAIL')];
  for (const [index, [what, state, detail]] of rows.entries()) {
    lines.push(line(what, state, detail));
    const remedy = findings[index]?.remedy;
    if (remedy !== undefined) lines.push(line('', '', `-> ${printable(remedy)}`));
  }
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const warnings = count('warning') === 1 ? '1 warning' : `${count('warning')} warnings`;
  return [
    ...lines,
    ...tellRemedies(folded),
    '',
    `${count('ok')} ok, ${warnings}, ${count('FAILED')} FAILED`,
  ].join('\n');
}

/** Other systems' words stay on their line and give the terminal no orders. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}
