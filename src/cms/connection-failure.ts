/** Says in plain words why a call bridge could not be spoken to; the words never contain what was sent. */
import { errors } from 'undici';
import { DeadlinePassed } from './exchange.ts';

const ofCertificate: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet (is the clock of this machine right?)',
  CERT_REVOKED: 'its certificate has been revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not trusted here',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted here',
  INVALID_CA: 'its certificate was issued by a certificate that may not issue any',
  INVALID_PURPOSE: 'its certificate is not meant for a server',
};

const ofHandshake: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS on this port',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks no version of TLS that is accepted here',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it accepts no version of TLS that is spoken here',
};

const ofNetwork: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refused the connection',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  ENOTFOUND: 'its name is unknown to DNS',
  EAI_AGAIN: 'DNS gives no answer for its name',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it did not take the connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'it did not take the connection in time',
};

/** What is wrong with the certificate or the TLS handshake; undefined when the failure is of another sort. */
export function describeTlsFailure(error: unknown): string | undefined {
  for (const link of chain(error)) {
    const code = codeOf(link);
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wrongName(link);
    const words = ofCertificate[code ?? ''] ?? ofHandshake[code ?? ''];
    if (words !== undefined) return words;
    if (code === 'EPROTO' || code?.startsWith('ERR_SSL_'))
      return `the TLS handshake with it failed (${code})`;
    if (/before secure TLS connection/.test(link.message)) {
      return 'it closed the connection during the TLS handshake';
    }
  }
  return undefined;
}

/** Whether the certificate itself is what is wrong: the call bridge lives, and we may not trust it. */
export function isCertificateFailure(error: unknown): boolean {
  return chain(error).some((link) => {
    const code = codeOf(link);
    return code === 'ERR_TLS_CERT_ALTNAME_INVALID' || Object.hasOwn(ofCertificate, code ?? '');
  });
}

/** Why no (whole) answer came. */
export function describeConnectionFailure(error: unknown): string {
  const tls = describeTlsFailure(error);
  if (tls !== undefined) return tls;
  if (isProtocolError(error)) return 'what it answered is not HTTP';
  const links = chain(error);
  for (const link of links) {
    const words = ofNetwork[codeOf(link) ?? ''];
    if (words !== undefined) return words;
  }
  return links[0]?.message || 'it could not be reached';
}

/** Nothing was heard until the deadline: a refusal would have cost no time. */
export function isSilence(error: unknown): boolean {
  return error instanceof DeadlinePassed;
}

/** The server or something between dropped an established connection. */
export function isReset(error: unknown): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '');
}

/** What came is not HTTP, or breaks its rules. */
export function isProtocolError(error: unknown): boolean {
  return (
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    error instanceof errors.ResponseContentLengthMismatchError
  );
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function chain(error: unknown): Error[] {
  const links: Error[] = [];
  let link = error;
  // An AggregateError holds one failure for each IP address that was tried.
  while (link instanceof Error && links.length < 8) {
    links.push(link);
    link = link.cause ?? (link instanceof AggregateError ? link.errors[0] : undefined);
  }
  return links;
}

function wrongName(error: Error): string {
  const { host, cert } = error as { host?: string; cert?: { subjectaltname?: string } };
  const names = cert?.subjectaltname?.replace(/\b(DNS|IP Address):/g, '');
  return `its certificate is for ${names || 'no host name'}, not for ${host ?? 'this host name'}`;
}
