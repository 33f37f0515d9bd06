/**
 * The first look at a cluster with an empty memory: conferences that run keep their slots until their meetings are known
 * again. At least once; safe because it writes to Redis alone, and the same twice.
 */
import { listCallLegs } from '../src/cms/call-legs.ts';
import { listCalls } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { readSpace } from '../src/cms/spaces.ts';
import { isOfRange } from '../src/slot/slot.ts';
import type { BridgeDeps } from './bridge.ts';
import type { Cluster } from './call-bridges.ts';
import { foundKey } from './placing.ts';
import type { Slot } from './standing.ts';

/** A slot that was found open is kept for its meeting for this long. */
const keepFound = 600_000;

/** @param open slots that are not at rest; those outside the range are given to nobody anyway, so they are not held */
export async function keepWhatRuns(
  deps: Pick<BridgeDeps, 'slots' | 'bridges' | 'log'>,
  { config, clients }: Cluster,
  client: CmsClient,
  open: readonly Slot[],
): Promise<void> {
  if (open.length === 0) return;
  const now = Date.now();
  const calls = (
    await Promise.all(
      clients.map(async (other) => {
        const listed = await listCalls(other).catch(() => []);
        return listed.map(({ id, coSpace }) => ({ client: other, call: id, coSpace }));
      }),
    )
  ).flat();
  for (const { number, space } of open) {
    const { name, passcode, secret } = await readSpace(client, space);
    const wish = { key: foundKey(number), from: now, to: now + keepFound };
    if (isOfRange(config.numbers, number)) await deps.slots.reserve(config, [wish], { mode: 'only', number });
    const own = calls.filter(({ coSpace }) => coSpace === space);
    const found = {
      ...{ number, space, name, passcode: passcode ?? '', secret: secret ?? '', foundAt: now },
      calls: own.map(({ client: { address }, call }) => ({ callBridge: address, call })),
      parties: (await Promise.all(own.map(({ client: other, call }) => partiesOf(other, call)))).flat(),
    };
    await deps.bridges.putFound(config.name, [found]);
  }
  deps.log.info({ cluster: config.name, open: open.length }, 'slots were found open');
}

async function partiesOf(client: CmsClient, call: string): Promise<string[]> {
  try {
    const legs = await listCallLegs(client, call);
    return legs.flatMap(({ remoteParty, originalRemoteParty }) =>
      originalRemoteParty === undefined ? [remoteParty] : [remoteParty, originalRemoteParty],
    );
  } catch (error) {
    if (!(error instanceof CmsFault)) throw error;
    return [];
  }
}
