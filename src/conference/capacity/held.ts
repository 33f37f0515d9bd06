/** Whose a held number is, by the key under which it is held, and when people are in it. */
import type { Interval } from '../../slot/slot.ts';
import { holderOf } from '../left.ts';

/**
 * - `meeting`: its meeting is held there
 * - `left`: it was, and people may still come there
 * - `next`: it is about to be
 * - `found`: something was found running there, and it is not known yet which meeting it is
 */
export const holdings = ['meeting', 'left', 'next', 'found'] as const;

export interface HolderOf {
  readonly as: (typeof holdings)[number];
  /** Key of the meeting; undefined where nobody knows it. */
  readonly key: string | undefined;
}

export function whoHolds(held: string): HolderOf {
  if (/^found:\d+$/.test(held)) return { as: 'found', key: undefined };
  const { key, as } = holderOf(held);
  return { as: as === 'its own' ? 'meeting' : as, key };
}

/** A slot is held for longer than its meeting is on. */
export function timeOn(
  { from, to }: Interval,
  { setup, teardown }: { readonly setup: number; readonly teardown: number },
): Interval {
  const on = { from: from + setup, to: to - teardown };
  return on.from < on.to ? on : { from, to };
}
