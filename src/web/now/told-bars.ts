/**
 * Meetings that were told of lately: an answer that was on its way meanwhile may have been read before, and gets them put
 * over it. What has changed once more since is told once more.
 */
import type { Bar } from '../answers.ts';

/** Milliseconds: longer than an answer is waited for. */
const keptFor = 60_000;

let told: { readonly at: number; readonly bars: readonly Bar[] }[] = [];

/** @param at milliseconds of `performance.now()` */
export function noteTold(bars: readonly Bar[], at: number): void {
  const [oldest] = told;
  if (oldest !== undefined && oldest.at < at - 2 * keptFor)
    told = told.filter((one) => one.at >= at - keptFor);
  told.push({ at, bars });
}

/** The last told last. @param begun when the question was asked; milliseconds of `performance.now()` */
export function toldSince(begun: number): readonly Bar[] {
  return told.filter(({ at }) => at >= begun).flatMap(({ bars }) => bars);
}
