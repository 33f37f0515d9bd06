/** Numbers of ours in what people read. */
import { base } from './configuration.ts';

export function numbersIn(text: string): string[] {
  return [...new Set(text.match(new RegExp(`${String(base).slice(0, 5)}\\d{3}`, 'g')) ?? [])].sort();
}
