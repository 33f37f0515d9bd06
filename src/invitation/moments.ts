/** What happens in a conference and is told when it happens: that it cannot be started, is extended, or was ended. */
import { type Meeting, openRun } from '../conference/meeting.ts';
import type { Fact } from './notice.ts';

export interface Moment {
  /** The same for the same thing: it is told once. */
  readonly id: string;
  readonly fact: Fact;
}

/** Milliseconds after its start from which a conference that no call bridge takes is given up for the moment. */
export const givenUpAfter = 60_000;
/** What lies further back is told nobody any more. */
const recent = 3_600_000;

/** `told`: the ids that were told before, for what is well again is only said to those who heard that it was not. */
export function momentsOf(
  meeting: Meeting,
  now: number,
  { alsoTell, told }: { readonly alsoTell: readonly string[]; readonly told: readonly string[] },
): Moment[] {
  const { key, booked, placement, run } = meeting;
  const found: Moment[] = [];
  const tell = (id: string, fact: Fact) => found.push({ id: `${id}:${key}`, fact });
  const closedLately = run?.closedAt !== undefined && now < run.closedAt + recent;
  if (booked === undefined) return found;
  const failing = `given-up ${booked.start}`;
  const isDue = placement !== undefined && now >= booked.start + givenUpAfter && now < booked.end;
  // Only what was tried has failed: whoever was away until now is just about to try.
  const isTried = run !== undefined && run.closedAt === undefined && (run.tries ?? 0) > 0;
  if (isDue && isTried && run.openedAt === undefined) {
    tell(failing, { kind: 'given-up', trying: 'same-again' });
  }
  if (openRun(run) !== undefined && told.includes(`${failing}:${key}`)) {
    tell(`well-again ${booked.start}`, { kind: 'ready' });
  }
  if (closedLately && run.closeReason === 'never-started') {
    tell(`never-started ${booked.start}`, { kind: 'given-up', trying: 'nothing' });
  }
  if (alsoTell.includes('extended') && openRun(run)?.extension?.of === booked.end) {
    const until = openRun(run)?.extension?.until ?? booked.end;
    tell(`extended ${until}`, { kind: 'extended', until });
  }
  if (alsoTell.includes('ended-at-limit') && closedLately && run.closeReason === 'limit') {
    tell(`ended-at-limit ${booked.end}`, { kind: 'ended-at-limit', at: run.closedAt ?? now });
  }
  const { givenBack } = run ?? {};
  // Where a room has given back its booking, it has said so itself.
  const isSaid = Object.values(givenBack ?? {}).some((answer) => answer !== 'no');
  if (closedLately && run.closeReason === 'unused' && !isSaid) {
    tell(`unused ${booked.start}`, { kind: 'unused' });
  }
  return found.filter(({ id }) => !told.includes(id));
}
