/** The columns of the matrix: every kind of failure, each of them the state that a whole call bridge gets into. */
import type { Fault } from '../simulators/cms/faults.ts';

export interface Column {
  /** In the table. */
  readonly name: string;
  /** In the name of a test: a call bridge that … */
  readonly sentence: string;
  /** What befalls the very request with which it begins, and all from then on. */
  readonly kind: Fault['kind'];
  readonly ms?: number;
}

/** Longer than the product waits for an answer. */
const tooLate = 4_000;

/** The calls that run go on in all of them: it is the API that fails, as when a bridge's web server does. */
export const columns: readonly Column[] = [
  { name: 'refuse', sentence: 'refuses connections', kind: 'refuse' },
  { name: 'reset', sentence: 'resets every connection', kind: 'reset' },
  { name: 'black hole', sentence: 'takes connections and never answers', kind: 'black-hole' },
  { name: 'TLS', sentence: 'fails at the TLS handshake', kind: 'tls' },
  { name: '401', sentence: 'refuses our credentials', kind: 'unauthorized' },
  { name: '500', sentence: 'answers 500', kind: 'error' },
  { name: '503', sentence: 'is busy', kind: 'busy' },
  { name: 'garbage', sentence: 'answers what is not HTTP', kind: 'garbage' },
  { name: 'lost', sentence: 'does what it is asked and cuts the answer off', kind: 'lost-answer' },
  { name: 'late', sentence: 'does what it is asked and answers too late', kind: 'slow', ms: tooLate },
  { name: 'done late', sentence: 'does what it is asked too late', kind: 'late', ms: tooLate },
];

export function faultOf({ kind, ms }: Column): Pick<Fault, 'kind' | 'ms'> {
  return { kind, ...(ms === undefined ? {} : { ms }) };
}
