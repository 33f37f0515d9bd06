/** What is known of a call bridge beside its health: how loaded it is, what it complains of, how its database and clock are. */

/** Epoch milliseconds throughout; undefined where the release does not say, or nobody could ask. */
export interface CallBridgeFacts {
  /** When it was asked. */
  readonly at: number;
  /** In the bridge's own units. */
  readonly load?: { readonly now: number; readonly limit?: number };
  readonly participantLimit?: number;
  readonly alarms?: readonly AlarmFact[];
  readonly database?: DatabaseFact;
  readonly licenses?: readonly {
    readonly feature: string;
    readonly status: string;
    readonly expiry?: string;
  }[];
  readonly certificate?: CertificateFact;
}

export interface AlarmFact {
  readonly type: string;
  readonly since?: number;
  readonly reason?: string;
  readonly about?: string;
}

export interface DatabaseFact {
  readonly isClustered: boolean;
  /** Whether the node that this call bridge uses has all that the master has. */
  readonly isInSync: boolean;
  /** Why it is not. */
  readonly why?: string;
}

/** As it was shown at the last connection that was made. */
export interface CertificateFact {
  readonly validTo: number;
  readonly issuer: string;
  /** Host names and IP addresses. */
  readonly names: readonly string[];
}

/** The bridge tells whole seconds, and tells them up to some seconds late (4 s were seen). */
const lagOfClock = 6_000;

/**
 * By how many milliseconds at least the clock of a call bridge is ahead of ours (behind, if negative); 0 where what it told
 * can be explained by its being late. `began` and `ended` of the request that asked for it, by our clock.
 */
export function clockOffset(told: number, { began, ended }: { began: number; ended: number }): number {
  if (told > ended) return told - ended;
  return Math.min(0, told + lagOfClock - began);
}

export interface DatabaseSeen {
  readonly isClustered: boolean;
  readonly error: string | undefined;
  readonly inUse: string | undefined;
  readonly nodes: readonly {
    readonly hostname: string;
    readonly isUp: boolean | undefined;
    readonly behind: number | undefined;
  }[];
}

/** A peer that is down is its own affair; what counts is the node that this call bridge works with. */
export function databaseFact({ isClustered, error, inUse, nodes }: DatabaseSeen): DatabaseFact {
  if (!isClustered) return { isClustered, isInSync: true };
  const why = error || whyBehind(inUse, nodes);
  return { isClustered, isInSync: why === undefined, ...(why === undefined ? {} : { why }) };
}

function whyBehind(inUse: string | undefined, nodes: DatabaseSeen['nodes']): string | undefined {
  if (inUse === undefined || inUse === '') return 'it is connected to no node of its database';
  const node = nodes.find(({ hostname }) => hostname === inUse);
  if (node === undefined) return undefined;
  if (node.isUp === false) return `the node ${inUse}, which it uses, is down`;
  if (node.behind === undefined) return `how far the node ${inUse} is behind is not known`;
  return node.behind > 0 ? `the node ${inUse} is ${node.behind} bytes behind` : undefined;
}
