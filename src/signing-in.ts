/** The sign-in of a process, put together of what it is made of: provider, stores and the secret of this machine. */
import type { Redis } from 'ioredis';
import type { Config } from './config.ts';
import type { AuditPorts } from './http/admin/audit-log.ts';
import type { HttpLog } from './http/log.ts';
import { Provider } from './http/sign-in/provider.ts';
import { hashOf } from './http/sign-in/secrets.ts';
import { createSignIn, type SignIn } from './http/sign-in/sign-in.ts';
import { keepMachineToken } from './machine-token.ts';
import { createDispatcher } from './outbound.ts';
import { ApiTokenStore } from './redis/api-tokens.ts';
import { AttemptStore } from './redis/attempts.ts';
import { LocalAccountStore } from './redis/local-accounts.ts';
import { PendingSignInStore } from './redis/pending-sign-ins.ts';
import { SessionStore } from './redis/sessions.ts';

interface SigningInDeps {
  readonly config: Config;
  /** One that fails soon: somebody waits before a page. */
  readonly redis: Redis;
  readonly audit: AuditPorts['audit'];
  readonly log: HttpLog;
  readonly closers: (() => Promise<unknown>)[];
  readonly now?: () => number;
}

/** Of the listener's sign-in what there is to know, nothing where nobody signs in. */
export function signingIn({ config, redis, audit, log, closers, now }: SigningInDeps): {
  readonly signIn?: SignIn;
} {
  const { url, tokenFile } = config.http.admin;
  if (config.signIn === undefined || url === undefined) return {};
  const { sessions, roles, local } = config.signIn;
  const signIn = createSignIn({
    config: { roles, local },
    url,
    provider: providerOf(config, closers),
    sessions: new SessionStore(redis, sessions),
    pending: new PendingSignInStore(redis),
    attempts: new AttemptStore(redis),
    tokens: new ApiTokenStore(redis),
    accounts: new LocalAccountStore(redis),
    machineHash: tokenFile === undefined ? undefined : hashOf(keepMachineToken(tokenFile)),
    audit,
    log,
    ...(now && { now }),
  });
  return { signIn };
}

/** Undefined where there is none. What it opens the closers close. */
export function providerOf(
  { signIn, http, proxy }: Pick<Config, 'signIn' | 'http' | 'proxy'>,
  closers: (() => Promise<unknown>)[],
): Provider | undefined {
  const provider = signIn?.provider;
  if (provider === undefined) return undefined;
  const dispatcher = createDispatcher({
    proxy,
    ...(provider.ca === undefined ? {} : { ca: provider.ca }),
    connections: 4,
    connectTimeout: 2_000,
  });
  closers.push(() => dispatcher.destroy());
  return new Provider({ provider, dispatcher, redirect: `${http.admin.url}/sign-in/callback` });
}
