/** What the head of a request alone decides at the public door, in the fixed order: path, method, handshake, type, size. */
import type { IncomingHttpHeaders } from 'node:http';
import type { DoorOutcome } from './door-outcome.ts';

export const doorPaths = ['/graph/notifications', '/graph/lifecycle'] as const;

/** Bytes; a body of exactly this size is let in. */
export const bodyLimit = 1_048_576;

export type AtTheDoor =
  | { readonly kind: 'refused'; readonly status: 404 | 405 | 413 | 415; readonly outcome: DoorOutcome }
  | { readonly kind: 'handshake'; readonly token: string }
  | { readonly kind: 'let-in' };

/** `url` as it stands in the request line. */
export function atTheDoor(method: string, url: string, headers: IncomingHttpHeaders): AtTheDoor {
  const [path, query] = splitOnce(url, '?');
  if (!doorPaths.some((known) => known === path)) return refused(404, 'unknown-path');
  if (method !== 'POST') return refused(405, 'wrong-method');
  // Graph form-encodes the token (a space is `+`), which is what URLSearchParams decodes, once.
  const token = new URLSearchParams(query).get('validationToken');
  if (token) return { kind: 'handshake', token };
  if (!isPlainJson(headers)) return refused(415, 'wrong-type');
  if (Number(headers['content-length'] ?? 0) > bodyLimit) return refused(413, 'too-large');
  return { kind: 'let-in' };
}

function isPlainJson(headers: IncomingHttpHeaders): boolean {
  const [type] = splitOnce(headers['content-type'] ?? '', ';');
  const coding = headers['content-encoding'] ?? 'identity';
  return type.trim().toLowerCase() === 'application/json' && coding.toLowerCase() === 'identity';
}

function refused(status: 404 | 405 | 413 | 415, outcome: DoorOutcome): AtTheDoor {
  return { kind: 'refused', status, outcome };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
