/** Tries the provider by which people sign in to the admin listener: that it answers, and takes us for who we say we are. */
import { type Finding, failed, ok } from './check-report.ts';
import type { Config } from './config.ts';
import { SignInFault } from './http/sign-in/provider-fault.ts';
import { providerOf } from './signing-in.ts';

/** Nothing where there is no provider. */
export async function checkSignIn(config: Pick<Config, 'signIn' | 'http' | 'proxy'>): Promise<Finding[]> {
  const closers: (() => Promise<unknown>)[] = [];
  const provider = providerOf(config, closers);
  if (provider === undefined) return [];
  const what = `sign-in with ${provider.name}`;
  try {
    await provider.tryOut();
    return [ok(what, `answers; it has to know ${config.http.admin.url}/sign-in/callback as a redirect URI`)];
  } catch (error) {
    if (!(error instanceof SignInFault)) throw error;
    return [faultOf(what, error)];
  } finally {
    for (const close of closers) await close();
  }
}

function faultOf(what: string, { kind, reason }: SignInFault): Finding {
  switch (kind) {
    case 'unreachable':
      return failed(
        what,
        `does not answer (${reason})`,
        'see that this machine reaches signIn.issuer, or the login address of Entra ID, and knows its certificate (signIn.ca)',
      );
    case 'refused':
      return failed(
        what,
        `does not take us for the application (${reason})`,
        'mend signIn.clientId, and signIn.clientSecret or signIn.clientCertificate: the value of the secret, not its ID',
      );
    case 'garbled':
      return failed(
        what,
        `answers, but not as the provider of this name (${reason})`,
        'mend signIn.issuer or signIn.tenantId: it is the one in its own discovery document, to the letter',
      );
    default:
      return kind satisfies never;
  }
}
