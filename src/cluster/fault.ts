/** What may go wrong with another system, in words that no vendor owns, and what to do about it. */

/**
 * - `unreachable`: no answer (refused, reset, timed out, TLS failure); for a write the outcome may be unclear
 * - `busy`: it asks us to come back (503, 429), perhaps with a time
 * - `refused`: it understood and said no (401, 403, 4xx with a reason)
 * - `absent`: the object does not exist (404, `...DoesNotExist`)
 * - `garbled`: the answer cannot be what it claims (HTML from a proxy, broken XML, 5xx with nonsense)
 */
export type FaultKind = 'unreachable' | 'busy' | 'refused' | 'absent' | 'garbled';

/** `again`: the same place later; `elsewhere`: another place now; `give-up`: repeating cannot help. */
export type Remedy = 'again' | 'elsewhere' | 'give-up';

/** What a step that failed with `kind` at one call bridge of several should do. */
export function remedyFor(kind: FaultKind): Remedy {
  switch (kind) {
    case 'unreachable':
    case 'busy':
    case 'garbled':
    case 'refused':
      return 'elsewhere';
    case 'absent':
      return 'again';
    default:
      return kind satisfies never;
  }
}
