/**
 * Watches over what runs on a cluster: a census of every call bridge, and a ring for each conference that it does not find
 * as its record says, or that runs on a call bridge which is lost. At least once; safe because it only looks and rings:
 * what is to be done is decided, and done, by whoever has the conference (`conference.ts`). A process that dies leaves the
 * census due.
 */
import type { Logger } from 'pino';
import type { Condition } from '../src/cluster/ticket.ts';
import { sameParty } from '../src/cms/call-legs.ts';
import { type CallSummary, listCalls } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault, ignoreFault } from '../src/cms/fault.ts';
import { listEverybody, type ParticipantInCall } from '../src/cms/participants.ts';
import { readSpace } from '../src/cms/spaces.ts';
import type { Meeting } from '../src/conference/meeting.ts';
import { nextStep, type PlanSettings } from '../src/conference/plan.ts';
import type { Run } from '../src/conference/run.ts';
import type { Seen, SpaceSeen } from '../src/conference/seen.ts';
import type { Ring } from '../src/redis/agenda.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import type { TicketStore } from '../src/redis/tickets.ts';
import type { CallBridges } from './call-bridges.ts';
import { clearCallBridge } from './clearing.ts';
import { worldOf } from './world.ts';

export interface RunningDeps {
  readonly callBridges: CallBridges;
  readonly meetings: MeetingStore;
  readonly tickets: TicketStore;
  readonly slots: SlotStore;
  readonly settings: PlanSettings;
  readonly log: Logger;
  ring(queue: 'conference' | 'bridge', rings: readonly Ring[]): Promise<void>;
}

const every = () => 40_000 + Math.random() * 10_000;
/** How often the census also reads the spaces, one by one; milliseconds. */
const spacesEvery = 120_000;
const spacesAtOnce = 4;
/** How much later the next conferences are rung when many are to be brought up at once, in milliseconds. */
const step = 250;

/** By then what could be brought up has been. */
const censusAfterLoss = 20_000;
const sweepAfterCensus = 5_000;
const prefix = 'running ';

/** The key in the queue `bridge` under which a cluster is watched. */
export function runningKey(cluster: string): string {
  return `${prefix}${cluster}`;
}

/** The cluster of such a key; undefined for any other. */
export function watchedCluster(key: string): string | undefined {
  return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
}

/**
 * What befalls a call bridge is acted upon at once: one that is lost rings for all that runs on it, one that is back for
 * what it may still have. Every process does so, and whoever is first is served; should none live to do it, the next
 * census does.
 */
export function watchCallBridges(deps: RunningDeps): void {
  const { callBridges, log } = deps;
  const census = async (address: string, at: number) => {
    const name = callBridges.clusterOf(address)?.config.name;
    if (name === undefined) return;
    // The slots are swept after it: what the record says may be another thing by then.
    const rings = [runningKey(name), name].map((key, i) => ({ key, at: at + i * sweepAfterCensus }));
    await deps.ring('bridge', rings);
  };
  const attempt = (work: Promise<void>) =>
    work.catch((error: unknown) => log.warn({ err: error }, 'conferences could not be rung'));
  const ringAllOn = (address: string) =>
    attempt(deps.meetings.openOn(address).then((meetings) => ringInOrder(deps, meetings)));
  callBridges.onLost((address) => {
    log.error({ callBridge: address }, 'a call bridge is lost; what runs on it is brought up elsewhere');
    void ringAllOn(address);
    void attempt(census(address, Date.now() + censusAfterLoss));
  });
  callBridges.onReturned((address, how) => {
    log.warn({ callBridge: address, how }, 'a call bridge is back');
    // What could not be done there meanwhile need not wait for the census.
    void ringAllOn(address);
    void attempt(census(address, Date.now()));
  });
}

/** One census of a cluster. @returns when the next is due */
export async function watchRunning(deps: RunningDeps, name: string): Promise<number | undefined> {
  const cluster = deps.callBridges.cluster(name);
  if (cluster === undefined) return undefined;
  const at = Date.now();
  const able = deps.callBridges.able(name);
  // Before anything else: what they still have of meetings that ended while they were away.
  await Promise.all(able.map((client) => clearCallBridge(deps, cluster, client).catch(ignoreFault)));
  const meetings = await deps.meetings.openIn(name);
  await settleTickets(deps, name, meetings, at);
  if (meetings.length > 0) {
    const counts = (await Promise.all(able.map(countOn))).filter((count) => count !== undefined);
    const spaces = await readSpaces(deps, able, meetings, at);
    const census = { at, counts, calls: callsBySpace(counts), emptied: emptiedOf(counts, meetings) };
    const seen = new Map(
      meetings.map((meeting) => [meeting.key, seenOf(meeting, census, spaces.get(meeting.key))]),
    );
    await deps.meetings.putSeen(seen);
    const world = worldOf(deps.callBridges, name);
    const wrong = meetings.filter((meeting) => {
      const now = { ...meeting, ...withSeen(seen.get(meeting.key)) };
      return !['wait', 'nothing'].includes(nextStep(now, at, deps.settings, world).do);
    });
    await ringInOrder(deps, wrong);
  }
  return Date.now() + every();
}

/** Whether any of them waits for a call bridge. */
async function settleTickets(
  { tickets }: RunningDeps,
  cluster: string,
  meetings: readonly Meeting[],
  now: number,
): Promise<void> {
  const off = meetings.filter(({ run }) => run?.lost !== undefined && run.lost.witnessedAt === undefined);
  const number = off.length === 1 ? '1 meeting has' : `${off.length} meetings have`;
  const condition: Condition = {
    code: 'meetings-off-the-air',
    about: `cluster ${cluster}`,
    detail: `${number} been lost with ${off[0]?.run?.lost?.callBridge}`,
  };
  await tickets.settle(`running ${cluster}`, off.length > 0 ? [condition] : [], now);
}

/** The ones with most people first, a few at a time, so that each finds its turn at the call bridge when it comes. */
async function ringInOrder(deps: RunningDeps, meetings: readonly Meeting[]): Promise<void> {
  const now = Date.now();
  const callBridges = deps.callBridges.cluster(meetings[0]?.run?.cluster ?? '')?.config.callBridges ?? [];
  // A recovery is a few requests one after the other: half as many at once keep the others free.
  const atOnce = Math.max(1, Math.ceil(Math.min(...callBridges.map(({ requests }) => requests)) / 2));
  await deps.ring(
    'conference',
    meetings.map(({ key }, i) => ({ key, at: now + Math.floor(i / atOnce) * step })),
  );
}

interface Count {
  readonly callBridge: string;
  readonly calls: readonly CallSummary[];
  readonly people: readonly ParticipantInCall[];
}

/** Undefined where it does not answer: then nothing is known of what it has. */
async function countOn(client: CmsClient): Promise<Count | undefined> {
  try {
    const people = await listEverybody(client, { priority: 'sweep' });
    return { callBridge: client.address, calls: await listCalls(client, {}, { priority: 'sweep' }), people };
  } catch (error) {
    ignoreFault(error);
    return undefined;
  }
}

/** Each space that was not read for a while. */
async function readSpaces(
  deps: RunningDeps,
  able: readonly CmsClient[],
  meetings: readonly Meeting[],
  at: number,
): Promise<Map<string, SpaceSeen | null>> {
  const [client] = able;
  const found = new Map<string, SpaceSeen | null>();
  if (client === undefined) return found;
  const due = meetings.filter(({ seen }) => at - (seen?.spaceAt ?? 0) >= spacesEvery);
  const read = async () => {
    for (let meeting = due.pop(); meeting !== undefined; meeting = due.pop()) {
      try {
        const {
          name,
          passcode = '',
          nonMemberAccess,
        } = await readSpace(client, meeting.run?.space ?? '', { priority: 'sweep' });
        found.set(meeting.key, { name, passcode, open: nonMemberAccess });
      } catch (error) {
        if (error instanceof CmsFault && error.kind === 'absent') found.set(meeting.key, null);
        else ignoreFault(error);
      }
    }
  };
  await Promise.all(Array.from({ length: spacesAtOnce }, read));
  if (found.size > 0) deps.log.debug({ spaces: found.size }, 'spaces of conferences were read');
  return found;
}

interface Census {
  readonly at: number;
  readonly counts: readonly Count[];
  readonly calls: ReadonlyMap<string, readonly CallWithPeople[]>;
  readonly emptied: readonly string[];
}

interface CallWithPeople {
  readonly callBridge: string;
  readonly call: string;
  readonly inside: readonly Located[];
}

/** By the id of the space. */
function callsBySpace(counts: readonly Count[]): Map<string, CallWithPeople[]> {
  const found = new Map<string, CallWithPeople[]>();
  for (const { callBridge, calls, people } of counts) {
    const byCall = new Map<string, Located[]>(calls.map(({ id }) => [id, []]));
    for (const person of people)
      byCall
        .get(person.call ?? '')
        ?.push({ ...person, on: person.callBridge === undefined ? callBridge : '' });
    for (const { id, coSpace } of calls) {
      if (coSpace === undefined) continue;
      const ofSpace = found.get(coSpace) ?? [];
      ofSpace.push({ callBridge, call: id, inside: byCall.get(id) ?? [] });
      found.set(coSpace, ofSpace);
    }
  }
  return found;
}

function seenOf({ run, seen }: Meeting, census: Census, space: SpaceSeen | null | undefined): Seen {
  const { at, counts, emptied } = census;
  const calls = census.calls.get(run?.space ?? '') ?? [];
  const everybody = new Map<string, Located>();
  for (const person of calls.flatMap(({ inside }) => inside)) {
    // Who is connected to one call bridge is known to the others as well.
    if (person.on !== '' || !everybody.has(person.id)) everybody.set(person.id, person);
  }
  return {
    at,
    asked: counts.map(({ callBridge }) => callBridge),
    calls: calls.map(({ inside, ...call }) => ({
      ...call,
      people: inside.filter(({ on }) => on !== '').length,
    })),
    rooms: roomsAmong(run, [...everybody.values()]),
    // What a call bridge had that does not answer is not known to be gone.
    people: Math.max(everybody.size, isSilent(run, counts) ? (seen?.people ?? 0) : 0),
    ...(space === undefined ? spaceBefore(seen) : { space, spaceAt: at }),
    emptied,
  };
}

function isSilent(run: Run | undefined, counts: readonly Count[]): boolean {
  return counts.every(({ callBridge }) => callBridge !== run?.callBridge);
}

/** What was read of the space last is not judged again, but it is known when that was. */
function spaceBefore(seen: Seen | undefined): Pick<Seen, 'spaceAt'> {
  return seen?.spaceAt === undefined ? {} : { spaceAt: seen.spaceAt };
}

/** With the call bridge that they are connected to; empty where that did not answer. */
type Located = ParticipantInCall & { readonly on: string };

function roomsAmong(run: Run | undefined, people: readonly Located[]): Record<string, string> {
  const found = Object.entries(run?.rooms ?? {}).map(([room, { sip, leg }]) => {
    const own = people.find(({ id }) => id === leg) ?? people.find(({ address }) => sameParty(address, sip));
    return [room, own?.on] as const;
  });
  return Object.fromEntries(found.flatMap(([room, on]) => (on === undefined ? [] : [[room, on]])));
}

/** Call bridges of which several conferences should have their calls there, and none has: no administrator does that. */
function emptiedOf(counts: readonly Count[], all: readonly Meeting[]): string[] {
  return counts.flatMap(({ callBridge, calls }) => {
    const ours = all.filter(({ run }) => run?.callBridge === callBridge && run.call !== undefined);
    const present = new Set(calls.map(({ id }) => id));
    const isEmptied = ours.length > 1 && ours.every(({ run }) => !present.has(run?.call ?? ''));
    return isEmptied ? [callBridge] : [];
  });
}

function withSeen(seen: Seen | undefined): Pick<Meeting, 'seen'> {
  return seen === undefined ? {} : { seen };
}
