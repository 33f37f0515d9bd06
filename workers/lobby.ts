/**
 * The lobby before the start: the call is made locked, and unlocked at the start. At least once; safe because to unlock is
 * the same done twice, and the record says that it is locked until it is known not to be.
 */

import { hasFeature } from '../src/cluster/feature.ts';
import { setLocked } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { readCallProfile, updateCallProfile } from '../src/cms/profiles.ts';
import { openRun } from '../src/conference/meeting.ts';
import { speaksAgainst } from './call-bridges.ts';
import { type ConferenceDeps, type Hand, mustBeOurs, record } from './hand.ts';

/** How a call that is made now is to be made: `too-old` where the release of the call bridge knows no such lobby. */
export function lobbyFor(
  { conference, callBridges }: ConferenceDeps,
  callBridge: string,
  start: number,
): 'open' | 'locked' | 'too-old' {
  if (conference.earlyJoin === 'open' || Date.now() >= start) return 'open';
  return hasFeature(callBridges.health(callBridge)?.softwareVersion, 'lock-mode') ? 'locked' : 'too-old';
}

/** At the start, before the rooms are dialled: everybody who waits is let in, and who comes now does not wait. */
export async function unlock(hand: Hand): Promise<undefined> {
  const { deps, meeting } = hand;
  const run = openRun(meeting.run);
  if (run?.call === undefined || run.callBridge === undefined) return;
  const client = deps.callBridges.client(run.cluster, run.callBridge);
  mustBeOurs(hand);
  try {
    if (client !== undefined) await setLocked(client, run.call, false);
  } catch (error) {
    // A call that is gone has no lobby; what the bridge will not do is no reason to dial nobody.
    if (!(error instanceof CmsFault) || speaksAgainst(error)) throw error;
    deps.log.warn({ key: meeting.key, reason: error.message }, 'the lobby was not opened');
  }
  const { isLocked: _, ...rest } = run;
  await record(hand, rest, [{ at: Date.now(), what: 'unlocked' }]);
}

/** Everybody new waits in the lobby of a locked call only if its profile says so; releases without one have none. */
export async function ensureLobby(
  client: CmsClient,
  softwareVersion: string | undefined,
  callProfile: string,
): Promise<void> {
  if (!hasFeature(softwareVersion, 'lock-mode')) return;
  const { fields } = await readCallProfile(client, callProfile);
  if (fields.lockMode !== 'all') await updateCallProfile(client, callProfile, [['lockMode', 'all']]);
}
