/**
 * Keeps web pages of others away from a listener that trusts its network: a page whose name was pointed at this
 * machine (DNS rebinding) shows in `Host`, one that posts across sites shows in `Origin`.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether a request may be answered.
 * @param configuredHost a name or an address, in brackets or not
 * @param url by which browsers reach the listener; from other pages than its own nothing is taken then
 */
export function isWelcome(
  method: string,
  headers: IncomingHttpHeaders,
  configuredHost: string,
  url?: string,
): boolean {
  const host = nameIn(headers.host);
  if (host === undefined) return false;
  const { origin } = headers;
  const isReading = origin === undefined || method === 'GET' || method === 'HEAD';
  if (url !== undefined && headers.host?.toLowerCase() === new URL(url).host)
    return isReading || origin === url;
  if (!(isLoopback(host) || host === bare(configuredHost)))
    // Where people sign in, probes and scripts may call it what they like: no page gets a browser to send what they send.
    return url !== undefined && isReading && origin === undefined && headers.cookie === undefined;
  if (isReading) return true;
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
