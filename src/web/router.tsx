/** Which page is shown, by the address: links that a browser can also open elsewhere, and its own buttons work. */
import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from 'react';

const heard = new Set<() => void>();
const tell = () => {
  for (const hear of heard) hear();
};
window.addEventListener('popstate', tell);

const subscribe = (hear: () => void) => {
  heard.add(hear);
  return () => heard.delete(hear);
};

export interface Place {
  readonly path: string;
  readonly search: URLSearchParams;
}

export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const { pathname, searchParams } = new URL(href, location.origin);
  return { path: pathname, search: searchParams };
}

/** @param how `replace`: no step back leads to where one was */
export function go(href: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', href);
  else history.replaceState(null, '', href);
  tell();
}

/** Sets some of what follows the `?`; empty takes it away. */
export function narrow(changes: Readonly<Record<string, string>>): void {
  const search = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') search.delete(name);
    else search.set(name, value);
  }
  const text = search.toString();
  go(location.pathname + (text === '' ? '' : `?${text}`), 'replace');
}

export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || !isPlain) return;
    event.preventDefault();
    go(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}

export function meetingHref(key: string): string {
  return `/meetings/${encodeURIComponent(key)}`;
}

export function roomHref(mailbox: string): string {
  return `/rooms/${encodeURIComponent(mailbox)}`;
}

/** What an address names below `/meetings/`, `/rooms/`. */
export function namedIn(path: string, below: string): string {
  try {
    return decodeURIComponent(path.slice(below.length));
  } catch {
    return path;
  }
}

export function clusterHref(name: string): string {
  return `/bridges/${encodeURIComponent(name)}`;
}
