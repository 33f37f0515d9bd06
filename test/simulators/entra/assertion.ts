/** How a client proves itself by its certificate, as Entra ID wants it: a JWT with the certificate's thumbprint in its header. */
import { createHash, verify, X509Certificate } from 'node:crypto';

const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export function isAsserted(form: URLSearchParams, pem: string, clientId: string, audience: string): boolean {
  const [header = '', payload = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
  const read = (part: string) =>
    JSON.parse(Buffer.from(part, 'base64url').toString() || '{}') as Record<string, unknown>;
  const { raw, publicKey } = new X509Certificate(pem);
  const { iss, sub, aud, exp, jti } = read(payload);
  return (
    form.get('client_assertion_type') === type &&
    !form.has('client_secret') &&
    read(header).alg === 'RS256' &&
    read(header)['x5t#S256'] === createHash('sha256').update(raw).digest('base64url') &&
    verify('sha256', Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url')) &&
    iss === clientId &&
    sub === clientId &&
    aud === audience &&
    typeof jti === 'string' &&
    Number(exp) > Date.now() / 1_000
  );
}
