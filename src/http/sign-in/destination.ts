/** Where somebody goes after the sign-in: to a path of this listener, whatever a link has said. */

const longest = 2_000;

/** `/` for what is none. */
export function localPath(given: unknown): string {
  if (typeof given !== 'string' || given.length > longest || !/^\/(?![/\\])/.test(given)) return '/';
  // Browsers drop tabs and line ends, and take a backslash for a slash.
  if (/[\p{C}\\]/u.test(given) || /^\/sign-(in|out)\b/.test(given)) return '/';
  const { origin, pathname, search, hash } = new URL(given, 'https://here');
  return origin === 'https://here' && !pathname.startsWith('//') ? pathname + search + hash : '/';
}

/** A parameter of the query, where it is there once. */
export function parameterOf(url: string | undefined, name: string): string | undefined {
  const given = new URLSearchParams(queryOf(url)).getAll(name);
  return given.length === 1 ? given[0] : undefined;
}

/** With its question mark. */
export function queryOf(url = ''): string {
  return url.includes('?') ? url.slice(url.indexOf('?')) : '';
}
