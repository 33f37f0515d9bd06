/** Names that a completion takes from the running program: soon or not at all, and never with a word of why not. */
import type { Choice, Source } from './completion.ts';
import { rowsIn } from './listing.ts';
import { queueNames } from './queues.ts';
import { askRunning, type Reach } from './running.ts';

/** Milliseconds that somebody who has pressed a key waits gladly. */
const patience = 1_000;

/** @param reach rejects where nobody is told of any program */
export async function choicesOf(
  source: Exclude<Source, 'files'>,
  reach: () => Promise<Reach>,
): Promise<readonly Choice[]> {
  if (source === 'queues') return queueNames.map((value) => ({ value, description: '' }));
  try {
    const there = { ...(await reach()), signal: AbortSignal.timeout(patience) };
    if (source === 'rooms') {
      const rooms = rowsIn<{ mailbox: string; name: string | null }>(
        await askRunning(there, '/api/rooms'),
        'rooms',
      );
      return rooms.map(({ mailbox, name }) => ({ value: mailbox, description: name ?? '' }));
    }
    const answer = await askRunning(there, '/api/call-bridges');
    const found = rowsIn<{ address: string; cluster: string }>(answer, 'callBridges');
    return found.map(({ address, cluster }) => ({ value: address, description: cluster }));
  } catch {
    return [];
  }
}
