/** A fault as people read it. */
import type { Explored } from './protocol-explore.ts';

/** Of what follows, the last is what tells. */
const lines = 40;

export function story({ broken, path, after }: NonNullable<Explored['fault']>): string {
  const steps = path.map((words, i) => `${String(i + 1).padStart(3)}  ${words}`);
  if (after.length === 0) return [broken, ...steps].join('\n');
  const left = after.length > lines ? ['...', ...after.slice(-lines)] : after;
  const rest = ['all workers die, and nothing else goes wrong:', ...left].map((words) => `     ${words}`);
  return [broken, ...steps, ...rest].join('\n');
}
