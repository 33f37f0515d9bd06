/** Steps through a grid by the arrow keys: rows up and down, in a row the room first and then its meetings. */
import { type FocusEvent, type KeyboardEvent, type RefObject, useState } from 'react';

export interface Step {
  readonly row: number;
  readonly place: number;
}

export function useSteps(grid: RefObject<HTMLElement | null>, rows: number, show: (row: number) => void) {
  const [active, setActive] = useState<Step>({ row: 0, place: 0 });

  const focus = (row: number, place: number) => {
    show(row);
    // The row may have to be drawn first.
    const look = (tries: number) => {
      const found = [
        ...(grid.current?.querySelectorAll<HTMLElement>(`[data-row="${row}"] [data-place]`) ?? []),
      ];
      const wanted = found[Math.min(place, found.length - 1)];
      if (wanted !== undefined) wanted.focus({ preventScroll: true });
      else if (tries > 0) requestAnimationFrame(() => look(tries - 1));
    };
    requestAnimationFrame(() => look(10));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const isTurned = getComputedStyle(event.currentTarget).direction === 'rtl';
    const [ahead, back] = isTurned ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    const { row, place } = active;
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      [ahead as string]: [row, place + 1],
      [back as string]: [row, Math.max(0, place - 1)],
      ArrowDown: [Math.min(rows - 1, row + 1), place],
      ArrowUp: [Math.max(0, row - 1), place],
      PageDown: [Math.min(rows - 1, row + 10), place],
      PageUp: [Math.max(0, row - 10), place],
      Home: event.ctrlKey ? [0, 0] : [row, 0],
      End: event.ctrlKey ? [rows - 1, 0] : [row, Number.MAX_SAFE_INTEGER],
    };
    const step = steps[event.key];
    if (step === undefined || rows === 0) return;
    event.preventDefault();
    focus(...(step as [number, number]));
  };

  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    const row = target.closest<HTMLElement>('[data-row]')?.dataset.row;
    const place = target.dataset.place;
    if (row !== undefined && place !== undefined) setActive({ row: Number(row), place: Number(place) });
  };
  return { active, onKeyDown, onFocus };
}
