/** What a bar shows of its meeting, in one word: what is wrong with it before what it is. */
import type { Bar } from '../answers.ts';

export const kinds = [
  'trouble',
  'unplaced',
  'failing',
  'open',
  'extended',
  'passed',
  'planned',
  'closed',
  'cancelled',
] as const;
export type Kind = (typeof kinds)[number];

export function kindOf({ state, trouble, preflight, extendedUntil }: Bar): Kind {
  if (trouble !== null) return 'trouble';
  if (state === 'open') return extendedUntil === null ? 'open' : 'extended';
  if (state !== 'planned') return state;
  if (preflight?.state === 'failing') return 'failing';
  return preflight?.state === 'passed' ? 'passed' : 'planned';
}
