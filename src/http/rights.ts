/** Who asks, and what they may: each role may what those before it may. */

export const userRoles = ['viewer', 'operator', 'administrator'] as const;

/**
 * - `viewer`: sees everything that administrators see
 * - `operator`: also changes what becomes of meetings and of call bridges
 * - `administrator`: also queues, and what others may
 */
export type UserRole = (typeof userRoles)[number];

/** What a route asks for. */
export type Needs = 'anyone' | UserRole;

export interface Asker {
  /** As timelines and the audit have it; undefined where nobody signs in, so that they have to say it. */
  readonly name: string | undefined;
  readonly role: UserRole;
  /** How that is known; undefined where nobody signs in. */
  readonly how?: 'provider' | 'local' | 'token' | 'machine';
  /** Epoch milliseconds, at the latest. */
  readonly ends?: number;
  /** Whether it is so still; looked at by what goes on for long. */
  still?(): Promise<boolean>;
}

/** Who reaches a listener on which nobody signs in. */
export const whoeverIsHere: Asker = { name: undefined, role: 'administrator' };

export function may(asker: Asker | undefined, needs: Needs): boolean {
  if (needs === 'anyone') return true;
  return asker !== undefined && userRoles.indexOf(asker.role) >= userRoles.indexOf(needs);
}
