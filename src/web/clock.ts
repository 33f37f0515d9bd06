/** The present, for what is drawn by it. */
import { useEffect, useState } from 'react';

/** @param every milliseconds */
export function useClock(every: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
