/** What somebody has chosen for themselves: kept by their browser, and heard of by all their open pages. */
import { useSyncExternalStore } from 'react';

export interface Settings {
  /** Empty for what the browser says. */
  readonly language: string;
  readonly theme: 'system' | 'light' | 'dark';
  /** By which they are known where nobody signs in. */
  readonly name: string;
}

const at = 'roombridge.settings';
const none: Settings = { language: '', theme: 'system', name: '' };
const heard = new Set<() => void>();
let current = read();

function read(): Settings {
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(at) ?? '{}') as Partial<Settings>) };
  } catch {
    return none;
  }
}

window.addEventListener('storage', () => {
  current = read();
  for (const hear of heard) hear();
});

export function useSettings(): Settings {
  return useSyncExternalStore(
    (hear) => {
      heard.add(hear);
      return () => heard.delete(hear);
    },
    () => current,
  );
}

export function choose(change: Partial<Settings>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(at, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing: it holds until the page is left.
  }
  for (const hear of heard) hear();
}
