/** What a sweep of a cluster's slots has found, as conditions for tickets. */
import type { SlotField } from '../slot/drift.ts';
import type { Condition } from './ticket.ts';
import type { TicketCode } from './ticket-codes.ts';

export interface SweepFindings {
  readonly cluster: string;
  /** Slots that stood before, and were gone. */
  readonly missing: readonly string[];
  /** Number -> what was not as it should be at rest. */
  readonly repaired: ReadonlyMap<string, readonly SlotField[]>;
  /** Open with a profile that is not ours. */
  readonly leftAlone: ReadonlySet<string>;
  /** What was wrong with the profiles, as sentences. */
  readonly profiles: readonly string[];
  /** Number -> how many are in it without a meeting. */
  readonly people: ReadonlyMap<string, number>;
}

/** One of each kind for the cluster, however many slots it concerns: they are named in the detail. */
export function slotConditions({ cluster, ...found }: SweepFindings): Condition[] {
  const conditions: Condition[] = [];
  const add = (code: TicketCode, numbers: readonly string[], detail: (some: string) => string) => {
    if (numbers.length > 0)
      conditions.push({ code, about: `cluster ${cluster}`, detail: detail(some(numbers)) });
  };
  const with_ = (field: SlotField) =>
    [...found.repaired].flatMap(([number, fields]) => (fields.includes(field) ? [number] : []));
  const opened = with_('lock');
  const renamed = with_('name').filter((number) => !opened.includes(number));
  const profiled = [...new Set([...with_('call-profile'), ...with_('call-leg-profile')])];
  add('slot-missing', found.missing, (numbers) => `${numbers} had been removed; made again`);
  add('slot-renamed', renamed, (numbers) => `${numbers} had another name; put right`);
  add('slot-opened-by-others', opened, (numbers) => `${numbers} stood open without a meeting; locked`);
  if (found.leftAlone.size > 0 && opened.length === 0)
    add(
      'slot-opened-by-others',
      [...found.leftAlone],
      (numbers) => `${numbers} stand open with a profile that is not ours; left alone`,
    );
  const sentences = [
    ...found.profiles,
    ...(profiled.length > 0 ? [`${some(profiled)} had another profile`] : []),
  ];
  if (sentences.length > 0)
    conditions.push({
      code: 'profile-drifted',
      about: `cluster ${cluster}`,
      detail: `${sentences.join('; ')}; put right`,
    });
  for (const [number, count] of found.people)
    conditions.push({
      code: 'people-without-meeting',
      about: number,
      detail: `${count} people are in ${number} of ${cluster}, which no meeting has now`,
    });
  return conditions;
}

function some(numbers: readonly string[]): string {
  const sorted = [...numbers].sort((a, b) => Number(a) - Number(b));
  const named = sorted.slice(0, 5).join(', ');
  return sorted.length > 5 ? `${named} and ${sorted.length - 5} more` : named;
}
