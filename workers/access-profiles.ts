/**
 * The profiles of guests and hosts: one set on each cluster for each policy that may be used, shared by all its meetings.
 * Safe to repeat: they are known by a name that tells the policy and what they say, so that one that stands is found before
 * another is made. Killed in between, the next look finds what was made. With another policy of the same name they are
 * others, and what runs keeps those that it has; once nothing refers to the former ones, they are removed.
 */
import { createHash } from 'node:crypto';
import type { CmsClient } from '../src/cms/client.ts';
import { ignoreAbsence } from '../src/cms/fault.ts';
import type { Form } from '../src/cms/form.ts';
import {
  deleteCallLegProfile,
  guestProfile,
  hostProfile,
  listCallLegProfiles,
  type Profile,
  promptingCallProfile,
  readCallLegProfile,
} from '../src/cms/profiles.ts';
import type { AccessPolicy } from '../src/conference/access.ts';
import type { AccessProfiles } from '../src/redis/bridges.ts';
import { driftOfProfile } from '../src/slot/drift.ts';
import { kinds, nameOf, saysTheSame } from './profiles.ts';

/** By the name of the policy. */
export type Known = Readonly<Record<string, AccessProfiles>>;

export interface Ensured {
  readonly profiles: Known;
  /** What was wrong and is right now. */
  readonly mended: readonly string[];
}

interface Sort {
  readonly kind: keyof typeof kinds;
  /** Whether this is the one. */
  is(found: Profile, wanted: Form): boolean;
}

const legs: Sort = {
  kind: 'callLegProfile',
  is: ({ fields }, wanted) => fields.name !== undefined && fields.name === nameIn(wanted),
};

/** Call profiles have no name: one that says the same is as good. */
const calls: Sort = { kind: 'callProfile', is: saysTheSame };

/** Those of each policy, in place and as they should be. @throws CmsFault */
export async function ensureAccessProfiles(
  client: CmsClient,
  policies: readonly AccessPolicy[],
  known: Known,
): Promise<Ensured> {
  const profiles: Record<string, AccessProfiles> = {};
  const mended: string[] = [];
  for (const policy of policies) {
    const before = known[policy.name];
    const ensure = async (sort: Sort, wanted: Form, id: string | undefined) => {
      const found = await ensureOne(client, sort, wanted, id);
      if (found.mended !== undefined) mended.push(`of ${policy.name}, ${found.mended}`);
      return found.id;
    };
    const prompts = policy.way === 'host-pin';
    profiles[policy.name] = {
      guests: await ensure(legs, versioned(policy, 'guests', guestProfile), before?.guests),
      hosts: await ensure(legs, versioned(policy, 'hosts', hostProfile), before?.hosts),
      ...(prompts ? { call: await ensure(calls, promptingCallProfile(policy), before?.call) } : {}),
    };
  }
  return { profiles, mended };
}

/** Removes those of these that nothing refers to. @returns the others */
export async function removeUnused(client: CmsClient, former: readonly string[]): Promise<string[]> {
  if (former.length === 0) return [];
  const unused = new Set(await listCallLegProfiles(client, { unreferenced: true }));
  const left: string[] = [];
  for (const id of former) {
    if (unused.has(id)) await deleteCallLegProfile(client, id).catch(ignoreAbsence);
    else if ((await readCallLegProfile(client, id).catch(ignoreAbsence)) !== undefined) left.push(id);
  }
  return left;
}

/** Ids of call leg profiles that were used for policies as they were, and are not now. */
export function formerOf(before: Known, now: Known): string[] {
  const ids = (known: Known) => Object.values(known).flatMap(({ guests, hosts }) => [guests, hosts]);
  const present = new Set(ids(now));
  return ids(before).filter((id) => !present.has(id));
}

async function ensureOne(
  client: CmsClient,
  { kind, is }: Sort,
  wanted: Form,
  known: string | undefined,
): Promise<{ id: string; mended?: string }> {
  const { list, read, create, update } = kinds[kind];
  const word = nameOf(kind);
  const found = known === undefined ? undefined : await read(client, known).catch(ignoreAbsence);
  if (found !== undefined && (is(found, wanted) || nameIn(wanted) === undefined)) {
    const drift = driftOfProfile(
      found.fields,
      wanted.filter(([, value]) => value !== undefined),
    );
    if (drift.length === 0) return { id: found.id };
    await update(client, found.id, wanted);
    const said = drift.map(({ field, is, should }) => `${field} was ${is} instead of ${should}`).join(', ');
    return { id: found.id, mended: `in the ${word}, ${said}` };
  }
  for (const id of await list(client)) {
    const other = await read(client, id).catch(ignoreAbsence);
    if (other !== undefined && is(other, wanted)) return { id };
  }
  const id = await create(client, wanted);
  // One whose policy says something else now is still there, and was not removed.
  const isGone = known !== undefined && found === undefined;
  return isGone ? { id, mended: `the ${word} was removed and made again` } : { id };
}

function versioned(
  policy: AccessPolicy,
  whose: 'guests' | 'hosts',
  form: (name: string, policy: AccessPolicy) => Form,
): Form {
  const says = JSON.stringify(form('', policy));
  const version = createHash('sha256').update(says).digest('hex').slice(0, 6);
  return form(`Roombridge ${policy.name} ${whose} ${version}`, policy);
}

function nameIn(form: Form): string | undefined {
  const name = form.find(([field]) => field === 'name')?.[1];
  return name === undefined ? undefined : String(name);
}
