/**
 * Tries the address that Graph calls, as far as this machine can see it: the validation handshake by the configured way,
 * else whether a Roombridge listens here at all.
 */
import { randomUUID, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { Agent, type Dispatcher, fetch } from 'undici';
import { type Finding, failed, ok, warning } from './check-report.ts';
import { describeExpiry, describeUnreachable } from './check-unreachable.ts';
import { describeTlsFailure } from './cms/connection-failure.ts';
import type { Config, TlsConfig } from './config.ts';
import { doorPaths } from './http/public/door.ts';
import { createDispatcher } from './outbound.ts';

/** Milliseconds for one handshake; Graph itself waits ten seconds. */
const deadline = 4_000;
const what = 'notification address';

type Shaken =
  | { readonly kind: 'shaken' }
  /** Something answered, and not as a Roombridge does. */
  | { readonly kind: 'strange'; readonly said: string }
  | { readonly kind: 'silent'; readonly error: unknown };

export interface NotificationsDeps {
  /** Trusts `graph.ca`, too. */
  readonly dispatcher: Dispatcher;
  /** How many living subscriptions call the address; undefined when nobody could say. */
  readonly callers: Promise<number | undefined>;
}

export async function checkNotifications(config: Config, deps: NotificationsDeps): Promise<Finding[]> {
  const [finding, squatter] = await address(config, deps);
  return [finding, ...squatter, ...ownCertificates(config)];
}

async function address(config: Config, deps: NotificationsDeps): Promise<[Finding, Finding[]]> {
  const { graph, proxy } = config;
  const { notificationUrl, apiUrl } = graph;
  const { host, hostname } = new URL(notificationUrl);
  const [seen, here] = await Promise.all([handshakes(notificationUrl, deps.dispatcher), listensHere(config)]);
  const squatter = here?.kind === 'strange' ? [taken(config, here.said)] : [];
  const runs = here?.kind === 'shaken' || seen.kind === 'shaken';
  const callers = (await deps.callers) ?? 0;
  const known =
    callers === 0
      ? ''
      : `; Graph has called it for ${callers} living subscription${callers === 1 ? '' : 's'}`;
  const settled = (finding: Finding): [Finding, Finding[]] => [finding, squatter];

  if (isMicrosofts(apiUrl) && /^(localhost|127\.[\d.]+|\[::1\])$/i.test(hostname)) {
    const remedy = 'enter in graph.notificationUrl the name by which Microsoft reaches this machine';
    return settled(failed(what, `${host} is this machine itself for whoever asks`, remedy));
  }
  if (seen.kind === 'shaken') {
    const well = `${host}: a running Roombridge answers the validation handshake here${known}`;
    const private_ = isMicrosofts(apiUrl) && (await needsOurAuthority(config));
    if (!private_) return settled(ok(what, well));
    const detail = `${well}, but its certificate is trusted through graph.ca only`;
    return settled(warning(what, detail, 'see that Microsoft is shown a certificate that it trusts'));
  }
  if (seen.kind === 'silent') {
    const fault = describeTlsFailure(seen.error);
    // Other failures of the handshake are those of a proxy with nobody behind it.
    if (fault?.startsWith('its certificate')) {
      const owner =
        config.http.public.tls === undefined ? 'what ends TLS before Roombridge' : 'http.public.tls';
      const remedy = `give ${owner} a certificate for ${hostname} that Microsoft trusts, with its whole chain`;
      return settled(failed(what, `${host}: ${fault}`, remedy));
    }
  }
  const where = { addressKey: 'graph.notificationUrl', caKey: 'graph.ca', proxy };
  // A name that this machine's DNS does not know may well be known outside.
  const said = seen.kind === 'strange' ? seen.said : describeUnreachable(seen.error, where).detail;
  if (runs && seen.kind === 'strange') {
    const remedy = 'let what is before Roombridge pass POST /graph/ on unchanged and without a sign-in';
    return settled(failed(what, `${host}: Roombridge runs here, but ${said}`, remedy));
  }
  const { port } = config.http.public;
  if (runs) {
    const detail = `${host} could not be tried from outside; Roombridge runs here, but from here ${said}${known}`;
    return settled(
      warning(what, detail, `see that it leads from the internet to port ${port} of this machine`),
    );
  }
  const detail = `${host} could not be tried from outside: no Roombridge runs here (from here ${said})${known}`;
  return settled(warning(what, detail, 'start Roombridge and check again beside it'));
}

/** Both paths must answer, as Graph tries both. */
async function handshakes(url: string, dispatcher: Dispatcher): Promise<Shaken> {
  const all = await Promise.all(doorPaths.map((path) => shake(`${url}${path}`, path, dispatcher)));
  return all.find(({ kind }) => kind !== 'shaken') ?? { kind: 'shaken' };
}

async function shake(url: string, path: string, dispatcher: Dispatcher): Promise<Shaken> {
  const token = `Validation: roombridge check ${randomUUID()}`;
  try {
    const answer = await fetch(`${url}?validationToken=${encodeURIComponent(token)}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'manual',
      signal: AbortSignal.timeout(deadline),
      dispatcher,
    });
    const text = await answer.text();
    const plain = /^text\/plain\b/i.test(answer.headers.get('content-type') ?? '');
    if (answer.status === 200 && plain && text === token) return { kind: 'shaken' };
    const else_ = answer.status === 200 ? ', but not with the token as plain text' : '';
    return { kind: 'strange', said: `${path} is answered ${answer.status}${else_}` };
  } catch (error) {
    // fetch itself says no more than "fetch failed".
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { kind: 'silent', error: timedOut ? new Error(`no answer within ${deadline} ms`) : cause };
  }
}

/**
 * What answers at our own port, by whatever name, if it shows the certificate that is configured; undefined where the port
 * is any free one.
 */
async function listensHere({ http: { public: own } }: Config): Promise<Shaken | undefined> {
  if (own.port === 0) return undefined;
  const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
  const host = everywhere[own.host] ?? (own.host.includes(':') ? `[${own.host}]` : own.host);
  const trust = own.tls && { ca: own.tls.certificate, allowPartialTrustChain: true };
  const dispatcher = new Agent({
    connect: { ...trust, checkServerIdentity: () => undefined, timeout: 2_000 },
  });
  try {
    const seen = await handshakes(
      `http${own.tls === undefined ? '' : 's'}://${host}:${own.port}`,
      dispatcher,
    );
    return seen.kind === 'silent' ? byItsCertificate(seen, own.tls) : seen;
  } finally {
    await dispatcher.destroy();
  }
}

/** Somebody else, where a certificate was shown that is not ours; one that is over may be anybody's while ours is over. */
function byItsCertificate(seen: Shaken & { readonly kind: 'silent' }, own: TlsConfig | undefined): Shaken {
  const isOfCertificate = describeTlsFailure(seen.error)?.startsWith('its certificate') === true;
  if (own === undefined || !isOfCertificate) return seen;
  if (describeExpiry(own.certificate, Date.now())?.over) return seen;
  return { kind: 'strange', said: 'it shows another certificate than that of http.public.tls' };
}

function taken({ http: { public: own } }: Config, said: string): Finding {
  const detail = `another program has port ${own.port} of ${own.host}: ${said}`;
  return failed('http.public', detail, 'end that program, or enter another port in http.public.port');
}

/** Whether the certificate is trusted only because of `graph.ca`, which Microsoft does not know. */
async function needsOurAuthority({ graph, proxy }: Config): Promise<boolean> {
  if (graph.ca === undefined) return false;
  const dispatcher = createDispatcher({ proxy, connections: 2, connectTimeout: 2_000 });
  try {
    const seen = await handshakes(graph.notificationUrl, dispatcher);
    return seen.kind === 'silent' && describeTlsFailure(seen.error) !== undefined;
  } finally {
    await dispatcher.destroy();
  }
}

/** Only what is wrong with it: what is served is seen at the address. */
function ownCertificates({ graph, http }: Config): Finding[] {
  const findings = [
    ...expiryOf('http.public.tls', http.public.tls),
    ...expiryOf('http.admin.tls', http.admin.tls),
  ];
  if (http.public.tls === undefined) return findings;
  const { hostname } = new URL(graph.notificationUrl);
  const certificate = new X509Certificate(http.public.tls.certificate);
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  const fits = isIP(bare) === 0 ? certificate.checkHost(bare) : certificate.checkIP(bare);
  if (fits !== undefined) return findings;
  const detail = `its certificate is for ${certificate.subjectAltName ?? 'no host name'}, not for ${hostname}`;
  const remedy = 'that is well only where something before it ends TLS with another one';
  return [...findings, warning('http.public.tls', detail, remedy)];
}

function expiryOf(name: string, tls: TlsConfig | undefined): Finding[] {
  const expiry = tls && describeExpiry(tls.certificate, Date.now());
  if (expiry === undefined) return [];
  const remedy = 'put a new certificate in its place: a running Roombridge takes it in by itself';
  return [(expiry.over ? failed : warning)(name, `its certificate: ${expiry.detail}`, remedy)];
}

function isMicrosofts(apiUrl: string): boolean {
  return /(^|\.)(microsoft\.(com|us)|chinacloudapi\.cn)$/i.test(new URL(apiUrl).hostname);
}
