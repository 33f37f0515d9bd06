/**
 * The two profiles of scheduled meetings: found or made, and put right when somebody has changed or removed them. Safe to
 * repeat: before one is made, the bridge is asked for one that says the same. Killed in between, that is found.
 */
import type { CmsClient } from '../src/cms/client.ts';
import { ignoreAbsence } from '../src/cms/fault.ts';
import type { Form } from '../src/cms/form.ts';
import {
  createCallLegProfile,
  createCallProfile,
  listCallLegProfiles,
  listCallProfiles,
  type Profile,
  readCallLegProfile,
  readCallProfile,
  scheduledCallLegProfile,
  scheduledCallProfile,
  updateCallLegProfile,
  updateCallProfile,
} from '../src/cms/profiles.ts';
import { readSpace } from '../src/cms/spaces.ts';
import type { ClusterStatus } from '../src/redis/bridges.ts';
import { driftOfProfile, type SlotProfiles } from '../src/slot/drift.ts';

export type Profiles = SlotProfiles;

/** What is asked of a call bridge about profiles of each kind. */
export const kinds = {
  callProfile: {
    wanted: scheduledCallProfile,
    list: listCallProfiles,
    read: readCallProfile,
    create: createCallProfile,
    update: updateCallProfile,
  },
  callLegProfile: {
    wanted: scheduledCallLegProfile,
    list: listCallLegProfiles,
    read: readCallLegProfile,
    create: createCallLegProfile,
    update: updateCallLegProfile,
  },
} as const;
type Kind = keyof typeof kinds;

/** Profiles as known, else as a slot has them, else as they stand on the bridge, else made now. */
export async function ensureProfiles(
  client: CmsClient,
  known: Partial<Profiles>,
  slotSpace: string | undefined,
): Promise<Profiles> {
  const slot = slotSpace === undefined ? undefined : await readSpace(client, slotSpace);
  const callProfile = known.callProfile ?? slot?.callProfile ?? (await findOrMake(client, 'callProfile'));
  const callLegProfile =
    known.callLegProfile ?? slot?.callLegProfile ?? (await findOrMake(client, 'callLegProfile'));
  return { callProfile, callLegProfile };
}

export interface Mended {
  readonly profiles: Profiles;
  readonly ownProfiles: readonly string[];
  /** What was wrong and is right now; empty where nothing was. */
  readonly mended: readonly string[];
  /** A profile was made again: no slot has it yet. */
  readonly isNew: boolean;
}

/**
 * One that was removed is made again. One that says something else than we have put there is put right, but only where
 * it said what we say before: a profile that an administrator has given the slots is theirs.
 */
export async function mendProfiles(
  client: CmsClient,
  profiles: Profiles,
  own: ClusterStatus['ownProfiles'] = [],
): Promise<Mended> {
  const mended: string[] = [];
  const ids = { ...profiles };
  const ours = new Set<string>();
  for (const kind of ['callProfile', 'callLegProfile'] as const) {
    const { read, update, wanted } = kinds[kind];
    const id = profiles[kind];
    const found = await read(client, id).catch(ignoreAbsence);
    if (found === undefined) {
      ids[kind] = await findOrMake(client, kind);
      ours.add(ids[kind]);
      mended.push(`the ${nameOf(kind)} was removed and made again`);
      continue;
    }
    const drift = driftOfProfile(found.fields, wanted);
    if (drift.length === 0) ours.add(id);
    else if (own.includes(id)) {
      await update(client, id, wanted);
      ours.add(id);
      const said = drift.map(({ field, is, should }) => `${field} was ${is} instead of ${should}`);
      mended.push(`in the ${nameOf(kind)}, ${said.join(', ')}`);
    }
  }
  const isNew = ids.callProfile !== profiles.callProfile || ids.callLegProfile !== profiles.callLegProfile;
  return { profiles: ids, ownProfiles: [...ours], mended, isNew };
}

/** One that says the same was made before an answer or our memory was lost. */
async function findOrMake(client: CmsClient, kind: Kind): Promise<string> {
  const { list, read, create, wanted } = kinds[kind];
  for (const id of await list(client)) {
    if (saysTheSame(await read(client, id), wanted)) return id;
  }
  return await create(client, wanted);
}

export function saysTheSame({ fields }: Profile, wanted: Form): boolean {
  return wanted.every(([name, value]) => value === undefined || fields[name] === String(value));
}

export function nameOf(kind: Kind): string {
  return kind === 'callProfile' ? 'call profile' : 'call leg profile';
}
