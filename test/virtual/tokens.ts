/** Signed in to the simulated tenant without MSAL, which has a time of its own. */
import { type Dispatcher, fetch } from 'undici';
import type { Config } from '../../src/config.ts';

/** What a `GraphClient` asks for tokens. A sign-in that failed is tried again when the next one is wanted. */
export function tokensOf({ graph }: Config, dispatcher: Dispatcher) {
  let held: Promise<string> | undefined;
  const acquire = async (): Promise<string> => {
    const { tenantId, clientId, credential, loginUrl } = graph;
    const answer = await fetch(`${loginUrl}/${tenantId}/oauth2/v2.0/token`, {
      ...{ method: 'POST', dispatcher, signal: AbortSignal.timeout(10_000) },
      body: new URLSearchParams({
        client_id: clientId,
        client_secret: credential.kind === 'secret' ? credential.secret : '',
        grant_type: 'client_credentials',
        scope: 'https://graph.microsoft.com/.default',
      }),
    });
    const { access_token } = (await answer.json()) as { access_token?: string };
    if (access_token === undefined) throw new Error(`no token from ${loginUrl}: ${answer.status}`);
    return access_token;
  };
  return {
    token: () =>
      (held ??= acquire().catch((error: unknown) => {
        held = undefined;
        throw error;
      })),
    forget: () => {
      held = undefined;
    },
  };
}
