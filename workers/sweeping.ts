/**
 * The sweep of a cluster's slots: what is on the bridge against what should be there. At least once; safe because each
 * repair is a PUT or a DELETE of what was just read, and nothing is touched that a meeting has or is about to have. Killed
 * in between, the next sweep finds what is left.
 *
 * It is cheap: the list of spaces shows names; a space is read as a whole only where its name says that it is not at rest,
 * and of the others a twelfth in turn, so that each is read about once in an hour.
 */
import type { CmsClient } from '../src/cms/client.ts';
import { ignoreAbsence, ignoreFault } from '../src/cms/fault.ts';
import { putAtRest, readSpace, type Space } from '../src/cms/spaces.ts';
import type { Run } from '../src/conference/run.ts';
import { changedWhileOpen, driftAtRest, nextInTurn, type SlotField, withGuests } from '../src/slot/drift.ts';
import { placeholderName } from '../src/slot/slot.ts';
import { readBack } from './access-read-back.ts';
import type { BridgeDeps } from './bridge.ts';
import type { Cluster } from './call-bridges.ts';
import { foundKey } from './placing.ts';
import type { Profiles } from './profiles.ts';
import { clearAccess, placeOf } from './slot-access.ts';
import { isAtRest, type Slot } from './standing.ts';
import { deleteCalls } from './steps.ts';

/** Sweeps in which each slot is read once. */
const turns = 12;
/** At least so many are read in one sweep. */
const fewest = 10;
/** Starts and ends go first. */
export const inNoHurry = { priority: 'sweep' } as const;
/** Spaces read at once. */
const atOnce = 4;
/** What begins within this long is left to its start. */
const aboutToBegin = 60_000;

export interface Swept {
  /** Number -> what was not as it should be at rest, and is now. */
  readonly repaired: ReadonlyMap<string, readonly SlotField[]>;
  /** Open with another profile than ours: somebody else's conference in a slot of ours, which is left alone. */
  readonly leftAlone: ReadonlySet<string>;
  /** The slot that was read last in turn. */
  readonly readTo: string | undefined;
}

type SweepDeps = Pick<BridgeDeps, 'slots' | 'meetings' | 'bridges' | 'policies' | 'log'>;

/** @param all every slot is to be read: their profile is another one now */
export async function sweepSlots(
  deps: SweepDeps,
  cluster: Cluster,
  client: CmsClient,
  slots: ReadonlyMap<string, Slot>,
  profiles: Profiles,
  { readTo, all }: { readonly readTo: string | undefined; readonly all: boolean },
): Promise<Swept> {
  const { config } = cluster;
  const changed = await deps.bridges.changed(config.name);
  const atRest = [...slots.values()].filter((slot) => isAtRest(config, slot)).map(({ number }) => number);
  const inOrder = atRest.sort((a, b) => Number(a) - Number(b));
  const count = all ? inOrder.length : Math.max(fewest, Math.ceil(inOrder.length / turns));
  const turn = nextInTurn(inOrder, readTo, count);
  // What was put on a slot for hosts must not outlast their meeting.
  const forHosts = await deps.bridges.allSlotAccess(config.name);
  const others = [...slots.keys()].filter(
    (number) => !inOrder.includes(number) || changed.has(number) || forHosts.has(number),
  );
  const repaired = new Map<string, readonly SlotField[]>();
  const leftAlone = new Set<string>();
  await eachOf([...new Set([...others, ...turn])], async (number) => {
    const space = slots.get(number)?.space ?? '';
    const outcome = await sweepOne(deps, cluster, client, { number, space }, profiles, changed.get(number));
    if (outcome === 'left-alone') leftAlone.add(number);
    else if (outcome.length > 0) repaired.set(number, outcome);
  });
  return { repaired, leftAlone, readTo: turn.at(-1) ?? readTo };
}

/** @returns what was repaired */
async function sweepOne(
  deps: SweepDeps,
  { config, clients }: Cluster,
  client: CmsClient,
  { number, space }: Omit<Slot, 'name'>,
  profiles: Profiles,
  changed: string | undefined,
): Promise<readonly SlotField[] | 'left-alone'> {
  const looked = Date.now();
  const before = await whoHas(deps, config.name, number);
  if (before !== undefined && before.run === undefined) return [];
  const found = await readSpace(client, space, inNoHurry).catch(ignoreAbsence);
  if (found === undefined) return [];
  if (before?.run !== undefined) {
    const own = await profilesOf(deps, config.name, before.run, profiles);
    await respect(deps, config.name, { ...before, run: before.run }, found, own, changed);
    return [];
  }
  const name = placeholderName(config.slotName, number);
  const access = await deps.bridges.slotAccess(config.name, number);
  const isPrepared = access !== undefined && (await isHolder(deps, config.name, number, access.key));
  const drift = driftAtRest(found, name, profiles, changed !== undefined, isPrepared);
  // What is open and does not have our profile was not opened by us, whatever its number.
  if (
    found.nonMemberAccess &&
    drift.includes('call-profile') &&
    !(await isOfPolicy(deps, config.name, found))
  )
    return 'left-alone';
  if (drift.length > 0) {
    // However long it has to wait for its turn: a meeting that begins meanwhile must not find its space locked.
    const stillWanted = () => Date.now() < looked + aboutToBegin / 2;
    await putAtRest(client, space, { name, ...profiles }, { ...inNoHurry, stillWanted });
    await endForgotten(deps, config.name, clients, number, space);
    deps.log.warn({ cluster: config.name, number, drift }, 'a slot was not at rest; it is now');
  }
  if (isPrepared) await verifyPrepared(deps, client, config.name, { number, space }, access.key);
  if (!isPrepared && (access !== undefined || drift.includes('access-methods')))
    await clearAccess(deps, client, { cluster: config.name, number, space }, inNoHurry);
  if (changed !== undefined) await deps.bridges.dropChanged(config.name, number);
  return drift;
}

/** What a meeting to come has on its slot for hosts: where somebody has changed it, it is put there again ahead of its start. */
async function verifyPrepared(
  deps: SweepDeps,
  client: CmsClient,
  cluster: string,
  { number, space }: Omit<Slot, 'name'>,
  key: string,
): Promise<void> {
  const meeting = await deps.meetings.load(key);
  if (meeting?.placement === undefined) return;
  const place = placeOf({ meeting }, { ...meeting.placement, space });
  const policies = new Map(deps.policies.map((policy) => [policy.name, policy]));
  const reason = await readBack({ bridges: deps.bridges, policies }, client, place, inNoHurry).catch(
    ignoreAbsence,
  );
  if (reason === undefined) return;
  deps.log.warn(
    { cluster, number, reason },
    'access for hosts was changed; it is put again before the start',
  );
  await deps.meetings.note(key, [{ at: Date.now(), what: 'preflight-failed', check: 'access', reason }]);
}

/** Those that a conference has by its policy, as far as they are known. */
async function profilesOf(
  { bridges }: SweepDeps,
  cluster: string,
  { hosts }: Run,
  profiles: Profiles,
): Promise<Profiles> {
  const { accessProfiles = {} } = hosts === undefined ? {} : await bridges.clusterStatus(cluster);
  const own = hosts && accessProfiles[hosts.policy];
  return own === undefined ? profiles : withGuests(own, profiles.callProfile);
}

/** What ran when Redis was lost and is nobody's now that every room was read: its meeting was cancelled meanwhile. */
async function endForgotten(
  { slots }: SweepDeps,
  cluster: string,
  clients: readonly CmsClient[],
  number: string,
  space: string,
): Promise<void> {
  const key = foundKey(number);
  if ((await slots.heldBy(cluster, key)) === undefined) return;
  await Promise.all(clients.map((client) => deleteCalls(client, space).catch(ignoreFault)));
  await slots.release(cluster, [key]);
}

/** A policy has a call profile of its own where guests are asked for a passcode otherwise. */
async function isOfPolicy({ bridges }: SweepDeps, cluster: string, { callProfile }: Space): Promise<boolean> {
  const { accessProfiles = {} } = await bridges.clusterStatus(cluster);
  return Object.values(accessProfiles).some(({ call }) => call !== undefined && call === callProfile);
}

async function isHolder({ slots }: SweepDeps, cluster: string, number: string, key: string) {
  const held = await slots.heldBy(cluster, key);
  return held?.number === number && held.to > Date.now();
}

interface Holder {
  readonly key: string;
  /** Its conference, when that is open or being opened in this slot. */
  readonly run: Run | undefined;
}

/** Who has the slot now or is about to; also one whose time is over and that was not closed yet. */
export async function whoHas(
  { slots, meetings }: Pick<SweepDeps, 'slots' | 'meetings'>,
  cluster: string,
  number: string,
): Promise<Holder | undefined> {
  const now = Date.now();
  const key = await slots.heldBefore(cluster, number, now + aboutToBegin);
  if (key === undefined || key === foundKey(number)) return undefined;
  const run = (await meetings.load(key))?.run;
  const isHere = run?.closedAt === undefined && run?.cluster === cluster && run.number === number;
  if (isHere) return { key, run };
  const held = await slots.heldBy(cluster, key);
  return held !== undefined && held.to > now ? { key, run: undefined } : undefined;
}

/**
 * What somebody has changed on the space of a conference that runs was changed on purpose: it stays until its end, and the
 * timeline says it once.
 */
async function respect(
  { meetings, bridges, log }: SweepDeps,
  cluster: string,
  { key, run }: { readonly key: string; readonly run: Run },
  found: Space,
  profiles: Profiles,
  said = '',
): Promise<void> {
  if (run.openedAt === undefined) return;
  const changes = changedWhileOpen(found, profiles);
  const [of, ...before] = said.split(' ');
  const news = changes.filter((change) => of !== key || !before.includes(change));
  if (news.length === 0) return;
  await bridges.putChanged(cluster, run.number, [key, ...changes].join(' '));
  const at = Date.now();
  await meetings.note(
    key,
    news.map((change) => ({ at, what: 'changed-on-bridge', change })),
  );
  log.info({ cluster, key, number: run.number, news }, 'the space of a conference was changed on the bridge');
}

export async function eachOf(
  numbers: readonly string[],
  visit: (number: string) => Promise<void>,
): Promise<void> {
  const left = [...numbers];
  const next = async (): Promise<void> => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) await visit(number);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}
