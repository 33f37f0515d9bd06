/** Whether a bridge has a meeting as it should, for `roombridge meeting --verify`: it is read back and compared. */

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
import type { Config } from './config.ts';
import type { NumberedMeeting } from './meeting-at.ts';
import { createDispatcher } from './outbound.ts';
import { NotDone } from './running.ts';
import { placeholderName } from './slot/slot.ts';
import { type Compared, compared, type Wanted } from './slot/verification.ts';

/** Milliseconds for one request. */
const deadline = 4_000;

/** The same field by field, as the first call bridge that answers says it is; changes nothing. @throws NotDone */
export async function onTheBridge(config: Config, meeting: NumberedMeeting): Promise<Compared[]> {
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
  meeting: NumberedMeeting,
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
  { organizer }: NumberedMeeting,
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
  { hosts, state }: NumberedMeeting,
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
