/** What a mailbox refuses is asked for again once a day, and sooner where something else is to be told, or it is back. */
import type { Ledger } from '../src/invitation/ledger.ts';
import { fingerprint, type Standing } from '../src/invitation/standing.ts';
import type { InvitationDeps, Telling } from './telling.ts';

const day = 86_400_000;

/** What a room's mailbox refused before it came back it is asked for again. */
export async function withoutOldRefusal(
  deps: InvitationDeps,
  mailbox: string,
  ledger: Ledger,
): Promise<Ledger> {
  if (ledger.refused === undefined) return ledger;
  const backAt = await deps.backAt(mailbox);
  if (backAt === undefined || backAt <= ledger.refused.at) return ledger;
  const { refused: _, untold: __, ...rest } = ledger;
  return rest;
}

/** Asked once a day, and whenever there is something else to tell. */
export function refusalOf({ ledger: { refused }, now }: Telling, standing: Standing | undefined) {
  if (refused === undefined || now > refused.at + day) return undefined;
  return refused.fingerprint === fingerprint(standing) ? refused : undefined;
}

/** Noted once for what it could not be told, and counted each time. */
export function refuse(telling: Telling, reason: string, standing: Standing, isReadable: boolean): void {
  const { deps, uid, ledger, targets } = telling;
  deps.metrics.invitations.inc({ outcome: 'refused' });
  const which = fingerprint(standing);
  const isNoted = ledger.refused?.fingerprint === which;
  if (isNoted && telling.now <= ledger.refused.at + day) return;
  telling.put({ refused: { reason, isReadable, fingerprint: which, at: telling.now } });
  if (isNoted) return;
  deps.log.warn({ uid, reason }, 'the event of an organizer could not be written');
  telling.note(
    targets.flatMap(({ meetings }) => meetings),
    { what: 'invitation-refused', reason },
  );
}
