/** A wall screen that has more rooms than fit shows the next of them every few seconds. */
import { type RefObject, useEffect } from 'react';

const every = 15_000;

export function usePaging(scroller: RefObject<HTMLElement | null>, isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted) return undefined;
    const timer = setInterval(() => {
      const element = scroller.current;
      if (element === null) return;
      const { scrollTop, clientHeight, scrollHeight } = element;
      const isAtEnd = scrollTop + clientHeight >= scrollHeight - 4;
      element.scrollTo({ top: isAtEnd ? 0 : scrollTop + clientHeight - 80 });
    }, every);
    return () => clearInterval(timer);
  }, [scroller, isWanted]);
}
