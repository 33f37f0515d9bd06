/**
 * A long list as a table: only rows in sight are drawn. One stop of the Tab key for all of it, within it the arrow keys lead,
 * and the row that was come to stays drawn, so that the focus is not lost however far one scrolls.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type ComponentProps, createContext, type ReactNode, useContext, useEffect, useRef } from 'react';
import { Link } from './router.tsx';
import { type Step, useSteps } from './use-steps.ts';

export interface RowPlace {
  readonly index: number;
  /** Pixels. */
  readonly top: number;
  readonly height: number;
}

interface Props<Item> {
  readonly name: string;
  readonly columns: readonly { readonly key: string; readonly title: string }[];
  readonly items: readonly Item[];
  /** There are more of them than have been read. */
  readonly isCut?: boolean;
  /** Pixels of a row on a wide screen, and on a narrow one. */
  readonly heights: readonly [wide: number, narrow: number];
  readonly className?: string;
  readonly hidden: boolean;
  keyOf(item: Item): string;
  /** The last of them are near. */
  onNearEnd?(): void;
  children(item: Item, place: RowPlace): ReactNode;
}

/** Pixels from which a row is one line, and stands below the names of the columns. */
const wideFrom = 900;
const headHeight = 32;
/** Rows before the last. */
const near = 20;

const StopContext = createContext<Step>({ row: 0, place: 0 });
const PlaceContext = createContext<number | undefined>(undefined);

export function VirtualTable<Item>(props: Props<Item>) {
  const { name, columns, items, isCut = false, heights, className = '', hidden } = props;
  const { keyOf, onNearEnd, children } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { active, onKeyDown, onFocus } = useSteps(scroller, items.length, (row) => rows.scrollToIndex(row));
  const stop = { ...active, row: Math.max(0, Math.min(active.row, items.length - 1)) };
  const isNarrow = window.innerWidth < wideFrom;
  const head = isNarrow ? 0 : headHeight;
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => heights[isNarrow ? 1 : 0],
    overscan: 12,
    scrollMargin: head,
    scrollPaddingStart: head,
    rangeExtractor: (range) =>
      [...new Set([stop.row, ...defaultRangeExtractor(range)])].sort((a, b) => a - b),
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
  });
  const drawn = rows.getVirtualItems();
  const isNearEnd = (drawn.at(-1)?.index ?? 0) >= items.length - near;
  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, onNearEnd]);
  return (
    <div
      className={`list ${className}`}
      ref={scroller}
      role="grid"
      aria-readonly="true"
      aria-label={name}
      aria-rowcount={isCut ? -1 : items.length + 1}
      hidden={hidden}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      <div role="row" className="list-row head" aria-rowindex={1}>
        {columns.map(({ key, title }) => (
          <span key={key} role="columnheader" className={`of-${key}`}>
            {title}
          </span>
        ))}
      </div>
      <StopContext.Provider value={stop}>
        <div role="rowgroup" className="rows" style={{ height: rows.getTotalSize() }}>
          {drawn.map(({ index, start, size }) => {
            const item = items[index];
            return item === undefined ? null : children(item, { index, top: start - head, height: size });
          })}
        </div>
      </StopContext.Provider>
    </div>
  );
}

/** @param stops how many of its cells and links the arrow keys come to */
export function VirtualRow(props: RowPlace & { readonly stops?: number; readonly children: ReactNode }) {
  const { index, top, height, stops = 1, children } = props;
  const { row, place } = useContext(StopContext);
  return (
    <PlaceContext.Provider value={row === index ? Math.min(place, stops - 1) : undefined}>
      <div
        role="row"
        aria-rowindex={index + 2}
        data-row={index}
        className="list-row"
        style={{ transform: `translateY(${top}px)`, height }}
      >
        {children}
      </div>
    </PlaceContext.Provider>
  );
}

/** What leads from a row to somewhere else; `place` counts what the arrow keys come to in it. */
export function RowLink({ place = 0, ...rest }: ComponentProps<typeof Link> & { readonly place?: number }) {
  return <Link {...rest} {...useStop(place)} />;
}

/** The first cell of rows that lead nowhere, for them to be read by the keyboard. */
export function RowCell({ children }: { readonly children: ReactNode }) {
  return (
    <span role="gridcell" {...useStop(0)}>
      {children}
    </span>
  );
}

function useStop(place: number) {
  const stop = useContext(PlaceContext);
  return { 'data-place': place, tabIndex: stop === place ? 0 : -1 } as const;
}
