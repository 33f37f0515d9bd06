/** Names that a completion takes from the running program: soon or not at all, and never with a word of why not. */
import type { Choice, Source } from './completion.ts';
import { rowsIn } from './listing.ts';
import { queueNames } from './queues.ts';
import { askRunning, type Reach } from './running.ts';

/**
 * @param reach rejects where nobody is told of any program
 * @param patience milliseconds
 */
export async function choicesOf(
  source: Exclude<Source, 'files'>,
  reach: () => Promise<Reach>,
  patience: number,
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
