/** Asks the running product over its admin listener, on behalf of a command: on the same machine, or from anywhere. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { AdminListenerConfig } from './config-signin.ts';
import { readMachineToken } from './machine-token.ts';

/** Why the product could not be asked, or what it said no to; the message is for people. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}

/** A product that no configuration file tells of. */
export interface Elsewhere {
  /** Its origin: without a path, without a slash at the end. */
  readonly url: string;
  readonly token?: string;
  /** PEM text of authorities that vouch for it, beside those that Node knows. */
  readonly ca?: string;
}

/** Where the product is asked. */
export type Reach = (AdminListenerConfig | Elsewhere) & {
  /** Where its token was found, for who has to look there; ROOMBRIDGE_TOKEN unless given. */
  readonly tokenFrom?: string;
  /** For who cannot wait as long as it may take. */
  readonly signal?: AbortSignal;
};

type Method = 'GET' | 'POST' | 'DELETE';

/** Milliseconds without a word; the listener gives Redis five seconds. */
const patience = 10_000;

/**
 * The product's answer to a GET, or to a POST where there is a body, unless another method is given.
 * @param path with its leading slash, parts percent-encoded
 * @throws NotDone
 */
export async function askRunning(
  reach: Reach,
  path: string,
  body?: Readonly<Record<string, unknown>>,
  method: Method = body === undefined ? 'GET' : 'POST',
): Promise<unknown> {
  const target = await targetOf(reach);
  const answer = await sendTo(target, path, method, body);
  const said = parsed(await textOf(answer, target));
  if (isWell(answer) && said !== undefined) return said;
  throw refusal(target, answer, path, said);
}

/** The product's answer as it comes, for CSV that may be more than should be held at once. @throws NotDone */
export async function* streamRunning(reach: Reach, path: string): AsyncGenerator<string, void, void> {
  const target = await targetOf(reach);
  const answer = await sendTo(target, path, 'GET');
  if (isWell(answer) && answer.headers['content-type']?.startsWith('text/csv'))
    yield* piecesOf(answer, target);
  else throw refusal(target, answer, path, parsed(await textOf(answer, target)));
}

interface Target {
  readonly origin: string;
  /** As messages call it. */
  readonly called: string;
  readonly isHere: boolean;
  readonly token: string | undefined;
  readonly tls: RequestOptions;
  /** What is to be done about a 401. */
  readonly whyUnknown: string;
  readonly signal: AbortSignal | undefined;
}

async function targetOf(reach: Reach): Promise<Target> {
  if ('port' in reach) return await ofThisMachine(reach);
  const { url, token, tokenFrom = 'ROOMBRIDGE_TOKEN', ca, signal } = reach;
  const whyUnknown =
    token === undefined
      ? `${url} wants to know who asks: give an API token with --token-file FILE or in ROOMBRIDGE_TOKEN`
      : `${url} does not know the token in ${tokenFrom}: it is another one's, or has ended`;
  const authorities = ca === undefined ? {} : { ...(await builtInAnd(ca)), allowPartialTrustChain: true };
  return { origin: url, called: url, isHere: false, token, tls: authorities, whyUnknown, signal };
}

async function ofThisMachine(admin: AdminListenerConfig & Reach): Promise<Target> {
  if (admin.port === 0)
    throw new NotDone('http.admin.port is 0, so that nobody knows where the running product listens');
  const token = admin.token ?? (admin.tokenFile && readMachineToken(admin.tokenFile));
  const origin = originOf(admin);
  const whyUnknown = whyUnknownHere(admin, token);
  const tls = admin.tls === undefined ? {} : await certifiedBy(admin.tls.certificate, admin.url);
  const called = `${origin} (http.admin)`;
  return { origin, called, isHere: true, token, tls, whyUnknown, signal: admin.signal };
}

/** This machine's own address, where it listens at all of them. */
function originOf({ host, port, tls }: AdminListenerConfig): string {
  const own = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `${tls === undefined ? 'http' : 'https'}://${own.includes(':') ? `[${own}]` : own}:${port}`;
}

async function builtInAnd(ca: string): Promise<{ readonly ca: string[] }> {
  // Only where it is needed: it takes its time to load.
  const { rootCertificates } = await import('node:tls');
  return { ca: [...rootCertificates, ca] };
}

/** The certificate has to be for the name by which browsers know the product, whatever address it is asked at. */
async function certifiedBy(certificate: string, url = ''): Promise<Target['tls']> {
  const [{ checkServerIdentity }, { isIP }] = await Promise.all([import('node:tls'), import('node:net')]);
  const name = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    // A certificate of nobody that this machine knows vouches for itself: it is the one of the configuration.
    ...(await builtInAnd(certificate)),
    allowPartialTrustChain: true,
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_, shown) => checkServerIdentity(name, shown),
  };
}

/** Past every proxy. @returns once its headers have come */
async function sendTo(
  target: Target,
  path: string,
  method: Method,
  body?: Readonly<Record<string, unknown>>,
): Promise<IncomingMessage> {
  const text = body && JSON.stringify(body);
  const options: RequestOptions = {
    ...target.tls,
    method,
    timeout: patience,
    headers: {
      accept: '*/*',
      ...(target.token && { authorization: `Bearer ${target.token}` }),
      ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    },
    ...(target.signal && { signal: target.signal }),
  };
  const { request } = await (target.origin.startsWith('https:') ? import('node:https') : import('node:http'));
  return await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing: ClientRequest = request(target.origin + path, options, resolve);
    outgoing.on('timeout', () => outgoing.destroy(new Silence()));
    outgoing.on('error', (error) => reject(whyNot(target, error)));
    outgoing.end(text);
  });
}

class Silence extends Error {
  override readonly name = 'Silence';
}

async function textOf(answer: IncomingMessage, target: Target): Promise<string> {
  let text = '';
  for await (const piece of piecesOf(answer, target)) text += piece;
  return text;
}

async function* piecesOf(answer: IncomingMessage, target: Target): AsyncGenerator<string, void, void> {
  answer.setEncoding('utf8');
  try {
    yield* answer as AsyncIterable<string>;
  } catch (error) {
    throw whyNot(target, error);
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isWell({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function refusal(target: Target, { statusCode }: IncomingMessage, path: string, said: unknown): NotDone {
  if (statusCode === 401) return new NotDone(target.whyUnknown);
  const detail = typeof said === 'object' && said !== null && 'detail' in said ? said.detail : undefined;
  if (typeof detail === 'string') return new NotDone(detail);
  return new NotDone(
    `what answers at ${target.called} is not roombridge, or of another version: ${statusCode} to ${path}`,
  );
}

/** What an authority that is not known here leads to, whichever way its chain breaks. */
const untrusted =
  /SELF_SIGNED_CERT|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|CERT_UNTRUSTED|INVALID_CA/;

function whyNot({ called, isHere, origin }: Target, error: unknown): NotDone {
  const reason = reasonOf(error);
  if (isHere) return new NotDone(`nothing answers at ${called}: does roombridge run? (${reason})`);
  if (untrusted.test(reason))
    return new NotDone(
      `the certificate of ${origin} is not trusted here (${reason}): give the file of the authority that signed it with --ca FILE or in ROOMBRIDGE_CA`,
    );
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new NotDone(`the certificate of ${origin} is for another name (${reason}): ask it by that one`);
  if (reason === 'CERT_HAS_EXPIRED') return new NotDone(`the certificate of ${origin} has expired`);
  if (/^(EPROTO|ERR_SSL_|HPE_)/.test(reason))
    return new NotDone(`what answers at ${origin} is not roombridge (${reason})`);
  return new NotDone(`nothing answers at ${origin} (${reason})`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Silence) return `no answer within ${patience / 1_000} s`;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

function whyUnknownHere(
  { token: given, tokenFile = '', tokenFrom = 'ROOMBRIDGE_TOKEN' }: AdminListenerConfig & Reach,
  token: string | undefined,
): string {
  if (given !== undefined) return `the token in ${tokenFrom} is not one (any more)`;
  if (tokenFile === '')
    return 'the running product wants a sign-in, which this configuration file has not (signIn)';
  return token === undefined
    ? `${tokenFile} cannot be read by this user: run the command as the user of roombridge, or set ROOMBRIDGE_TOKEN to an API token`
    : `the running product does not know the secret in ${tokenFile}: it runs with another dataDir, or from before the file was made`;
}
