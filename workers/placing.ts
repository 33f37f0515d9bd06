/**
 * Gives meetings their slots. Safe to repeat and to race: a reservation is atomic in Redis and asking again for what a
 * meeting already holds changes nothing, so two rooms of one meeting that are read at once get one slot.
 */
import { areOut } from '../src/cluster/drain.ts';
import { sameHosts } from '../src/conference/access.ts';
import { deriveSecret } from '../src/conference/identity.ts';
import { isOver, type Meeting, openRun, opensAt, type PlacedConference } from '../src/conference/meeting.ts';
import { effectiveEnd } from '../src/conference/plan.ts';
import type { ClusterConfig, ConferenceConfig } from '../src/config.ts';
import { countReserved, type Metrics } from '../src/http/metrics.ts';
import type { BridgeStore } from '../src/redis/bridges.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { Choice, Preference, SlotStore, Wish } from '../src/redis/slots.ts';
import { heldInterval, isOfRange, type Placement, usualPlacement } from '../src/slot/slot.ts';
import type { Protect } from './protecting.ts';
import { runAsFound } from './run-as-found.ts';

export interface PlacingDeps {
  readonly clusters: readonly ClusterConfig[];
  readonly conference: ConferenceConfig;
  readonly identityKey: Buffer;
  readonly protect: Protect;
  readonly meetings: MeetingStore;
  readonly slots: SlotStore;
  readonly bridges: BridgeStore;
  readonly metrics: Metrics;
  /** Epoch ms. */
  now(): number;
  /** SIP address of a room, if it has one. */
  sipOf(mailbox: string): string | undefined;
  /** The number that a series of the same organizer has just left in this room: what follows it may have it. */
  numberLeft(meeting: Meeting, now: number): Promise<Placement | undefined>;
  /** While a lost Redis is rebuilt: what the invitation of this event or series says. */
  remembered(meeting: Meeting): Promise<{ readonly number: string; readonly passcode: string } | undefined>;
}

type Booked = NonNullable<Meeting['booked']>;
type Wanted = Meeting & { readonly booked: Booked };

/** By then a call bridge that was away is back, or seen to by people. */
const beginsSoon = 3_600_000;
const noSlot = 'no slot is free';

/** Under this key a slot is held that was found open, until it is known whose it is. */
export function foundKey(number: string): string {
  return `found:${number}`;
}

/** The number in such a key, or undefined when it is a meeting's. */
export function foundNumber(key: string): string | undefined {
  return /^found:(\d+)$/.exec(key)?.[1];
}

export class Placing {
  readonly #deps: PlacingDeps;

  constructor(deps: PlacingDeps) {
    this.#deps = deps;
  }

  /** Brings the slots of these meetings to what is booked now. @returns those whose slot came or changed, as they are now. */
  async place(keys: readonly string[]): Promise<Meeting[]> {
    const now = this.#deps.now();
    const meetings = (await this.#deps.meetings.loadMany(keys)).filter(
      (meeting): meeting is Wanted => meeting.booked !== undefined && !isOver(meeting),
    );
    const homeless = new Map<string, Wanted[]>();
    const housed: Promise<string[]>[] = [];
    for (const meeting of meetings) {
      if (meeting.placement !== undefined) {
        if (meeting.booked.end <= now && openRun(meeting.run) === undefined) continue;
        housed.push(this.#follow(meeting, meeting.placement, now));
      } else homeless.set(meeting.booked.uid, [...(homeless.get(meeting.booked.uid) ?? []), meeting]);
    }
    const placed = (await Promise.all(housed)).flat();
    await this.#lengthen(new Set(keys), now);
    for (const group of homeless.values()) placed.push(...(await this.#settleIn(group, now)));
    return await this.#deps.meetings.loadMany(placed);
  }

  /** Conferences that run and were cut short by the next one in their slot: it may be gone or have moved by now. */
  async #lengthen(seen: ReadonlySet<string>, now: number): Promise<void> {
    const capped = (await this.#deps.meetings.capped()).filter((key) => !seen.has(key));
    for (const meeting of await this.#deps.meetings.loadMany(capped)) {
      const { booked, placement, run } = meeting;
      if (booked === undefined || placement === undefined || openRun(run) === undefined) continue;
      await this.#follow({ ...meeting, booked }, placement, now);
    }
  }

  /** Whether the meeting was found running after the loss of Redis and waits to be adopted. */
  async isFound(key: string): Promise<boolean> {
    const secret = deriveSecret(this.#deps.identityKey, key);
    for (const { name } of await this.#withFound()) {
      if ((await this.#deps.bridges.found(name, secret)) !== undefined) return true;
    }
    return false;
  }

  /** Clusters on which something was found running that nobody has adopted yet. */
  async #withFound(): Promise<ClusterConfig[]> {
    const { bridges, clusters } = this.#deps;
    const has = await Promise.all(clusters.map(({ name }) => bridges.hasFound(name)));
    return clusters.filter((_, index) => has[index]);
  }

  #wish({ key, booked, early, run: last }: Wanted, placement?: PlacedConference): Wish {
    // What was closed has had its extension.
    const run = last?.closedAt === undefined ? last : undefined;
    const end = effectiveEnd(booked.end, run, placement?.cappedEnd);
    const { to } = heldInterval({ start: booked.start, end }, this.#deps.conference);
    return { key, from: opensAt(booked, early, this.#deps.conference.setup), to };
  }

  /**
   * Where any free slot would do: one that leaves the meetings before and after it in that slot room for an extension.
   * By the lowest alone, a busy morning stacks its meetings in the first slots without a gap, and the extension of one
   * ends at the next though other slots stand empty all day. A neighbour that is near is the only reason not to take the
   * lowest, as TMS does; and not one in the same room, which ends its extension anyway. What begins soon does not go where
   * people of a former meeting may still be.
   */
  async #preference(group: readonly Wanted[], wishes: readonly Wish[], now: number): Promise<Preference> {
    const { setup, teardown, extension } = this.#deps.conference;
    const { by, times } = extension;
    const apart = times > 0 ? by : 0;
    const reach = apart + setup + teardown;
    const near = group.flatMap(({ booked: { rooms, start, end } }) =>
      rooms.map((mailbox) => ({ mailbox, from: start - reach, to: end + reach })),
    );
    const kin = apart > 0 ? await this.#deps.meetings.keysOfRooms(near) : [];
    return { apart, kin, clean: wishes.some(({ from }) => from < now + beginsSoon) };
  }

  /** A meeting that has a slot keeps its number wherever its new times allow. @returns its key if it has another slot now */
  async #follow(meeting: Wanted, placement: PlacedConference, now: number): Promise<string[]> {
    const { slots, meetings, conference } = this.#deps;
    const cluster = this.#deps.clusters.find(({ name }) => name === placement.cluster);
    if (cluster === undefined) {
      // The cluster was taken out of the configuration; what runs on it is out of our reach.
      const isLost = openRun(meeting.run) === undefined;
      return isLost ? await this.#settleIn([{ ...meeting, placement: undefined }], now) : [];
    }
    const { cappedEnd, ...uncapped } = placement;
    // One that is open, but was moved to later, is about to be closed: it needs a slot for its new time.
    const running =
      openRun(meeting.run) !== undefined && now >= opensAt(meeting.booked, meeting.early, conference.setup);
    const wish = this.#wish(meeting, uncapped);
    const mode = running ? 'only' : 'prefer';
    const choice = { mode, number: placement.number } as const;
    const number = await slots.reserve(
      cluster,
      [wish],
      choice,
      running ? {} : await this.#preference([meeting], [wish], now),
    );
    if (number === placement.number) {
      if (cappedEnd !== undefined) await meetings.putPlacement(meeting.key, uncapped, undefined, []);
      return running ? [] : await this.#protectAnew(meeting, uncapped, now);
    }
    if (number !== undefined) {
      await this.#settle(meeting, { cluster: cluster.name, number }, now);
      return [meeting.key];
    }
    if (running) {
      // A running conference stays where it is for as long as it may: until the next one needs the slot.
      const until =
        (await slots.stretch(cluster.name, placement.number, wish)) ??
        (await slots.heldBy(cluster.name, meeting.key))?.to;
      const end = (until ?? now) - conference.teardown;
      const note = { at: now, what: 'not-extended' as const, reason: `${placement.number} is booked next` };
      if (cappedEnd !== end)
        await meetings.putPlacement(meeting.key, { ...placement, cappedEnd: end }, undefined, [note]);
      return [];
    }
    await slots.release(cluster.name, [meeting.key]);
    return await this.#settleIn([{ ...meeting, placement: undefined }], now);
  }

  /** Where its policy is another one than when it got its slot. @returns its key if so */
  async #protectAnew(meeting: Wanted, placement: PlacedConference, now: number): Promise<string[]> {
    const { meetings } = this.#deps;
    const { cluster, number } = placement;
    const wanted = await this.#deps.protect(meeting, { cluster, number });
    if (sameHosts(placement.hosts, wanted.hosts)) return [];
    const policy = wanted.hosts?.policy ?? 'open';
    await meetings.putPlacement(meeting.key, wanted, undefined, [
      { at: now, what: 'access-changed', policy },
    ]);
    return [meeting.key];
  }

  /** Meetings of one event or series that have no slot: one number for all of them where one is free. @returns the placed */
  async #settleIn(group: readonly Wanted[], now: number): Promise<string[]> {
    const placed: string[] = [];
    const rest: Wanted[] = [];
    const clusters = await this.#withFound();
    for (const meeting of group) {
      if (clusters.length > 0 && (await this.#adopt(meeting, clusters, now))) placed.push(meeting.key);
      else if (meeting.booked.end > now) rest.push(meeting);
    }
    const [first] = rest;
    if (first === undefined) return placed;
    const plain = rest.find(({ booked }) => booked.exceptionUid === undefined) ?? first;
    const remembered = await this.#deps.remembered(plain);
    if (remembered !== undefined)
      placed.push(...(await this.#settleRemembered(rest, remembered.number, now)));
    if (rest.length === 0) return placed;
    const usual = this.#placementOf(remembered?.number) ?? (await this.#numberOfSeries(first.booked.uid));
    const left = usual === undefined ? await this.#deps.numberLeft(first, now) : undefined;
    const together =
      (left === undefined ? undefined : await this.#reserve(rest, left, 'together')) ??
      (await this.#reserve(rest, usual, rest.length > 1 ? 'together' : 'alone'));
    if (together !== undefined) {
      await Promise.all(rest.map((meeting) => this.#settle(meeting, together, now, remembered)));
      return [...placed, ...rest.map(({ key }) => key)];
    }
    let number = usual;
    for (const meeting of rest) {
      const placement = await this.#reserve([meeting], number, 'alone');
      if (placement === undefined) {
        await this.#leaveUnplaced(meeting, now);
        continue;
      }
      number ??= placement;
      await this.#settle(meeting, placement, now, remembered);
      placed.push(meeting.key);
    }
    return placed;
  }

  /**
   * Of a series that is rebuilt, the dates whose own invitations tell other numbers than the series' does: those they
   * get before all else, and are left out of the rest. @returns the placed
   */
  async #settleRemembered(rest: Wanted[], ofSeries: string, now: number): Promise<string[]> {
    const placed: string[] = [];
    for (const meeting of rest.filter(({ booked }) => booked.exceptionUid !== undefined)) {
      const own = await this.#deps.remembered(meeting);
      if (own === undefined || own.number === ofSeries) continue;
      const placement = await this.#reserve([meeting], this.#placementOf(own.number), 'alone');
      if (placement === undefined) continue;
      await this.#settle(meeting, placement, now, own);
      rest.splice(rest.indexOf(meeting), 1);
      placed.push(meeting.key);
    }
    return placed;
  }

  /** Clusters that are drained at one of these times come last: a number there is better than none. */
  async #inOrder(wishes: readonly Wish[]): Promise<{ clusters: ClusterConfig[]; out: ClusterConfig[] }> {
    const drains = await this.#deps.bridges.drains();
    const isOut = ({ callBridges }: ClusterConfig) =>
      wishes.some(({ from }) => areOut(callBridges, drains, from));
    const out = this.#deps.clusters.filter(isOut);
    return { clusters: [...this.#deps.clusters.filter((one) => !out.includes(one)), ...out], out };
  }

  /** Tries the clusters in order, beginning with the usual number. */
  async #reserve(
    group: readonly Wanted[],
    usual: Placement | undefined,
    how: 'together' | 'alone',
  ): Promise<Placement | undefined> {
    const wishes = group.map((meeting) => this.#wish(meeting));
    const preference = await this.#preference(group, wishes, this.#deps.now());
    const { clusters, out } = await this.#inOrder(wishes);
    const usually = clusters.find(({ name }) => name === usual?.cluster);
    const home = usually !== undefined && out.includes(usually) ? undefined : usually;
    if (home !== undefined && usual !== undefined) {
      // Occurrences of a series stay on its number together, or each for itself.
      const choice: Choice = { mode: how === 'together' ? 'only' : 'prefer', number: usual.number };
      const number = await this.#deps.slots.reserve(home, wishes, choice, preference);
      if (number !== undefined) return { cluster: home.name, number };
      if (how === 'together') return undefined;
    }
    for (const cluster of clusters) {
      if (cluster === home) continue;
      const number = await this.#deps.slots.reserve(cluster, wishes, { mode: 'lowest' }, preference);
      if (number !== undefined) return { cluster: cluster.name, number };
    }
    return undefined;
  }

  async #numberOfSeries(uid: string): Promise<Placement | undefined> {
    const dates = await this.#deps.meetings.loadMany(await this.#deps.meetings.ofSeries(uid));
    const placements = dates.flatMap(({ placement }) => placement ?? []);
    // A number that the range has left is for those who have it; dates that are added get one of the range.
    return usualPlacement(placements.filter(({ number }) => this.#placementOf(number) !== undefined));
  }

  #placementOf(number: string | undefined): Placement | undefined {
    const cluster = this.#deps.clusters.find(
      ({ numbers }) => number !== undefined && isOfRange(numbers, number),
    );
    return cluster === undefined || number === undefined ? undefined : { cluster: cluster.name, number };
  }

  async #settle(
    meeting: Meeting,
    placement: Placement,
    now: number,
    told?: { passcode: string; number: string },
  ) {
    const { meetings, metrics } = this.#deps;
    const derived = await this.#deps.protect(meeting, placement);
    const isTold = told?.number === placement.number && derived.passcode !== '';
    const placed = isTold ? { ...derived, passcode: told.passcode } : derived;
    const note = { at: now, what: 'reserved' as const, cluster: placement.cluster, number: placement.number };
    await meetings.putPlacement(meeting.key, placed, undefined, [note]);
    countReserved(metrics, this.#deps.now());
  }

  async #leaveUnplaced(meeting: Meeting, now: number): Promise<void> {
    this.#deps.metrics.reservations.inc({ outcome: 'no-slot' });
    const notes =
      meeting.unplaced === undefined ? [{ at: now, what: 'unplaced' as const, reason: noSlot }] : [];
    await this.#deps.meetings.putPlacement(meeting.key, undefined, noSlot, notes);
  }

  /** A conference found running after the loss of Redis, known by its secret: it keeps its slot, and nobody is dialled. */
  async #adopt(meeting: Wanted, clusters: readonly ClusterConfig[], now: number): Promise<boolean> {
    const secret = deriveSecret(this.#deps.identityKey, meeting.key);
    for (const cluster of clusters) {
      const found = await this.#deps.bridges.found(cluster.name, secret);
      if (found === undefined) continue;
      const { sipOf, conference } = this.#deps;
      const run = runAsFound(meeting.booked, cluster.name, found, now, { sipOf, ...conference.extension });
      const wish = this.#wish({ ...meeting, run });
      await this.#deps.slots.release(cluster.name, [foundKey(found.number)]);
      const choice = { mode: 'found' as const, number: found.number };
      const number = await this.#deps.slots.reserve(cluster, [wish], choice);
      if (number === undefined) continue;
      const { passcode } = found;
      const place = { cluster: cluster.name, number };
      const { hosts } = await this.#deps.protect(meeting, place);
      const known = hosts === undefined ? {} : { hosts };
      const placement = { ...place, passcode, secret, ...known };
      await this.#deps.meetings.putPlacement(meeting.key, placement, undefined, []);
      const callBridge = run.callBridge ?? '';
      await this.#deps.meetings.adoptRun(meeting.key, { ...run, ...known }, [
        { at: now, what: 'adopted', callBridge, number },
      ]);
      await this.#deps.bridges.dropFound(cluster.name, secret);
      return true;
    }
    return false;
  }
}
