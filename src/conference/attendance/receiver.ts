/** Where a call bridge is to send its call detail records, and how it is known there. */
import { createHmac } from 'node:crypto';

export const recordsPath = '/cms/cdr/';

/** A secret of each call bridge, by which what comes in is known to be its own. The same in every process. */
export function receiverToken(key: Buffer, address: string): string {
  return createHmac('sha256', key).update(`cdr\0${address}`).digest('base64url').slice(0, 32);
}

/** `origin` without a path, e.g. `https://roombridge.example.com`. */
export function receiverUri(origin: string, key: Buffer, address: string): string {
  return `${origin}${recordsPath}${receiverToken(key, address)}`;
}
