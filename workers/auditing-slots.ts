/**
 * The audit of the slots: every reservation belongs to a meeting that has this number, and no slot is held twice at a
 * time. What differs is repaired and told. Safe to repeat: each repair looks at what stands.
 */

import { holderOf } from '../src/conference/left.ts';
import type { Difference } from '../src/meeting/audit.ts';
import type { Placement } from '../src/slot/slot.ts';
import type { AuditingDeps } from './auditing.ts';
import { foundKey } from './placing.ts';

/** A reservation is made a moment before the meeting says so: what looks wrong is looked at again. */
const again = 1_000;

type Cluster = AuditingDeps['clusters'][number];

export async function auditSlots(deps: AuditingDeps): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const cluster of deps.clusters) {
    let suspects: string[] = [];
    const numbers = new Set<string>();
    for await (const held of deps.slots.all(cluster.name)) {
      for (const { number } of held.values()) numbers.add(number);
      suspects.push(...(await strangersAmong(deps, cluster, [...held.keys()])));
    }
    if (suspects.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, again));
      suspects = await strangersAmong(deps, cluster, suspects);
      await deps.slots.release(cluster.name, suspects);
    }
    differences.push(...suspects.map((key) => ({ kind: 'slot-left' as const, of: key })));
    differences.push(...(await separate(deps, cluster, numbers)));
  }
  return differences;
}

/** Keys that hold a slot which their meeting does not have, or that are no meeting's. */
async function strangersAmong(
  deps: AuditingDeps,
  cluster: Cluster,
  keys: readonly string[],
): Promise<string[]> {
  const owners = [...new Set(keys.map((key) => holderOf(key).key))];
  const meetings = new Map((await deps.meetings.loadMany(owners)).map((meeting) => [meeting.key, meeting]));
  const strangers: string[] = [];
  for (const key of keys) {
    const held = await deps.slots.heldBy(cluster.name, key);
    if (held === undefined || key === foundKey(held.number)) continue;
    const meeting = meetings.get(holderOf(key).key);
    const isIt = (place: Placement | undefined) =>
      place?.cluster === cluster.name && place.number === held.number;
    const left = meeting?.left ?? [];
    // A meeting that was just given another place exchanges its slots in a moment.
    const { as } = holderOf(key);
    const mayBe = as === 'left' ? left : as === 'next' ? [meeting?.placement] : [meeting?.placement, ...left];
    if (!mayBe.some(isIt)) strangers.push(key);
  }
  return strangers;
}

/** Of two reservations that overlap in one slot the later gives way and is placed anew. */
async function separate(
  deps: AuditingDeps,
  cluster: Cluster,
  numbers: Iterable<string>,
): Promise<Difference[]> {
  const twice: string[] = [];
  for (const number of numbers) {
    let until = Number.NEGATIVE_INFINITY;
    for (const { key, from, to } of await deps.slots.ofSlot(cluster.name, number)) {
      if (from < until) twice.push(key);
      else until = to;
    }
  }
  if (twice.length === 0) return [];
  await deps.slots.release(cluster.name, twice);
  const placed = await deps.placing.place(twice);
  await deps.invite([...new Set(placed.map(({ last }) => last.uid))]);
  return twice.map((key) => ({ kind: 'slot-twice' as const, of: key }));
}
