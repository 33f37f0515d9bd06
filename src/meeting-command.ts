/**
 * `roombridge meeting`: what has a number, with `--verify` whether the bridge has it as it should, with `--trace` all that
 * happened to it. Reads only.
 */

import type { z } from 'zod';
import { type AccessMethod, listAccessMethods } from './cms/access-methods.ts';
import { CmsClient } from './cms/client.ts';
import { CmsFault } from './cms/fault.ts';
import { findUser, listMembers, readMember } from './cms/members.ts';
import {
  guestProfile,
  hostProfile,
  promptingCallProfile,
  readCallLegProfile,
  readCallProfile,
  scheduledCallLegProfile,
  scheduledCallProfile,
} from './cms/profiles.ts';
import { isSlot, listSpaces, readSpace, type Space } from './cms/spaces.ts';
import { type AccessPolicy, memberRights } from './conference/access.ts';
import type { MeetingState } from './conference/meeting.ts';
import type { Config } from './config.ts';
import type { exchange, exchangesPage } from './http/api/exchanges.ts';
import type { meetingDetail } from './http/api/meetings.ts';
import { createDispatcher } from './outbound.ts';
import { askRunning, NotDone } from './running.ts';
import { isOfRange, placeholderName } from './slot/slot.ts';
import { type Compared, compared, isRight, told, type Wanted } from './slot/verification.ts';

interface MeetingJson {
  readonly key: string;
  readonly state: MeetingState;
  readonly title: string;
  readonly organizer: string | null;
  readonly start: string;
  readonly end: string;
  readonly rooms: readonly string[];
  readonly cluster: string;
  readonly callBridge: string | null;
  readonly number: string;
  readonly uri: string;
  readonly passcode: string | null;
  readonly timeline: z.infer<typeof meetingDetail>['timeline'];
  readonly hosts?: {
    readonly policy: string;
    readonly number: string;
    readonly uri: string;
    readonly passcode: string | null;
  };
}

/** Milliseconds for one request. */
const deadline = 4_000;

/** @returns whether all is as it should be, for the exit code. @throws NotDone */
export async function tellMeeting(
  config: Config,
  number: string,
  { verify = false, trace = false }: { readonly verify?: boolean; readonly trace?: boolean },
): Promise<{ readonly text: string; readonly well: boolean }> {
  const meeting = await meetingAt(config, number);
  // What is read back is passed on, and not meant to let anybody in.
  const lines = describe(meeting, { passcodes: !verify && !trace });
  if (trace) lines.push('', ...(await traced(config, meeting)));
  if (!verify) return { text: lines.join('\n'), well: true };
  const found = await onTheBridge(config, meeting);
  const wrong = found.filter((line) => !isRight(line)).length;
  const verdict = wrong === 0 ? 'all is as it should be' : `${wrong} of ${found.length} differ`;
  return { text: [...lines, '', ...found.map(told), '', verdict].join('\n'), well: wrong === 0 };
}

/** The one that is open at this number, else the next; hosts' numbers lead to theirs. */
export async function meetingAt({ http, clusters }: Config, number: string): Promise<MeetingJson> {
  if (!/^\d{1,15}$/.test(number)) throw new NotDone(`${number} is not a number such as 80991007`);
  const wanted = clusters.flatMap(({ numbers: { base, quantity, hosts } }) =>
    hosts !== undefined && isOfRange({ base: hosts.base, quantity }, number)
      ? [String(Number(number) - hosts.base + base)]
      : [],
  )[0];
  const found: MeetingJson[] = [];
  let after: string | null = null;
  do {
    const page = (await askRunning(http.admin, `/api/meetings?${query(after)}`)) as {
      meetings: MeetingJson[];
      next: string | null;
    };
    found.push(...page.meetings.filter((one) => one.number === (wanted ?? number)));
    after = page.next;
  } while (after !== null);
  const first =
    found.find(({ state }) => state === 'open') ??
    found.filter(({ state }) => state === 'planned').sort((a, b) => a.start.localeCompare(b.start))[0];
  if (first === undefined) throw new NotDone(`nothing is open at ${number}, nor planned within a week`);
  return (await askRunning(http.admin, `/api/meetings/${encodeURIComponent(first.key)}`)) as MeetingJson;
}

function query(after: string | null): string {
  return String(new URLSearchParams({ limit: '500', ...(after === null ? {} : { after }) }));
}

function describe(meeting: MeetingJson, { passcodes }: { readonly passcodes: boolean }): string[] {
  const { title, state, start, end, rooms, uri, callBridge, passcode, hosts } = meeting;
  const enter = (one: string | null) => (passcodes && one !== null ? ` and enter ${one}` : '');
  return [
    `${title}  ${state}${callBridge === null || state !== 'open' ? '' : ` on ${callBridge}`}`,
    `${start} to ${end}  ${rooms.join(', ')}`,
    `people dial ${uri}${enter(passcode)}`,
    ...(hosts === undefined
      ? []
      : [`hosts dial ${hosts.uri}${enter(hosts.passcode)}, by the policy ${hosts.policy}`]),
  ];
}

/** What happened, and what was asked and answered meanwhile, in the order of time. */
async function traced({ http }: Config, { key, timeline }: MeetingJson): Promise<string[]> {
  const path = `/api/meetings/${encodeURIComponent(key)}/exchanges?limit=300`;
  const lines = timeline.map(({ at, what, work = '', ...details }) => {
    const said = Object.entries(details).map(([name, value]) => `${name}=${value}`);
    return { at, line: [at, work.padEnd(13), what, ...said].join(' ') };
  });
  for (let after: string | null = ''; after !== null; ) {
    const page = (await askRunning(http.admin, path + (after && `&after=${after}`))) as z.infer<
      typeof exchangesPage
    >;
    lines.push(...page.exchanges.map((one) => ({ at: one.at, line: exchangeLine(one) })));
    after = page.next;
  }
  return lines.sort((a, b) => a.at.localeCompare(b.at)).map(({ line }) => line);
}

function exchangeLine(one: z.infer<typeof exchange>): string {
  const { at, work, callBridge = 'graph', method, path, query, sent, answer, status = '-', took } = one;
  const fields = (all: Readonly<Record<string, string | null>>) =>
    Object.entries(all).map(([name, value]) => `${name}=${value ?? '(hidden)'}`);
  const outcome = [status, one.fault, one.reason, `${took}ms`, one.clientRequestId, one.requestId];
  const asked = [callBridge, method, path, ...fields({ ...query, ...sent })];
  return [at, work, '  ', ...asked, '->', ...outcome.filter(Boolean), ...fields(answer ?? {})].join(' ');
}

async function onTheBridge(config: Config, meeting: MeetingJson): Promise<Compared[]> {
  const cluster = config.clusters.find(({ name }) => name === meeting.cluster);
  if (cluster === undefined) throw new NotDone(`${meeting.cluster} is not configured any more`);
  const ca = cluster.ca === undefined ? {} : { ca: cluster.ca };
  const dispatcher = createDispatcher({ proxy: config.proxy, ...ca, connections: 2, connectTimeout: 2_000 });
  const faults: string[] = [];
  try {
    for (const callBridge of cluster.callBridges) {
      const client = new CmsClient({ callBridge, dispatcher, deadline });
      try {
        return await compareAll(client, config, meeting, cluster.slotName);
      } catch (error) {
        if (!(error instanceof CmsFault)) throw error;
        faults.push(error.message);
      }
    }
  } finally {
    await dispatcher.destroy();
  }
  throw new NotDone(`no call bridge of ${meeting.cluster} says how it is: ${faults.join('; ')}`);
}

async function compareAll(
  client: CmsClient,
  { access }: Config,
  meeting: MeetingJson,
  slotName: string,
): Promise<Compared[]> {
  const space = await spaceOf(client, meeting.number);
  if (space === undefined) return compared('space', [['uri', meeting.number]], {});
  const isOpen = meeting.state === 'open';
  const policy = access.find(({ name }) => name === meeting.hosts?.policy);
  const wanted: Wanted = isOpen
    ? [
        ['nonMemberAccess', true],
        ['name', meeting.title],
        ['passcode', meeting.passcode ?? ''],
      ]
    : [
        ['nonMemberAccess', false],
        ['name', placeholderName(slotName, meeting.number)],
        ['passcode', ''],
      ];
  const { name, passcode } = space;
  const is = { name, passcode, nonMemberAccess: String(space.nonMemberAccess) };
  const methods = await listAccessMethods(client, space.id);
  return [
    ...compared('space', wanted, is, ['passcode']),
    ...(await comparedProfiles(client, space, isOpen ? policy : undefined)),
    ...(isOpen ? await comparedMembers(client, space, meeting, policy) : []),
    ...(await comparedMethods(client, methods, meeting, policy)),
  ];
}

async function spaceOf(client: CmsClient, number: string): Promise<Space | undefined> {
  for await (const found of listSpaces(client, { filter: number })) {
    if (isSlot(found, number)) return await readSpace(client, found.id);
  }
  return undefined;
}

/** Guests have the space's own profile. */
async function comparedProfiles(
  client: CmsClient,
  { callProfile, callLegProfile }: Space,
  policy: AccessPolicy | undefined,
): Promise<Compared[]> {
  const legs = policy === undefined ? scheduledCallLegProfile : guestProfile('', policy);
  const calls = policy?.way === 'host-pin' ? promptingCallProfile(policy) : scheduledCallProfile;
  const of = policy === undefined ? 'call leg profile' : "guests' call leg profile";
  return [
    ...compared(
      'call profile',
      calls,
      callProfile === undefined ? {} : (await readCallProfile(client, callProfile)).fields,
    ),
    ...compared(of, unnamed(legs), await legFields(client, callLegProfile)),
  ];
}

/** Whom it is to be is not told where the organizer may not be shown. */
async function comparedMembers(
  client: CmsClient,
  { id: space, ownerJid }: Space,
  { organizer }: MeetingJson,
  policy: AccessPolicy | undefined,
): Promise<Compared[]> {
  const members = await listMembers(client, space);
  const isDue = policy?.way === 'host-member';
  const userJid = isDue && organizer !== null ? await findUser(client, organizer) : undefined;
  // Who is no user of the bridge comes in by passcode like other hosts.
  const wanted = isDue && (organizer === null || userJid !== undefined) ? 1 : 0;
  const count = compared('space', [['members', wanted]], { members: String(members.length) });
  const [member] = members;
  if (wanted === 0 || member === undefined) return count;
  const { callLegProfile, rights, ...found } = await readMember(client, space, member);
  const granted = Object.fromEntries(memberRights.map((right) => [right, String(rights.includes(right))]));
  return [
    ...count,
    ...(userJid === undefined
      ? []
      : [
          ...compared('space', [['ownerJid', userJid]], { ownerJid }),
          ...compared('member', [['userJid', userJid]], found),
        ]),
    ...compared(
      'member',
      memberRights.map((right) => [right, policy?.member.rights.includes(right) === true]),
      granted,
    ),
    ...compared(
      "member's call leg profile",
      unnamed(hostProfile('')),
      await legFields(client, callLegProfile),
    ),
  ];
}

/** Ahead of its start a meeting's access may not be there yet; another's never may. */
async function comparedMethods(
  client: CmsClient,
  methods: readonly AccessMethod[],
  { hosts, state }: MeetingJson,
  policy: AccessPolicy | undefined,
): Promise<Compared[]> {
  const [method] = methods;
  const isSure = state === 'open' && (policy?.way !== 'host-member' || policy.member.passcode);
  const isDue = hosts !== undefined && (isSure || methods.length > 0);
  const count = compared('space', [['access methods', isDue ? 1 : 0]], {
    'access methods': String(methods.length),
  });
  if (!isDue || method === undefined || policy === undefined) return count;
  const { uri, callId, passcode, callLegProfile } = method;
  const wanted: Wanted = [
    ['uri', hosts.number],
    ['callId', hosts.number],
    ['passcode', hosts.passcode ?? ''],
  ];
  return [
    ...count,
    ...compared("hosts' access method", wanted, { uri, callId, passcode }, ['passcode']),
    ...compared("hosts' call leg profile", unnamed(hostProfile('')), await legFields(client, callLegProfile)),
  ];
}

async function legFields(
  client: CmsClient,
  id: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  return id === undefined ? {} : (await readCallLegProfile(client, id)).fields;
}

function unnamed(form: Wanted): Wanted {
  return form.filter(([field]) => field !== 'name');
}
