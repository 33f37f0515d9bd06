/** From what a provider says of somebody to who they are here: their name, and the highest role that they have. */
import type { SignInConfig } from '../../config-signin.ts';
import { type UserRole, userRoles } from '../rights.ts';
import type { Claims } from './provider.ts';

export interface Person {
  /** The same at each sign-in, and nobody else's. */
  readonly subject: string;
  readonly name: string;
  readonly role: UserRole;
}

export type Stranger = { readonly name: string; readonly why: 'no-role' | 'too-many-groups' };

/** App roles stand in `roles`, groups in `groups`. */
export function personOf(claims: Claims, roles: SignInConfig['roles']): Person | Stranger {
  const name = nameOf(claims);
  const holds = [...textsOf(claims.roles), ...textsOf(claims.groups)];
  const role = userRoles.findLast((one) => roles[one].some((holder) => holds.includes(holder)));
  if (role !== undefined) return { subject: `${claims.iss} ${claims.sub}`, name, role };
  return { name, why: hasTooManyGroups(claims) ? 'too-many-groups' : 'no-role' };
}

export function isStranger(one: Person | Stranger): one is Stranger {
  return 'why' in one;
}

/** What timelines have: the address by which people know each other. It says who did something, never what they may. */
function nameOf({ preferred_username, email, name, sub }: Claims): string {
  const names = [preferred_username, email, name, sub];
  const found =
    names.find((one): one is string => typeof one === 'string' && one.trim() !== '') ?? 'somebody';
  return found.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '').slice(0, 100);
}

/**
 * Over 200 groups, and Entra ID names none of them:
 * https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference#groups-overage-claim
 */
function hasTooManyGroups({ _claim_names: names, hasgroups }: Claims): boolean {
  return hasgroups === true || (typeof names === 'object' && names !== null && 'groups' in names);
}

function textsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((one) => typeof one === 'string') : [];
}
