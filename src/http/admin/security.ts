/** What every answer of the admin listener tells browsers, and where it sends those that nobody has signed in with. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { may } from '../rights.ts';

/** A page has a policy of its own; without one nothing may be loaded, whatever is answered. */
export function securityHeaders(url: string | undefined): Record<string, string> {
  return {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Not `no-referrer`: with that browsers leave out who sends a form.
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(url?.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
  };
}

/** A person who comes by a link signs in and goes on; a program is told that it may not. */
export function leadToSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  const { needs = 'anyone' } = request.routeOptions.config;
  const isPerson = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
  if (!isPerson || may(request.asker, needs) || request.asker !== undefined) return undefined;
  return reply
    .header('cache-control', 'no-store')
    .redirect(`/sign-in?to=${encodeURIComponent(request.raw.url ?? '/')}`, 303);
}
