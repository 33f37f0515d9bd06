/** What the peers of a lost call bridge say of it: whether they have lost it too, or still have its people with them. */
import type { Member } from '../src/cluster/discovery.ts';
import { listCalls } from '../src/cms/calls.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { ignoreFault } from '../src/cms/fault.ts';
import { listParticipants, type Participant } from '../src/cms/participants.ts';
import { listPeerFailures } from '../src/cms/peer-failures.ts';
import type { DiscoveryStore } from '../src/redis/discoveries.ts';
import type { CallBridges } from './call-bridges.ts';

/** All conferences of a lost call bridge ask the same at the same time. */
const keptFor = 1_000;
const deadline = 1_500;

export interface Testimony {
  /** Every peer that answers says that it cannot reach it either. */
  readonly isGone: boolean;
  /** People of this conference whom peers have with them through the lost call bridge. */
  readonly people: readonly Participant[];
}

export class Witnesses {
  readonly #callBridges: CallBridges;
  readonly #discoveries: DiscoveryStore;
  readonly #said = new Map<string, { readonly at: number; readonly isGone: Promise<boolean> }>();

  constructor(callBridges: CallBridges, discoveries: DiscoveryStore) {
    this.#callBridges = callBridges;
    this.#discoveries = discoveries;
  }

  /** Of the conference in this space, about a call bridge of the cluster. */
  async ask(cluster: string, lost: string, space: string): Promise<Testimony> {
    const identity = await this.#discoveries.member(cluster, lost);
    const peers = this.#peersOf(cluster, lost);
    const [isGone, ...people] = await Promise.all([
      this.#isGone(lost, identity, peers),
      ...peers.map((peer) => peopleOf(peer, space, (person) => isOwnedBy(person, identity))),
    ]);
    return { isGone, people: people.flat() };
  }

  /** Everybody in a call on a peer, and whether they are connected to the lost call bridge. */
  async inCall(
    client: CmsClient,
    call: string,
    { cluster, lost }: { readonly cluster: string; readonly lost: string },
  ): Promise<{ person: Participant; isThere: boolean }[]> {
    const identity = await this.#discoveries.member(cluster, lost);
    const people = await listParticipants(client, call, { deadline });
    return people.map((person) => ({ person, isThere: isOwnedBy(person, identity) }));
  }

  #peersOf(cluster: string, lost: string): CmsClient[] {
    return this.#callBridges
      .inOrder(cluster)
      .filter(({ address }) => address !== lost && this.#callBridges.health(address)?.state === 'up');
  }

  #isGone(lost: string, identity: Member | undefined, peers: readonly CmsClient[]): Promise<boolean> {
    const known = this.#said.get(lost);
    if (known !== undefined && Date.now() - known.at < keptFor) return known.isGone;
    const isGone = Promise.all(peers.map((peer) => hasLost(peer, identity))).then((said) => {
      const answers = said.filter((answer) => answer !== undefined);
      return answers.length > 0 && answers.every((answer) => answer);
    });
    this.#said.set(lost, { at: Date.now(), isGone });
    return isGone;
  }
}

/** Undefined where it does not answer, or where it is not known who is meant. */
async function hasLost(peer: CmsClient, identity: Member | undefined): Promise<boolean | undefined> {
  if (identity === undefined) return undefined;
  try {
    const failures = await listPeerFailures(peer, { deadline });
    return failures.some(({ callBridge, name }) => callBridge === identity.id || name === identity.name);
  } catch (error) {
    ignoreFault(error);
    return undefined;
  }
}

async function peopleOf(
  peer: CmsClient,
  space: string,
  isWanted: (person: Participant) => boolean,
): Promise<Participant[]> {
  try {
    const calls = await listCalls(peer, { coSpace: space }, { deadline });
    const people = await Promise.all(calls.map(({ id }) => listParticipants(peer, id, { deadline })));
    return people.flat().filter(isWanted);
  } catch (error) {
    ignoreFault(error);
    return [];
  }
}

/** Where it is not known who the lost one is, everybody on another call bridge may be on it. */
function isOwnedBy({ callBridge }: Participant, identity: Member | undefined): boolean {
  if (callBridge === undefined) return false;
  return identity === undefined || callBridge === identity.id;
}
