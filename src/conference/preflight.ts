/** The look ahead of a start: when it is due, and what must be done about what it finds. */
import type { Meeting } from './meeting.ts';

/** Milliseconds. */
export interface PreflightSettings {
  /** Between the end of a meeting's setup and the first look; 0 for none. */
  readonly early: number;
  readonly lead: number;
}

/** `drained`: administrators have taken the whole cluster out, whenever the start may be. */
export type Stage = 'early' | 'lead' | 'drained';

/** What is known of the looks ahead of one start in one place; void for any other start or place. Epoch ms. */
export interface Preflight {
  readonly start: number;
  readonly cluster: string;
  readonly number: string;
  /** The last look that is behind us. */
  readonly done?: 'early' | 'lead';
  /** What was found is looked at again, since it may pass, or nobody else could take the meeting. */
  readonly failing?: { readonly what: Trouble['what']; readonly since: number; readonly again: number };
}

export interface Trouble {
  readonly what: 'call-bridge' | 'capacity' | 'slot' | 'profiles' | 'drained';
  readonly reason: string;
}

/** Without requests, but it takes a moment to be handed on to a worker. */
const shortestLead = 3_000;
/** The first looks of what starts at one moment are spread over a fifth of the time, at most over this. */
const longestSpread = 180_000;
/** What may pass is given this long, or a fifth of the time. */
const longestPatience = 60_000;
/** Until what nobody else could take is tried again; what a drain leaves without a place may be much. */
const nowhereAgain = 60_000;
const drainedAgain = 300_000;

/** Of a meeting that waits for its setup at `openAt`: the next look and when, or undefined when all are behind us. */
export function nextLookAhead(
  meeting: Pick<Meeting, 'key' | 'placement' | 'preflight'>,
  { start }: { readonly start: number },
  openAt: number,
  now: number,
  { early, lead }: PreflightSettings,
  isOut: boolean,
): { readonly stage: Stage; readonly at: number } | undefined {
  const { key, placement } = meeting;
  if (placement === undefined) return undefined;
  const known = knownOf(meeting, start);
  const again = known?.failing?.again ?? now;
  const leadAt = openAt - Math.max(lead, shortestLead);
  if (isOut && again < leadAt) return { stage: 'drained', at: Math.max(now, again) };
  if (known?.done === undefined && early > 0 && now < leadAt) {
    const earlyAt = openAt - early + shareOf(key) * Math.min(early / 5, longestSpread);
    const at = Math.max(Math.ceil(earlyAt), again);
    if (at < leadAt) return { stage: 'early', at };
  }
  return known?.done === 'lead' ? undefined : { stage: 'lead', at: leadAt };
}

/** What is recorded, if it is of this start and place. */
export function knownOf(
  { placement, preflight }: Pick<Meeting, 'placement' | 'preflight'>,
  start: number | undefined,
): Preflight | undefined {
  if (preflight === undefined || placement === undefined || preflight.start !== start) return undefined;
  return preflight.cluster === placement.cluster && preflight.number === placement.number
    ? preflight
    : undefined;
}

/** From 0 to 1, the same for the same key: FNV-1a. */
function shareOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193) >>> 0;
  return hash / 0x1_0000_0000;
}

export interface Found {
  readonly callBridges: readonly {
    readonly address: string;
    readonly isDown: boolean;
    readonly isDrained: boolean;
    readonly why?: string | undefined;
  }[];
  /** Why its cluster has no room for it; undefined where it has, or does not say. */
  readonly full?: string | undefined;
  readonly slot: SlotFound;
}

/**
 * - `unknown`: nobody could be asked, which says nothing against the slot
 * - `absent`: its space was deleted
 * - `foreign`: another space answers to its number
 * - `open`: somebody has opened or renamed it, and nobody is in
 * - `occupied`: somebody is in, or may be
 * - `profiles`: it does not have the profiles of scheduled meetings
 */
export type SlotFound =
  | { readonly is: 'well' | 'unknown' }
  | { readonly is: 'absent' | 'foreign' | 'open' | 'occupied' | 'profiles'; readonly reason: string };

export type Verdict =
  /** With a trouble that a start overcomes by itself. */
  | { readonly do: 'pass'; readonly trouble?: Trouble }
  | { readonly do: 'repair'; readonly how: 'make' | 'lock' | 'profiles'; readonly trouble: Trouble }
  | { readonly do: 'move'; readonly to: 'slot' | 'cluster'; readonly trouble: Trouble }
  | { readonly do: 'wait'; readonly until: number; readonly trouble: Trouble };

/** What is to be done about what was found. */
export function judge(
  { callBridges, full, slot }: Found,
  stage: Stage,
  known: Preflight | undefined,
  now: number,
  { early }: PreflightSettings,
): Verdict {
  const left = callBridges.filter(({ isDrained }) => !isDrained);
  if (left.length === 0) {
    const reason = 'all call bridges of its cluster are drained';
    return { do: 'move', to: 'cluster', trouble: { what: 'drained', reason } };
  }
  const [preferred] = left;
  if (left.every(({ isDown }) => isDown)) {
    const trouble: Trouble = { what: 'call-bridge', reason: left.map(reasonOf).join('; ') };
    return unlessItPasses('cluster', trouble, stage, known, now, early);
  }
  if (full !== undefined) return { do: 'move', to: 'cluster', trouble: { what: 'capacity', reason: full } };
  switch (slot.is) {
    case 'absent':
      return { do: 'repair', how: 'make', trouble: { what: 'slot', reason: slot.reason } };
    case 'open':
      return { do: 'repair', how: 'lock', trouble: { what: 'slot', reason: slot.reason } };
    case 'profiles':
      return { do: 'repair', how: 'profiles', trouble: { what: 'profiles', reason: slot.reason } };
    case 'occupied': {
      const trouble: Trouble = { what: 'slot', reason: slot.reason };
      return unlessItPasses('slot', trouble, stage, known, now, early);
    }
    case 'foreign':
      return { do: 'move', to: 'slot', trouble: { what: 'slot', reason: slot.reason } };
    case 'well':
    case 'unknown':
      return preferred?.isDown === true
        ? { do: 'pass', trouble: { what: 'call-bridge', reason: reasonOf(preferred) } }
        : { do: 'pass' };
    default:
      return slot satisfies never;
  }
}

/** Whoever still talks in the slot may leave, and what is silent may speak again; at the lead there is no time for it. */
function unlessItPasses(
  to: 'slot' | 'cluster',
  trouble: Trouble,
  stage: Stage,
  known: Preflight | undefined,
  now: number,
  early: number,
): Verdict {
  const since = known?.failing?.what === trouble.what ? known.failing.since : now;
  const until = since + Math.min(early / 5, longestPatience);
  return stage === 'early' && now < until ? { do: 'wait', until, trouble } : { do: 'move', to, trouble };
}

function reasonOf({ address, why }: { readonly address: string; readonly why?: string | undefined }): string {
  return why ?? `${address} does not answer`;
}

/** What is recorded of a look whose verdict was carried out, or could not be: `nowhere`. */
export function recordOf(
  meeting: Pick<Meeting, 'placement' | 'preflight'> & { readonly booked: { readonly start: number } },
  stage: Stage,
  verdict: Verdict,
  now: number,
): Preflight | undefined {
  const { booked, placement } = meeting;
  if (placement === undefined) return undefined;
  const { cluster, number } = placement;
  const place = { start: booked.start, cluster, number };
  const known = knownOf(meeting, booked.start);
  const before = known?.done === undefined ? {} : { done: known.done };
  if (verdict.do === 'pass' || verdict.do === 'repair') {
    return { ...place, done: stage === 'lead' ? 'lead' : 'early' };
  }
  // At the lead there is no time left: the start tries what it can.
  if (stage === 'lead') return { ...place, done: 'lead' };
  const { what } = verdict.trouble;
  const since = known?.failing?.what === what ? known.failing.since : now;
  const later = now + (stage === 'drained' ? drainedAgain : nowhereAgain);
  const again = verdict.do === 'wait' ? verdict.until : later;
  return { ...place, ...before, failing: { what, since, again } };
}

/** Whether this trouble is on the timeline already. */
export function isNoted(known: Preflight | undefined, { what }: Trouble): boolean {
  return known?.failing?.what === what;
}
