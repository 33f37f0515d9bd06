/** The slots that stand on a cluster: those of the range, and those that meetings still have of a range that was. */
import type { CmsClient } from '../src/cms/client.ts';
import { isSlot, listSpaces, type SpaceSummary } from '../src/cms/spaces.ts';
import type { ClusterConfig } from '../src/config.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import { isOfRange, placeholderName } from '../src/slot/slot.ts';

export interface Slot {
  readonly number: string;
  readonly space: string;
  readonly name: string;
}

export interface Standing {
  /** By number. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** Outside the range and ours: known as our slot before, or reserved. */
  readonly outside: ReadonlyMap<string, Slot>;
  /** Numbers of the range that a space of somebody else has as its URI or its call ID. */
  readonly foreign: ReadonlySet<string>;
  /** Numbers of the hosts' range that a space of somebody else has, with its name. */
  readonly hostsTaken: ReadonlyMap<string, string>;
  /** Outside the range, with one number in both places, and not known to be ours. */
  readonly others: readonly Slot[];
}

/** @param known number -> id of its space, as we have known them; see `BridgeStore.spaces` */
export async function slotsThatStand(
  client: CmsClient,
  store: SlotStore,
  { name: cluster, numbers }: ClusterConfig,
  known: ReadonlyMap<string, string>,
): Promise<Standing> {
  const slots = new Map<string, Slot>();
  const foreign = new Set<string>();
  const hostsTaken = new Map<string, string>();
  const { quantity, hosts } = numbers;
  const beyond: Slot[] = [];
  for await (const space of listSpaces(client)) {
    const said = new Set([space.callId, space.uri]);
    for (const number of said) {
      if (number !== undefined && hosts && isOfRange({ base: hosts.base, quantity }, number))
        hostsTaken.set(number, space.name);
      if (number === undefined || !isOfRange(numbers, number)) continue;
      if (isSlot(space, number)) slots.set(number, slotOf(space, number));
      else foreign.add(number);
    }
    const [only] = said;
    if (said.size !== 1 || only === undefined || !/^[1-9]\d*$/.test(only)) continue;
    if (isSlot(space, only) && !isOfRange(numbers, only)) beyond.push(slotOf(space, only));
  }
  const reserved = await store.reserved(
    cluster,
    beyond.map(({ number }) => number),
  );
  const isOurs = ({ number, space }: Slot) => known.get(number) === space || reserved.has(number);
  return {
    ...{ slots, foreign, hostsTaken, others: beyond.filter((slot) => !isOurs(slot)) },
    outside: new Map(beyond.filter(isOurs).map((slot) => [slot.number, slot])),
  };
}

/** Whether the slot has the name that it has between two meetings. */
export function isAtRest({ slotName }: ClusterConfig, { number, name }: Slot): boolean {
  return name === placeholderName(slotName, number);
}

function slotOf({ id, name }: SpaceSummary, number: string): Slot {
  return { number, space: id, name };
}
