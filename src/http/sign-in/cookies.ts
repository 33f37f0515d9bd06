/**
 * The two cookies of a browser: its session, and a sign-in under way. No script reads them, no other site's form or frame
 * sends them, and with https no other host, path or plain connection has a say in them (`__Host-`, RFC 6265bis).
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface Cookie {
  /** What the browser sent, where it is like something that we gave. */
  read(request: FastifyRequest): string | undefined;
  write(reply: FastifyReply, value: string): void;
  clear(reply: FastifyReply): void;
}

/** @param maxAge seconds; until the browser is closed unless given */
export function cookie(name: 'session' | 'sign-in', isHttps: boolean, maxAge?: number): Cookie {
  // Without https a browser takes neither the prefix nor Secure; that is for this machine only.
  const full = isHttps ? `__Host-${name}` : `roombridge-${name}`;
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`;
  const set = (reply: FastifyReply, value: string, age: number | undefined) =>
    void reply.header(
      'set-cookie',
      `${full}=${value}${attributes}${age === undefined ? '' : `; Max-Age=${age}`}`,
    );
  return {
    read: ({ headers }) => {
      const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
      const values = pairs.filter((pair) => pair.startsWith(`${full}=`));
      const value = values[0]?.slice(full.length + 1) ?? '';
      // Two of one name: somebody has put one beside ours.
      return values.length === 1 && /^[\w-]{43}$/.test(value) ? value : undefined;
    },
    write: (reply, value) => set(reply, value, maxAge),
    clear: (reply) => set(reply, '', 0),
  };
}
