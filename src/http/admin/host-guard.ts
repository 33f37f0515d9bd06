/**
 * Keeps web pages of others away from a listener that trusts its network: a page whose name was pointed at this
 * machine (DNS rebinding) shows in `Host`, one that posts across sites shows in `Origin`.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a request may be answered; `configuredHost` is a name or an address, in brackets or not. */
export function isWelcome(method: string, headers: IncomingHttpHeaders, configuredHost: string): boolean {
  const host = nameIn(headers.host);
  if (host === undefined || !(isLoopback(host) || host === bare(configuredHost))) return false;
  const { origin } = headers;
  if (origin === undefined || method === 'GET' || method === 'HEAD') return true;
  return origin.replace(/^https?:\/\//, '').toLowerCase() === headers.host?.toLowerCase();
}

function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === 'localhost';
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** The name or address of a Host header, without its port. */
function nameIn(host: string | undefined): string | undefined {
  const name = /^(\[[\da-f:.]+\]|[^\s:[\]@/\\]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1];
  return name === undefined ? undefined : bare(name);
}

/** Lower case, without brackets and the root's dot. */
function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
