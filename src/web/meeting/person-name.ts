/** What somebody in a conference is called. */
import type { Participant } from '../answers.ts';

export function personName({ name, address, id }: Pick<Participant, 'name' | 'address' | 'id'>): string {
  return name ?? address ?? id;
}
