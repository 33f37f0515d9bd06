/** What is wrong with one call bridge, from how it is and from what it says of itself. */
import { hostOf } from './discovery.ts';
import { lacking } from './features.ts';
import type { Health } from './health.ts';
import type { Condition } from './ticket.ts';
import type { TicketCode } from './ticket-codes.ts';

export function callBridgeScope(address: string): string {
  return `call-bridge ${address}`;
}

/** @param health undefined where nobody has seen it yet, which is no fault of it */
export function callBridgeConditions(address: string, health: Health | undefined): Condition[] {
  if (health === undefined) return [];
  return [...healthConditions(address, health), ...versionConditions(address, health)];
}

function healthConditions(about: string, { state, why = 'it does not answer', cause }: Health): Condition[] {
  if (state !== 'down') return [];
  const code: TicketCode =
    cause === 'credentials'
      ? 'credentials-refused'
      : cause === 'certificate'
        ? certificateCode(why)
        : 'call-bridge-down';
  return [{ code, about, detail: `${hostOf(about)}: ${withoutRequest(why)}` }];
}

/** A fault names the request that met it, which is one of many here. */
function withoutRequest(why: string): string {
  return why.replace(/^[A-Z]+ \S+ at \S+: /, '');
}

/** By the words of `cms/connection-failure.ts`. */
function certificateCode(why: string): TicketCode {
  if (/has expired|not valid yet/.test(why)) return 'certificate-expired';
  return /certificate is for /.test(why) ? 'certificate-other-name' : 'certificate-untrusted';
}

function versionConditions(about: string, { softwareVersion }: Health): Condition[] {
  if (softwareVersion === undefined) return [];
  const features = lacking(softwareVersion);
  if (features.length === 0) return [];
  return [
    {
      code: 'version-too-old',
      about,
      detail: `${hostOf(about)} has release ${softwareVersion}, which lacks ${features.join('; ')}`,
    },
  ];
}

/** All call bridges of a cluster together. */
export function noCallBridge(
  cluster: string,
  callBridges: readonly (readonly [address: string, health: Health | undefined])[],
): Condition[] {
  if (callBridges.length === 0 || callBridges.some(([, health]) => health?.state !== 'down')) return [];
  const whys = callBridges.map(
    ([address, health]) => `${hostOf(address)}: ${withoutRequest(health?.why ?? 'no answer')}`,
  );
  return [{ code: 'no-call-bridge', about: `cluster ${cluster}`, detail: whys.join('; ') }];
}
