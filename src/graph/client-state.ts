/** The secret by which Graph is known at the door. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Takes the same time whatever is given, also for another length or type. */
export function sameClientState(given: unknown, known: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return (
    timingSafeEqual(digest(typeof given === 'string' ? given : ''), digest(known)) &&
    typeof given === 'string'
  );
}
