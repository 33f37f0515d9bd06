/** What a meeting's timeline says of an order that was settled. */
import type { TimelineEntry } from '../timeline.ts';
import type { Order, Outcome } from './operation.ts';

/** @param at epoch ms */
export function noteOf(
  { by, operation }: Order,
  { state, refusal, participants = [] }: Outcome,
  at: number,
): TimelineEntry {
  if (operation.do === 'take-in') {
    const { participant, from } = operation;
    return { at, what: 'moved-in', participant, from };
  }
  const [first] = participants;
  return {
    ...{ at, what: 'operated', do: operation.do, by, outcome: state },
    ...(refusal === undefined ? {} : { reason: refusal }),
    ...('room' in operation ? { room: operation.room } : {}),
    ...flagsOf(operation),
    ...(participants.length === 1 && first ? { participant: first.participant } : {}),
    ...(participants.length > 1 ? { participants: participants.length } : {}),
    ...(operation.do === 'move' ? { to: operation.to } : {}),
  };
}

/** What an order sets or takes back, without which its word does not say which of them it did. */
function flagsOf(operation: Order['operation']): Readonly<Record<string, string>> {
  const flags = Object.entries(operation).filter(([, value]) => typeof value === 'boolean');
  return Object.fromEntries(flags.map(([name, value]) => [name, String(value)]));
}
