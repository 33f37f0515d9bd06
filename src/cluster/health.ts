/**
 * The health of a call bridge, from what was seen of it. One failure makes it doubtful, so that the next start goes
 * elsewhere at once; a second one makes it down; it comes back by spaced good answers, more of them when it went down soon
 * after it had come back, so that one that comes and goes does not swing between up and down.
 */

export type HealthState = 'up' | 'doubtful' | 'down';

/**
 * Why a call bridge is not up:
 * - `unreachable`: no answer (refused, reset, timed out, the answer broken off)
 * - `busy`: it asks us to come back (503, its database is not ready)
 * - `credentials`: it refuses ours
 * - `certificate`: its certificate is not trusted, has expired or is for another name
 * - `garbled`: it answers what a call bridge does not say (a proxy's page, broken XML, a bare 500)
 */
export type Cause = 'unreachable' | 'busy' | 'credentials' | 'certificate' | 'garbled';

/** What a call bridge says of itself each time it is asked; bit rates in bit/s. */
export interface StatusFacts {
  readonly softwareVersion?: string;
  readonly uptimeSeconds?: number;
  readonly callLegsActive?: number;
  /** Since its start, as are those completed. */
  readonly callLegsMaxActive?: number;
  readonly callLegsCompleted?: number;
  readonly audioBitRateOutgoing?: number;
  readonly audioBitRateIncoming?: number;
  readonly videoBitRateOutgoing?: number;
  readonly videoBitRateIncoming?: number;
  /** Milliseconds by which its clock is ahead of ours at least; see `clockOffset`. */
  readonly clockOffset?: number;
}

/** Times are epoch milliseconds by the clock of the process that has seen it. */
export interface Health extends StatusFacts {
  readonly state: HealthState;
  /** Since when it is so. */
  readonly since: number;
  /** When it was last seen, whatever came of it. */
  readonly at: number;
  /** Why it is not up, in words for people. */
  readonly why?: string;
  readonly cause?: Cause;
  /** When it last answered anything at all, a refusal included. */
  readonly answeredAt?: number;
  /** While it is not up: what speaks against it and for it. */
  readonly trial?: Trial;
  /** When it last came back from down, and how many good answers that took. */
  readonly returned?: { readonly at: number; readonly needed: number };
}

export interface Trial {
  /** Weighed failures; `weightOfDown` makes it down. */
  readonly strikes: number;
  /** When the last of them fell. */
  readonly struckAt?: number;
  /** Good answers that were `spacing` apart, since the last failure. */
  readonly good: number;
  readonly goodAt?: number;
  /** So many bring it up again. */
  readonly needed: number;
}

/** One request to a call bridge: how it ended. Epoch milliseconds. */
export interface Observation {
  /** When the request was begun: a failure of one that was on its way already confirms nothing. */
  readonly began: number;
  readonly at: number;
  /** Set when it speaks against the call bridge. */
  readonly fault?: { readonly cause: Cause; readonly why: string };
  /** Another process has seen the fault, not this one: a reason to doubt, and to look oneself. */
  readonly hearsay?: boolean;
  readonly status?: StatusFacts;
}

/** Good answers closer together than this count as one. */
export const spacing = 900;
const weightOfDown = 4;
/** Busy is an answer: it takes four of them in a row to be taken for down. */
const weights: Readonly<Record<Cause, number>> = {
  unreachable: 2,
  credentials: 2,
  certificate: 2,
  garbled: 2,
  busy: 1,
};
const neededAtFirst = 2;
const neededAtMost = 6;
/** One that goes down within this time after it came back has to answer well so much more often than the last time. */
const calmAfter = 30_000;
const neededMore = 2;

/** What is to be thought of a call bridge after one more observation. Pure; never looks at a clock. */
export function judge(before: Health | undefined, seen: Observation): Health {
  return seen.fault === undefined ? afterAnswer(before, seen) : afterFault(before, seen, seen.fault);
}

function afterAnswer(before: Health | undefined, { at, status }: Observation): Health {
  const { trial, why, cause, returned, ...rest } = before ?? { since: at };
  const known = { ...rest, ...status, at, answeredAt: at };
  const keep = returned === undefined ? {} : { returned };
  if (trial === undefined) return { ...known, ...keep, state: 'up' };
  const spaced = trial.goodAt === undefined || at - trial.goodAt >= spacing;
  const good = trial.good + (spaced ? 1 : 0);
  if (good >= trial.needed) {
    const came = trial.strikes < weightOfDown ? keep : { returned: { at, needed: trial.needed } };
    return { ...known, ...came, state: 'up', since: at };
  }
  return {
    ...known,
    ...keep,
    state: 'doubtful',
    since: before?.state === 'doubtful' ? before.since : at,
    trial: { ...trial, good, ...(spaced ? { goodAt: at } : {}) },
    ...(why === undefined ? {} : { why }),
    ...(cause === undefined ? {} : { cause }),
  };
}

function afterFault(
  before: Health | undefined,
  { at, began, hearsay = false }: Observation,
  { cause, why }: NonNullable<Observation['fault']>,
): Health {
  const state = before?.state ?? 'up';
  if (hearsay) {
    if (state !== 'up') return before as Health;
    const trial = { strikes: 0, good: 0, needed: 1 };
    return { ...before, state: 'doubtful', since: at, at: before?.at ?? at, why, cause, trial };
  }
  const { trial } = before ?? {};
  // What was on its way already when a failure was seen has met the same mishap, and confirms nothing.
  const sameMishap = trial?.struckAt !== undefined && began <= trial.struckAt;
  const strikes = (trial?.strikes ?? 0) + (sameMishap ? 0 : weights[cause]);
  const struckAt = sameMishap ? trial.struckAt : at;
  const next = strikes >= weightOfDown || state === 'down' ? 'down' : 'doubtful';
  return {
    ...before,
    state: next,
    since: before !== undefined && next === state ? before.since : at,
    at,
    why,
    cause,
    ...(cause === 'unreachable' ? {} : { answeredAt: at }),
    trial: {
      strikes: Math.min(strikes, weightOfDown),
      struckAt,
      good: 0,
      needed:
        next === 'doubtful' || state === 'down' ? (trial?.needed ?? neededAtFirst) : neededAfter(before, at),
    },
  };
}

function neededAfter(before: Health | undefined, at: number): number {
  const { returned, trial } = before ?? {};
  const least = Math.max(neededAtFirst, trial?.needed ?? 0);
  if (returned === undefined || at - returned.at > calmAfter) return least;
  return Math.max(least, Math.min(returned.needed + neededMore, neededAtMost));
}

/** No answer for so long, in milliseconds, and down: what ran on it may be taken to be gone. */
const lostAfter = 5_000;

/**
 * Whether what ran on a call bridge may be brought up elsewhere. Down is enough to start nothing there; it is not enough
 * to give up what runs there:
 * - one that answers anything at all (busy, our credentials refused, another certificate, nonsense) lives, and people are
 *   talking on it; only silence counts, and only one that has lasted: its web service alone may be starting anew;
 * - each process sees its own network. As long as one that lives reaches the call bridge, or is not sure, it is ours that
 *   is cut off, and the people in the conference notice nothing. So all that look at it must have found it silent. Each
 *   judges by its own clock; only the verdicts are compared.
 */
export function isSilent(health: Health | undefined, now: number): boolean {
  if (health?.state !== 'down' || health.cause !== 'unreachable') return false;
  return now - (health.answeredAt ?? health.since) >= lostAfter;
}

/** What all processes together say of a call bridge: doubtful where they differ. */
export function together(views: readonly Health[]): Health | undefined {
  const [first, ...others] = [...views].sort((a, b) => b.at - a.at);
  if (first === undefined) return undefined;
  const dissent = others.find(({ state }) => state !== first.state);
  if (dissent === undefined) return { ...first, since: Math.min(...views.map(({ since }) => since)) };
  const bad = first.state === 'up' ? dissent : first;
  return {
    ...first,
    state: 'doubtful',
    since: Math.max(first.since, dissent.since),
    ...(bad.why === undefined ? {} : { why: bad.why }),
    ...(bad.cause === undefined ? {} : { cause: bad.cause }),
  };
}

export interface Order {
  readonly health: ReadonlyMap<string, Health>;
  /**
   * Goes before all unless it is down: what runs there stays there as long as it can, whether it is drained or one of its
   * answers has failed.
   */
  readonly first?: string | undefined;
  /** Taken out of service: the very last. */
  readonly drained?: ReadonlySet<string> | undefined;
}

const ranks: Readonly<Record<HealthState, number>> = { up: 1, doubtful: 3, down: 5 };

/**
 * The call bridges in the order in which a step tries them: those that are up by preference, then the doubtful ones, then
 * those that are down, because a call bridge believed dead is still better than none.
 */
export function inOrder<T extends { readonly address: string }>(
  callBridges: readonly T[],
  { health, first, drained }: Order,
): T[] {
  const rank = ({ address }: T) => {
    const state = health.get(address)?.state ?? 'up';
    if (address === first) return state === 'down' ? ranks.down - 1 : 0;
    return drained?.has(address) ? ranks[state] + 10 : ranks[state];
  };
  return [...callBridges].sort((a, b) => rank(a) - rank(b));
}
