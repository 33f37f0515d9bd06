/** What the head of a request alone decides at the public door, in the fixed order: path, method, handshake, type, size. */
import type { IncomingHttpHeaders } from 'node:http';
import { recordsPath } from '../../conference/attendance/receiver.ts';
import type { DoorOutcome } from './door-outcome.ts';

export const doorPaths = ['/graph/notifications', '/graph/lifecycle'] as const;

/** Bytes; a body of exactly this size is let in. */
export const bodyLimit = 1_048_576;

export type AtTheDoor =
  | { readonly kind: 'refused'; readonly status: 404 | 405 | 413 | 415; readonly outcome: DoorOutcome }
  | { readonly kind: 'handshake'; readonly token: string }
  | { readonly kind: 'let-in' }
  /** Call detail records; of their type nothing is demanded. */
  | { readonly kind: 'records' };

/**
 * `url` as it stands in the request line.
 * @param isSender whether a call bridge has this secret at the end of the path for its records
 */
export function atTheDoor(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  isSender: (token: string) => boolean,
): AtTheDoor {
  const [path, query] = splitOnce(url, '?');
  const isRecords = path.startsWith(recordsPath) && isSender(path.slice(recordsPath.length));
  if (!isRecords && !doorPaths.some((known) => known === path)) return refused(404, 'unknown-path');
  if (method !== 'POST') return refused(405, 'wrong-method');
  if (isRecords) return isTooLarge(headers) ? refused(413, 'too-large') : { kind: 'records' };
  // Graph form-encodes the token (a space is `+`), which is what URLSearchParams decodes, once.
  const token = new URLSearchParams(query).get('validationToken');
  if (token) return { kind: 'handshake', token };
  if (!isPlainJson(headers)) return refused(415, 'wrong-type');
  return isTooLarge(headers) ? refused(413, 'too-large') : { kind: 'let-in' };
}

function isTooLarge(headers: IncomingHttpHeaders): boolean {
  return Number(headers['content-length'] ?? 0) > bodyLimit;
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
