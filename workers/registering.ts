/**
 * Puts us down as receiver of a call bridge's call detail records, beside others whose places are theirs. Safe to repeat
 * and to be killed: what stands is read before anything is written, and a place of ours that is not needed is given back.
 */
import type { Logger } from 'pino';
import { addCdrReceiver, readCdrReceivers, removeCdrReceiver } from '../src/cms/cdr/receivers.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault, ignoreAbsence } from '../src/cms/fault.ts';
import { recordsPath } from '../src/conference/attendance/receiver.ts';

export interface ReceiverDeps {
  /** Where a call bridge is to send its records; undefined where none are wanted. */
  readonly receiverOf: ((address: string) => string) | undefined;
  /** Of receivers that are ours, whatever secret they have. */
  readonly ownOrigin: string;
  readonly log: Logger;
}

/** Milliseconds between two looks at the receivers of a call bridge whose records come, and of one whose do not. */
const looks = { well: 300_000, silent: 30_000 };
const quiet = { priority: 'sweep' } as const;

/** @param lookedAt when this process has looked last, by call bridge */
export async function settleReceiver(
  { receiverOf, ownOrigin, log }: ReceiverDeps,
  lookedAt: Map<string, number>,
  client: CmsClient,
  isWell: boolean,
): Promise<void> {
  const now = Date.now();
  const { address } = client;
  if (now - (lookedAt.get(address) ?? 0) < (isWell ? looks.well : looks.silent)) return;
  lookedAt.set(address, now);
  const wanted = receiverOf?.(address);
  try {
    const { receivers, maximum } = await readCdrReceivers(client, quiet);
    const ours = receivers.filter(({ uri }) => uri?.startsWith(ownOrigin + recordsPath));
    const [standing, ...others] = ours.toSorted(
      (a, b) => Number(b.uri === wanted) - Number(a.uri === wanted),
    );
    const isThere = standing?.uri === wanted && wanted !== undefined;
    for (const { id } of isThere ? others : ours)
      await removeCdrReceiver(client, id, quiet).catch(ignoreAbsence);
    if (wanted === undefined || isThere) return;
    // Ticketed by the look at the cluster: nobody else's place is taken.
    if (maximum !== undefined && receivers.length - ours.length >= maximum) return;
    await addCdrReceiver(client, wanted, quiet);
    log.info({ callBridge: address }, 'put down as a receiver of call detail records');
  } catch (error) {
    // Also a release that knows no such thing: who is in is asked then. One that does not answer is the looks' affair.
    if (!(error instanceof CmsFault) || (error.kind !== 'refused' && error.kind !== 'absent')) throw error;
    log.warn(
      { callBridge: address, reason: error.message },
      'not put down as a receiver of call detail records',
    );
  }
}
