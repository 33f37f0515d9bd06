/** What a sign-in needs of others. All times are epoch milliseconds; what is held of a secret is its hash. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignInConfig } from '../../config-signin.ts';
import type { AuditPorts } from '../admin/audit-log.ts';
import type { HttpLog } from '../log.ts';
import type { UserRole } from '../rights.ts';
import type { Cookie } from './cookies.ts';
import type { Work } from './passwords.ts';
import type { Begun, Provider } from './provider.ts';

export interface Session {
  readonly subject: string;
  readonly name: string;
  readonly role: UserRole;
  readonly how: 'provider' | 'local';
}

interface SessionPorts {
  begin(hash: string, session: Session, now: number): Promise<void>;
  find(hash: string, now: number, isUse: boolean): Promise<(Session & { readonly ends: number }) | undefined>;
  end(hash: string): Promise<void>;
  endAllOf(subject: string): Promise<void>;
  list(now: number): Promise<(Session & { readonly since: number; readonly seen: number })[]>;
  /** Of all names unless one is given. @returns how many */
  endNamed(name: string | undefined, now: number): Promise<number>;
}

interface PendingPorts {
  put(hash: string, pending: Begun & { readonly to: string; readonly begun: number }): Promise<void>;
  take(hash: string, now: number): Promise<(Begun & { readonly to: string }) | undefined>;
}

interface AttemptPorts {
  /** @returns milliseconds to wait, or 0 */
  take(of: Readonly<Record<string, number>>, now: number): Promise<number>;
  succeed(of: string, also?: string): Promise<void>;
}

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: UserRole;
  readonly by: string;
  readonly made: number;
  readonly ends: number;
}

export interface ApiTokenPorts {
  add(hash: string, token: ApiToken): Promise<void>;
  find(hash: string, now: number): Promise<ApiToken | undefined>;
  list(now: number): Promise<(ApiToken & { readonly used?: number })[]>;
  remove(id: string): Promise<ApiToken | undefined>;
}

export interface LocalAccountPorts {
  /** The password's record; undefined where there is none. */
  password(name: string): Promise<string | undefined>;
  /** One more link ends the one before it. */
  invite(name: string, linkHash: string, ends: number): Promise<void>;
  isInvited(name: string, linkHash: string, now: number): Promise<boolean>;
  /** @returns false where the link is none (any more) */
  setPassword(name: string, linkHash: string, record: string, now: number): Promise<boolean>;
  list(): Promise<{ readonly name: string; readonly hasPassword: boolean }[]>;
  /** @returns whether there was one */
  remove(name: string): Promise<boolean>;
}

export interface SignInDeps {
  readonly config: Pick<SignInConfig, 'roles' | 'local'>;
  /** By which browsers reach the listener. */
  readonly url: string;
  readonly provider: Provider | undefined;
  readonly sessions: SessionPorts;
  readonly pending: PendingPorts;
  readonly attempts: AttemptPorts;
  readonly tokens: ApiTokenPorts;
  readonly accounts: LocalAccountPorts;
  /** Of the secret that commands on this machine read from their file. */
  readonly machineHash: string | undefined;
  /** Of passwords; as OWASP advises unless given. */
  readonly work?: Work;
  /** Where it is written down who came and went. */
  audit: AuditPorts['audit'];
  readonly log: HttpLog;
  /** `Date.now` unless given. */
  readonly now?: () => number;
}

/** What the routes of a sign-in share. */
export interface SignInScene extends SignInDeps {
  readonly now: () => number;
  readonly session: Cookie;
  readonly underWay: Cookie;
  /** Begins a session in a browser, instead of the one that it may have. */
  welcome(request: FastifyRequest, reply: FastifyReply, session: Session): Promise<void>;
  /** Into the audit log, of which nobody's sign-in depends. */
  note(request: FastifyRequest, by: string, said: Readonly<Record<string, unknown>>): Promise<void>;
}
