/** Each rule about bookings beside one entry, up to the rule that decides. */
import type { CalendarEvent } from './meeting/calendar-event.ts';
import { type ReasonNotForUs, type RoomPolicy, rules } from './meeting/decision.ts';
import { type Step, step } from './meeting/explanation/step.ts';

type ReasonOfARule = Exclude<ReasonNotForUs, 'past' | 'beyond-horizon'>;

export function explainRules(
  event: CalendarEvent,
  policy: RoomPolicy,
): { readonly steps: readonly Step[]; readonly reason?: ReasonNotForUs } {
  const steps: Step[] = [];
  for (const { reason, refuses } of rules) {
    const passes = !refuses(event, policy);
    steps.push({ ...step('rules', `rule-${reason as ReasonOfARule}`), passes });
    if (!passes) return { steps, reason };
  }
  return { steps: [...steps, step('rules', 'is-booking')] };
}
