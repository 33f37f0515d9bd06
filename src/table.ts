/** Tables for a terminal: aligned by what letters take there, and no wider than it is. */
import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { harmless, type Screen } from './terminal.ts';

type Tone = 'red' | 'yellow' | 'green' | 'dim';

export interface Column<T> {
  readonly title: string;
  readonly of: (row: T) => string | number | null;
  readonly tone?: (row: T) => Tone | undefined;
  readonly isRight?: boolean;
  /**
   * Columns that may be cut are cut one after the other, the first one first, down to so many cells; where that is none,
   * the column is left out whole.
   */
  readonly cut?: { readonly turn: number; readonly least: number };
}

const gap = 2;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** @param sample the rows whose widths count: all, or those of the first page */
export class Table<T> {
  readonly #columns: readonly Column<T>[];
  /** Undefined of what is left out. */
  readonly #widths: readonly (number | undefined)[];
  readonly #screen: Screen;

  constructor(columns: readonly Column<T>[], sample: readonly T[], screen: Screen) {
    this.#columns = columns;
    this.#screen = screen;
    const natural = columns.map((column) =>
      Math.max(stringWidth(column.title), ...sample.map((row) => stringWidth(cellOf(column, row)))),
    );
    this.#widths = fitted(columns, natural, screen.width);
  }

  head(): string {
    return this.#line(this.#columns.map(({ title }) => [title, 'dim']));
  }

  line(row: T): string {
    return this.#line(this.#columns.map((column) => [cellOf(column, row), column.tone?.(row)]));
  }

  #line(cells: readonly (readonly [text: string, tone: Tone | undefined])[]): string {
    const { width, isColoured } = this.#screen;
    let room = width;
    let line = '';
    for (const [i, [text, tone]] of cells.entries()) {
      if (this.#widths[i] === undefined) continue;
      const column = this.#columns[i];
      const own = this.#widths[i] ?? 0;
      const isLast = i === cells.length - 1;
      // A row of a later page may be wider than all of the first one: its cells stand out, where they may not be cut.
      const most = Math.min(column?.cut === undefined ? Infinity : own, room);
      const shown = cut(text, most);
      const padding = ' '.repeat(Math.max(0, own - stringWidth(shown)));
      const toned =
        isColoured && tone !== undefined && shown !== ''
          ? styleText(tone, shown, { validateStream: false })
          : shown;
      const padded = column?.isRight === true ? padding + toned : isLast ? toned : toned + padding;
      line += isLast ? padded : padded + ' '.repeat(gap);
      room -= Math.max(own, stringWidth(shown)) + gap;
      if (room <= 0) break;
    }
    return line.trimEnd();
  }
}

function cellOf<T>({ of }: Column<T>, row: T): string {
  const value = of(row);
  return value === null ? '' : harmless(String(value));
}

function fitted<T>(
  columns: readonly Column<T>[],
  natural: readonly number[],
  width: number,
): readonly (number | undefined)[] {
  const widths: (number | undefined)[] = [...natural];
  let over = natural.reduce((sum, one) => sum + one, gap * (columns.length - 1)) - width;
  const turns = columns
    .flatMap(({ cut: rule }, column) => (rule === undefined ? [] : [{ column, ...rule }]))
    .sort((a, b) => a.turn - b.turn);
  for (const { column, least } of turns) {
    if (over <= 0) break;
    const own = natural[column] ?? 0;
    if (least === 0) {
      widths[column] = undefined;
      over -= own + gap;
    } else {
      const taken = Math.min(over, Math.max(0, own - least));
      widths[column] = own - taken;
      over -= taken;
    }
  }
  return widths;
}

/** The beginning that fits, and that there is more. */
export function cut(text: string, most: number): string {
  if (most === Infinity || stringWidth(text) <= most) return text;
  if (most < 1) return '';
  let kept = '';
  let taken = 0;
  for (const { segment } of graphemes.segment(text)) {
    taken += stringWidth(segment);
    if (taken > most - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
