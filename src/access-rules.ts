/** What the configuration says of who may come into which meeting. */
import type { AccessPolicy } from './conference/access.ts';
import type { Protection } from './conference/identity.ts';
import type { Config } from './config.ts';
import { canBeAsked } from './meeting/asking.ts';
import { slotIndex, slotNumber } from './slot/slot.ts';

export function protectionOf({
  access,
  clusters,
  conference,
  rooms,
}: Pick<Config, 'access' | 'clusters' | 'conference' | 'rooms'>): Protection {
  const { passcode, passcodeLength, access: usual } = conference;
  const byRoom = rooms.flatMap((room) =>
    room.access === undefined ? [] : [[room.mailbox, room.access] as const],
  );
  return {
    ...{ passcode, passcodeLength },
    access: {
      policies: new Map(access.map((policy) => [policy.name, policy])),
      usual,
      byRoom: new Map(byRoom),
    },
    hostsNumber({ cluster, number }) {
      const numbers = clusters.find(({ name }) => name === cluster)?.numbers;
      const index = numbers && slotIndex(numbers, number);
      if (numbers?.hosts === undefined || index === undefined) return undefined;
      return slotNumber({ ...numbers, ...numbers.hosts }, index);
    },
  };
}

/** The policies that a meeting may have, of those that put something on the bridge. */
export function usedPolicies({
  access,
  conference,
  rooms,
}: Pick<Config, 'access' | 'conference' | 'rooms'>): AccessPolicy[] {
  const named = new Set([conference.access, ...rooms.map((room) => room.access)]);
  return access.filter(
    ({ name, way, askedBy }) => way !== 'open' && (named.has(name) || canBeAsked(askedBy)),
  );
}
