/**
 * Brings one conference to where it should be at this time. At least once; safe because
 * - the agenda lets one process at a time have a conference, and its record is written only while it has it;
 * - a PUT is the same done twice, and before a POST is repeated whose outcome is unknown (the record says `callIntent`
 *   or `intended`, or the answer was lost) the bridge is looked at and what is there is adopted;
 * - it is due until it is settled: killed at any line, it is taken up again within seconds by any worker.
 */
import { notOpened, openingScope } from '../src/cluster/ticket-meetings.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { nextKey } from '../src/conference/left.ts';
import { openRun } from '../src/conference/meeting.ts';
import { isToTell } from '../src/conference/operation/operation.ts';
import { nextStep, type Step } from '../src/conference/plan.ts';
import { givenUpAfter } from '../src/invitation/moments.ts';
import { asStep, goesOnWith } from '../src/work.ts';
import { NoCallBridge } from './call-bridges.ts';
import { check, clearStale, lookAtLegs, reopen } from './checking.ts';
import { close, finishClearing } from './closing.ts';
import { dialRooms, hangUpRooms } from './dialling.ts';
import { atItsEnd, watch } from './ending.ts';
import { type ConferenceDeps, guarded, type Hand, isRepeated, record, TakenOver } from './hand.ts';
import { seeToLeft } from './leaving.ts';
import { unlock } from './lobby.ts';
import { open, rename } from './opening.ts';
import { operate } from './operating.ts';
import { lookAhead } from './preflight.ts';
import type { Work } from './processor.ts';
import { moveRunning, noteLost, recover } from './recovering.ts';
import { rehome } from './rehoming.ts';
import { showInRooms } from './room-calendar.ts';
import { giveBackRooms, lookForAnybody } from './unused.ts';
import { warn } from './warning.ts';
import { worldOf } from './world.ts';

/** Closer than this, the instant is awaited in the process: a delayed job alone comes up to 300 ms late. */
const shortestLead = 1_000;
/** Milliseconds that a cluster has to take a start, where it lives. */
const firstTries = 2_000;
/** Between two tries of a step that no call bridge can take, while none is back. */
const longestWait = 15_000;
/** How often it is looked whether one is back; in memory only. */
const lookForReturn = 250;

type Taken = Exclude<Step, { do: 'wait' | 'nothing' }>;

export async function bringConference(deps: ConferenceDeps, work: Work): Promise<number | undefined> {
  const toTell = new Set<string>();
  for (;;) {
    const meeting = await deps.meetings.load(work.key);
    if (meeting === undefined) {
      await deps.doubtRedis();
      return undefined;
    }
    goesOnWith(meeting.trace);
    const hand: Hand = { deps: guarded(deps, work), work, meeting, now: Date.now() };
    const step = nextStep(meeting, hand.now, deps.settings, worldOf(deps.callBridges, meeting.run?.cluster));
    for (const { request } of (meeting.orders ?? []).filter(isToTell)) {
      // It stands in the meeting's record until it was done, so that the ring may be repeated.
      if (!toTell.has(request)) await deps.invite(meeting.last.uid);
      toTell.add(request);
    }
    const order = meeting.orders?.find((one) => !isToTell(one));
    // What keeps the conference on the bridge goes before what somebody wants of it.
    if (order !== undefined && ['nothing', 'wait', 'watch'].includes(step.do) && !work.stopping) {
      try {
        await asStep('operate', () => operate(hand, order));
        continue;
      } catch (error) {
        if (error instanceof TakenOver) return Date.now();
        if (!(error instanceof NoCallBridge || error instanceof CmsFault)) throw error;
        return await retryLater(hand, step, error);
      }
    }
    if (step.do === 'nothing') return undefined;
    if (step.do === 'wait') {
      const { until, look = Number.POSITIVE_INFINITY } = step;
      const wake = Math.min(until - Math.max(deps.conference.lead, shortestLead), look);
      if (wake > hand.now) return wake;
      const next = Math.min(until, look);
      if ((await work.waitUntil(next)) === 'stopping') return next;
      continue;
    }
    // What has begun is finished; what has not is another process' or the next start's.
    if (work.stopping) return hand.now;
    const next = await asStep(step.do, () => attempt(hand, step));
    if (next !== undefined) return next;
  }
}

/** One step, or what follows when it cannot be taken. Returns a time only when nothing more can be done before it. */
async function attempt(hand: Hand, step: Taken): Promise<number | undefined> {
  try {
    const next = await take(hand, step);
    if (isRepeated(hand)) await forgetTries(hand);
    return next;
  } catch (error) {
    // Where nobody has taken it over after all, it is looked at anew.
    if (error instanceof TakenOver) return Date.now();
    if (!(error instanceof NoCallBridge || error instanceof CmsFault)) throw error;
    const isOpen = error instanceof NoCallBridge && error.step === 'dial';
    if (step.do === 'open' && !isOpen && (await elsewhere(hand, error))) return undefined;
    return await retryLater(hand, step, error);
  }
}

/** Does one step. Returns a time only when nothing more can be done before it. */
async function take(hand: Hand, step: Taken): Promise<number | undefined> {
  switch (step.do) {
    case 'preflight':
      return await lookAhead(hand, step.stage);
    case 'leave':
      return await seeToLeft(hand, step);
    case 'open':
      return await open(hand);
    case 'rename':
      return await rename(hand);
    case 'note-end': {
      const run = openRun(hand.meeting.run);
      if (run !== undefined) await record(hand, { ...run, end: hand.meeting.last.end });
      return undefined;
    }
    case 'dial':
      return await dialRooms(hand, step.rooms);
    case 'hang-up':
      return await hangUpRooms(hand, step.rooms);
    case 'recover':
      return await recover(hand);
    case 'note-lost':
      return await noteLost(hand);
    case 'move':
      return await moveRunning(hand);
    case 'check':
      return await check(hand);
    case 'reopen':
      return await reopen(hand);
    case 'clear-stale':
      return await clearStale(hand);
    case 'look-at-legs':
      return await lookAtLegs(hand, step.rooms);
    case 'unlock':
      return await unlock(hand);
    case 'look-for-anybody':
      return await lookForAnybody(hand);
    case 'give-back-rooms':
      return await giveBackRooms(hand, step.rooms);
    case 'warn':
      return await warn(hand, step.before);
    case 'show-in-rooms':
      return await showInRooms(hand, step.ends);
    case 'look':
      return await atItsEnd(hand);
    case 'watch':
      return await watch(hand, step.until);
    case 'close':
      return await close(hand, step.reason);
    case 'clear':
      return await finishClearing(hand);
    case 'give-up-clearing':
      return await finishClearing(hand, 'give-up');
    case 'release':
      return await release(hand);
    default:
      return step satisfies never;
  }
}

async function release({ deps, work, meeting, now }: Hand): Promise<undefined> {
  const { placement } = meeting;
  if (placement === undefined) return;
  // On other clusters too: a change of places that was never written may have held a slot there.
  for (const { config } of deps.callBridges.clusters)
    await deps.slots.release(config.name, [work.key, nextKey(work.key)]);
  const { cluster, number } = placement;
  await deps.slots.release(cluster, [work.key]);
  await deps.meetings.putPlacement(work.key, undefined, undefined, [
    { at: now, what: 'released', cluster, number },
  ]);
  await deps.invite(meeting.last.uid);
  await deps.freed();
}

/**
 * A start that all call bridges of its cluster refuse goes to the next cluster: at once where none of them is alive, else
 * after a second try. What may have begun on the first is known, and hung up as soon as it answers.
 */
async function elsewhere(hand: Hand, error: Error): Promise<boolean> {
  const { deps, meeting, work } = hand;
  const cluster = meeting.placement?.cluster ?? '';
  const clients = deps.callBridges.cluster(cluster)?.clients ?? [];
  const isDead = clients.every(
    ({ address }) =>
      deps.callBridges.health(address)?.state === 'down' || deps.callBridges.drained(address, Date.now()),
  );
  // Where nothing was written yet nothing counts the tries: the first seconds do.
  const openAt = (meeting.booked?.start ?? 0) - deps.settings.setup;
  const isFirst = meeting.run === undefined ? Date.now() < openAt + firstTries : !meeting.run.tries;
  if (!isDead && isFirst) return false;
  const present = await deps.meetings.load(work.key);
  if (present === undefined || !work.held) return false;
  const fresh = { ...hand, meeting: present, now: Date.now() };
  return await rehome(fresh, { to: 'cluster', reason: error.message, atOnce: true });
}

/** The step that could not be taken was taken. */
async function forgetTries({ deps, work }: Hand): Promise<void> {
  const { run } = (await deps.meetings.load(work.key)) ?? {};
  if (run?.tries === undefined) return;
  const { tries: _, ...rest } = run;
  await deps.meetings.saveRun(work.key, rest, work.lease);
}

/**
 * No call bridge could take the step: again as soon as one is back, else soon, then less often, for as long as the plan
 * wants it.
 */
async function retryLater(hand: Hand, { do: inHand }: Step, error: Error): Promise<number> {
  const { deps, work, meeting } = hand;
  const now = Date.now();
  const step = (error instanceof NoCallBridge ? error.step : undefined) ?? inHand;
  const tries = (meeting.run?.tries ?? 0) + 1;
  const wait = Math.min(1_000 * 2 ** Math.min(tries - 1, 4), longestWait);
  deps.log.warn({ key: work.key, step, reason: error.message, tries }, 'step will be repeated');
  if (tries === 1 || tries % 10 === 0) {
    await deps.meetings.note(work.key, [{ at: now, what: 'retrying', step, reason: error.message }]);
  }
  if (step === 'open' && meeting.booked !== undefined) {
    deps.metrics.startFailures.inc({ cluster: meeting.placement?.cluster ?? '' });
    const condition = notOpened(work.key, meeting.booked.start, error.message);
    await deps.tickets.settle(openingScope(work.key), [condition], now);
  }
  const failingFor = now - (meeting.booked?.start ?? now);
  // Once: the tries are never further apart than this.
  if (step === 'open' && failingFor >= givenUpAfter && failingFor < givenUpAfter + longestWait) {
    await deps.happened(meeting.last.uid, 'failing');
  }
  const fresh = await deps.meetings.load(work.key);
  if (fresh?.run !== undefined) await deps.meetings.saveRun(work.key, { ...fresh.run, tries }, work.lease);
  const cluster = fresh?.run?.cluster ?? fresh?.placement?.cluster ?? '';
  while (Date.now() < now + wait && !deps.callBridges.isAnyBack(cluster, now)) {
    if ((await work.waitUntil(Date.now() + lookForReturn)) !== 'time') break;
  }
  return Date.now();
}
