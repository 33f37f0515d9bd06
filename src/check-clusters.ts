/** Tries each call bridge of a cluster, whether they belong together, and how many slots stand; reads only. */
import { type Finding, failed, ok, warning } from './check-report.ts';
import { describeUnreachable, type Where } from './check-unreachable.ts';
import { type Discovery, knownAlready, type Member, tellKnownAlready } from './cluster/discovery.ts';
import { CmsClient } from './cms/client.ts';
import { CmsFault } from './cms/fault.ts';
import { isSlot, listSpaces } from './cms/spaces.ts';
import { listCallBridges, readCallBridge, readStatus, type SystemStatus } from './cms/system.ts';
import type { ClusterConfig, Config } from './config.ts';
import { createDispatcher } from './outbound.ts';
import { slotIndex } from './slot/slot.ts';

/** Milliseconds for one request, and for all that is asked about slots. */
const deadline = 4_000;
const slotsDeadline = 5_000;

interface Seen {
  readonly client: CmsClient;
  readonly answered: boolean;
  readonly finding: Finding;
  /** Ids of the cluster's call bridges, in one text; undefined when they could not be read. */
  readonly members?: string;
}

export async function checkCluster({ clusters, proxy }: Config, index: number): Promise<Finding[]> {
  const cluster = clusters[index];
  if (cluster === undefined) return [];
  const earlier = Promise.all(clusters.slice(0, index).map((other) => discovered(other, proxy)));
  const dispatcher = createDispatcher({
    proxy,
    ...(cluster.ca === undefined ? {} : { ca: cluster.ca }),
    connections: 4,
    connectTimeout: 2_000,
  });
  try {
    const seen = await Promise.all(
      cluster.callBridges.map((callBridge, place) => {
        const client = new CmsClient({ callBridge, dispatcher, deadline });
        const addressKey = `clusters[${index}].callBridges[${place}].address`;
        return look(client, { addressKey, caKey: `clusters[${index}].ca`, proxy });
      }),
    );
    const first = seen.find(({ answered }) => answered);
    const slots =
      first === undefined
        ? warning(slotsOf(cluster), 'could not be counted, since no call bridge answers')
        : await countSlots(first.client, cluster);
    const already = known(cluster, seen, await earlier);
    return [...seen.map(({ finding }) => finding), ...already, ...together(cluster, seen), slots];
  } finally {
    await dispatcher.destroy();
  }
}

async function look(client: CmsClient, where: Where): Promise<Seen> {
  const what = `call bridge ${new URL(client.address).host}`;
  try {
    const begun = performance.now();
    const status = await readStatus(client);
    const took = Math.round(performance.now() - begun);
    const members = await listCallBridges(client).catch(() => undefined);
    return {
      client,
      answered: true,
      finding: ok(what, `${describeStatus(status)}, answers in ${took} ms with connecting`),
      ...(members === undefined
        ? {}
        : {
            members: members
              .map(({ id }) => id)
              .sort()
              .join(' '),
          }),
    };
  } catch (error) {
    if (!(error instanceof CmsFault)) throw error;
    return { client, answered: false, finding: refused(what, error, where) };
  }
}

function describeStatus({ softwareVersion, uptimeSeconds, callLegsActive }: SystemStatus): string {
  const parts = [`CMS ${softwareVersion ?? 'of an unknown version'}`];
  if (uptimeSeconds !== undefined) parts.push(`up for ${describeUptime(uptimeSeconds)}`);
  if (callLegsActive !== undefined)
    parts.push(`${callLegsActive} call leg${callLegsActive === 1 ? '' : 's'}`);
  return parts.join(', ');
}

function describeUptime(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function refused(what: string, fault: CmsFault, where: Where): Finding {
  switch (fault.kind) {
    case 'unreachable': {
      const { detail, remedy } = describeUnreachable(fault.cause ?? fault, where);
      return failed(what, detail, remedy);
    }
    case 'refused': {
      const key = where.addressKey.replace(/\.address$/, '');
      return failed(
        what,
        `refuses the user name or the password (${fault.status})`,
        `mend ${key}.username and .password; a new MMP user (user add <name> api) must sign in at the MMP once ` +
          'and change its password before the API takes it',
      );
    }
    case 'busy':
      return failed(
        what,
        `is too busy to answer (${fault.status ?? fault.reasons.join(', ')})`,
        'check again in a minute',
      );
    case 'absent':
    case 'garbled':
      return failed(
        what,
        `does not answer as a call bridge does (${fault.status ?? 'no HTTP'})`,
        `see that ${where.addressKey} has the port of its web administration (MMP: webadmin)`,
      );
    default:
      return fault.kind satisfies never;
  }
}

/** A cluster that stands before another one, as its first call bridge that answers tells it; undefined where none does. */
async function discovered(
  cluster: ClusterConfig,
  proxy: Config['proxy'],
): Promise<readonly [ClusterConfig, Discovery] | undefined> {
  const dispatcher = createDispatcher({
    proxy,
    ...(cluster.ca === undefined ? {} : { ca: cluster.ca }),
    connections: 1,
    connectTimeout: 2_000,
  });
  try {
    for (const callBridge of cluster.callBridges) {
      const client = new CmsClient({ callBridge, dispatcher, deadline });
      const members = await membersOf(client);
      if (members === undefined) continue;
      const places = { [client.address]: { members: members.map(({ id }) => id) } };
      return [cluster, { at: Date.now(), members, places }];
    }
    return undefined;
  } finally {
    await dispatcher.destroy();
  }
}

async function membersOf(client: CmsClient): Promise<Member[] | undefined> {
  try {
    const members: Member[] = [];
    for (const { id } of await listCallBridges(client)) {
      const { name, address } = await readCallBridge(client, id);
      members.push({ id, name, ...(address === undefined ? {} : { address }) });
    }
    return members;
  } catch (error) {
    if (error instanceof CmsFault) return undefined;
    throw error;
  }
}

/** Whether the running program would refuse it, because it is configured already under another name. */
function known(
  cluster: ClusterConfig,
  seen: readonly Seen[],
  earlier: readonly (readonly [ClusterConfig, Discovery] | undefined)[],
): Finding[] {
  const places = Object.fromEntries(
    seen.flatMap(({ client, members }) =>
      members === undefined ? [] : [[client.address, { members: members.split(' ').filter(Boolean) }]],
    ),
  );
  const before = earlier.filter((one) => one !== undefined);
  const already = knownAlready(cluster, { at: Date.now(), members: [], places }, before);
  if (already === undefined) return [];
  const remedy = `list its call bridges with cluster ${already.cluster}, and remove this one: it takes no meetings`;
  return [failed(`cluster ${cluster.name}`, tellKnownAlready(already), remedy)];
}

function together(cluster: ClusterConfig, seen: readonly Seen[]): Finding[] {
  const known = seen.filter(({ members }) => members !== undefined);
  const [first, ...others] = known;
  if (first === undefined || others.length === 0) return [];
  const what = `cluster ${cluster.name}`;
  const hosts = (some: readonly Seen[]) => some.map(({ client }) => new URL(client.address).host).join(', ');
  const remedy =
    'list only call bridges of one cluster together: another one can take over only with the same spaces';
  if (known.every(({ members }) => members === '')) {
    return [warning(what, `${hosts(known)} stand alone, each with spaces of its own`, remedy)];
  }
  const strangers = others.filter(({ members }) => members !== first.members);
  if (strangers.length === 0) return [];
  const detail = `${hosts(strangers)} ${strangers.length === 1 ? 'is' : 'are'} of another cluster than ${hosts([first])}`;
  return [warning(what, detail, remedy)];
}

/** By the digits that all numbers of the range share, so that thousands of other spaces need not be read. */
async function countSlots(client: CmsClient, cluster: ClusterConfig): Promise<Finding> {
  const what = slotsOf(cluster);
  const { base, quantity } = cluster.numbers;
  const filter = commonBeginning(String(base), String(base + quantity - 1));
  const standing = new Set<string>();
  const foreign = new Map<string, string>();
  try {
    const signal = AbortSignal.timeout(slotsDeadline);
    for await (const space of listSpaces(client, filter === '' ? {} : { filter }, { signal })) {
      for (const number of new Set([space.uri, space.callId])) {
        if (number === undefined || slotIndex(cluster.numbers, number) === undefined) continue;
        if (isSlot(space, number)) standing.add(number);
        else foreign.set(number, space.name);
      }
    }
  } catch (error) {
    if (!(error instanceof CmsFault)) throw error;
    const detail = `could not be counted to the end: ${standing.size} of ${quantity} were found`;
    return warning(what, `${detail} before ${error.kind === 'unreachable' ? 'time was up' : error.message}`);
  }
  for (const number of standing) foreign.delete(number);
  const missing = quantity - standing.size - foreign.size;
  const counted = `${standing.size} of ${quantity} stand`;
  const plan = missing === 0 ? '' : `; Roombridge makes the missing ${missing} when it runs`;
  if (foreign.size === 0) return ok(what, counted + plan);
  const some = [...foreign].slice(0, 3).map(([number, name]) => `${number} (${name})`);
  const more = foreign.size > some.length ? `${some.join(', ')}, …` : some.join(', ');
  const detail = `${counted}; ${foreign.size} taken by spaces of others: ${more}${plan}`;
  const remedy = 'remove these spaces, or choose another range under numbers';
  return foreign.size === quantity ? failed(what, detail, remedy) : warning(what, detail, remedy);
}

function slotsOf({ name }: ClusterConfig): string {
  return `slots of ${name}`;
}

function commonBeginning(a: string, b: string): string {
  if (a.length !== b.length) return '';
  const differs = [...a].findIndex((digit, place) => digit !== b[place]);
  return differs === -1 ? a : a.slice(0, differs);
}
