/** What the receiver does with call detail records: who sent them is known by the path, and they are stored to be folded in. */
import { timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import { heardIn } from './cms/cdr/news.ts';
import { parseRecords } from './cms/cdr/records.ts';
import { receiverToken } from './conference/attendance/receiver.ts';
import type { AttendanceStore } from './redis/attendance.ts';

export interface ReceivingRecordsDeps {
  readonly attendance: AttendanceStore;
  /** From which call bridges' secrets are derived. */
  readonly key: Buffer;
  /** Addresses of the call bridges. */
  readonly callBridges: readonly string[];
  /** Networks (`10.0.0.0/8`) and addresses that records may come from; empty for all. */
  readonly from: readonly string[];
  ring(rings: readonly { readonly key: string; readonly at: number }[]): Promise<void>;
  /** Epoch ms. */
  now(): number;
}

/** Milliseconds: rings within these share one job. */
const step = 200;

export function createReceivingRecords({
  attendance,
  key,
  callBridges,
  from,
  ring,
  now,
}: ReceivingRecordsDeps) {
  const senders = callBridges.map((address) => ({
    address,
    token: Buffer.from(receiverToken(key, address)),
  }));
  const welcome = blockListOf(from);
  return {
    knownSender(token: string): string | undefined {
      const given = Buffer.from(token);
      return senders.find((one) => one.token.length === given.length && timingSafeEqual(one.token, given))
        ?.address;
    },
    mayComeFrom: (address: string) =>
      from.length === 0 || welcome.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
    async takeRecords(callBridge: string, body: Uint8Array): Promise<'taken' | 'unreadable' | 'full'> {
      const batch = parseRecords(body);
      if (batch === undefined) return 'unreadable';
      const at = now();
      if (!(await attendance.push(callBridge, heardIn(batch, at)))) return 'full';
      await ring([{ key: callBridge, at: Math.ceil(at / step) * step }]);
      return 'taken';
    },
  };
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
