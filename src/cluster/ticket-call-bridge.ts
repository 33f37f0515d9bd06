/** What is wrong with one call bridge, from how it is and from what it says of itself. */
import type { AlarmFact, CallBridgeFacts } from './call-bridge-facts.ts';
import { hostOf } from './discovery.ts';
import { lacking } from './feature.ts';
import type { Health } from './health.ts';
import type { Condition } from './ticket.ts';
import type { TicketCode } from './ticket-codes.ts';

export function callBridgeScope(address: string): string {
  return `call-bridge ${address}`;
}

/** Milliseconds by which the clock of a call bridge may be off before a ticket says so. */
export const clockTolerance = 2_000;
/** Milliseconds before its end in which a certificate should be renewed. */
const renewal = 30 * 86_400_000;

/**
 * @param health undefined where nobody has seen it yet, which is no fault of it
 * @param facts what it has said last; one that is away is as it was
 */
export function callBridgeConditions(
  address: string,
  health: Health | undefined,
  facts: CallBridgeFacts | undefined,
  now: number,
): Condition[] {
  if (health === undefined) return [];
  return [
    ...healthConditions(address, health),
    ...versionConditions(address, health),
    ...clockConditions(address, health),
    ...(facts === undefined ? [] : factConditions(address, facts, now)),
  ];
}

function clockConditions(about: string, { clockOffset = 0 }: Health): Condition[] {
  if (Math.abs(clockOffset) <= clockTolerance) return [];
  const seconds = Math.round(Math.abs(clockOffset) / 1_000);
  const direction = clockOffset > 0 ? 'ahead of' : 'behind';
  return [
    { code: 'clock-off', about, detail: `${hostOf(about)} is ${seconds} s ${direction} the clock here` },
  ];
}

function factConditions(
  about: string,
  { certificate, database, load, alarms = [] }: CallBridgeFacts,
  now: number,
): Condition[] {
  const conditions: Condition[] = [];
  const host = hostOf(about);
  // One that has ended is refused, and told by that.
  if (certificate !== undefined && certificate.validTo > now && certificate.validTo - now < renewal) {
    const day = new Date(certificate.validTo).toISOString().slice(0, 10);
    const days = Math.floor((certificate.validTo - now) / 86_400_000);
    const detail = `the certificate of ${host} ends on ${day}, in ${days} days`;
    conditions.push({ code: 'certificate-expiring', about, detail });
  }
  const readOnly = alarms.find(({ reason }) => reason === 'destinationReadOnly');
  if (readOnly !== undefined)
    conditions.push({ code: 'database-read-only', about, detail: `${host}: ${tellAlarm(readOnly)}` });
  const behind = alarms.find(({ type }) => type === outOfSync);
  if (database?.isInSync === false || behind !== undefined) {
    const why = database?.why ?? (behind === undefined ? 'it is not in sync' : tellAlarm(behind));
    conditions.push({ code: 'database-out-of-sync', about, detail: `${host}: ${why}` });
  }
  if (load?.limit !== undefined && load.now >= load.limit) {
    const detail = `${host} has a load of ${load.now}, and its limit is ${load.limit}`;
    conditions.push({ code: 'call-bridge-overloaded', about, detail });
  }
  for (const alarm of alarms) {
    if (alarm === readOnly || alarm === behind) continue;
    const what = alarm.about === undefined ? alarm.type : `${alarm.type} ${alarm.about}`;
    const detail = `${host}: ${tellAlarm(alarm)}`;
    conditions.push({ code: 'call-bridge-alarm', about: `${about} ${what}`, detail });
  }
  return conditions;
}

const outOfSync = 'databaseClusternodeOutofSync';

function tellAlarm({ type, about, reason, since }: AlarmFact): string {
  const parts = [
    type,
    ...(about === undefined ? [] : [about]),
    ...(reason === undefined ? [] : [`for ${reason}`]),
    ...(since === undefined ? [] : [`since ${new Date(since).toISOString()}`]),
  ];
  return parts.join(' ');
}

function healthConditions(about: string, { state, why = 'it does not answer', cause }: Health): Condition[] {
  if (state !== 'down') return [];
  const code: TicketCode =
    cause === 'credentials'
      ? 'credentials-refused'
      : cause === 'certificate'
        ? certificateCode(why)
        : why.includes('databaseNotReady')
          ? 'database-read-only'
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
