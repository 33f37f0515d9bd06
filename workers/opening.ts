/** Opening a conference: the PUT of its space and the POST of its call, at the first call bridge that can. */
import { hostsRefused, hostsScope } from '../src/cluster/ticket-meetings.ts';
import type { CmsClient } from '../src/cms/client.ts';
import { CmsFault } from '../src/cms/fault.ts';
import { opensAt, titleOf } from '../src/conference/meeting.ts';
import type { Run } from '../src/conference/run.ts';
import { passcodeOn } from '../src/conference/seen.ts';
import { givenUpAfter } from '../src/invitation/moments.ts';
import { speaksAgainst } from './call-bridges.ts';
import { dialNow, intendedRooms } from './dialling.ts';
import { type Hand, leaving, mustBeOurs, record } from './hand.ts';
import { takeOverSlot } from './handover.ts';
import { lobbyFor } from './lobby.ts';
import { type Place, placeOf, prepareAccess, putOpenAgain, putOpenWith } from './slot-access.ts';
import { findCall, makeCall, spaceOf } from './steps.ts';

/**
 * From here to the last room dialled: a PUT, a POST, and a POST for each room. The record says on which call bridge a
 * call may have been made before it is asked for one, so that whoever takes over looks there first.
 */
export async function open(hand: Hand): Promise<number | undefined> {
  const { deps, meeting } = hand;
  const { booked, placement } = meeting;
  const cluster = placement && deps.callBridges.cluster(placement.cluster);
  if (booked === undefined || placement === undefined || cluster === undefined) return undefined;
  // A run that was closed belongs to the past; one that was begun and not opened is continued.
  const begun = meeting.run?.closedAt === undefined ? meeting.run : undefined;
  if (begun === undefined && !(await takeOverSlot(hand))) return undefined;
  const fields = { name: titleOf(meeting), passcode: placement.passcode, secret: placement.secret };
  const { hosts } = placement;
  const due = opensAt(booked, meeting.early, deps.settings.setup);
  let run: Run = {
    ...{ rooms: {}, ...(begun && withoutHosts(begun)), ...fields },
    ...(hosts === undefined ? {} : { hosts }),
    cluster: placement.cluster,
    number: placement.number,
    space: begun?.space ?? '',
    end: booked.end,
  };
  let isFound = false;
  await deps.callBridges.attempt(
    placement.cluster,
    begun?.callIntent,
    async (client) => {
      const space = run.space || (await spaceOf(client, deps.bridges, cluster.config, placement.number));
      // Looked for only where one may be: a first start knows that there is none, unless Redis may have forgotten one.
      const mayBe = begun?.callIntent === client.address || due <= deps.heartbeat.serverSince();
      const lost = mayBe ? await findCall(client, space) : undefined;
      isFound = lost !== undefined;
      if (run.space !== space || run.callIntent !== client.address) {
        run = await record(hand, { ...run, space, callIntent: client.address });
      }
      mustBeOurs(hand);
      const place = await admitted(hand, client, placeOf(hand, run));
      if (place.hosts === undefined) run = withoutHosts(run);
      mustBeOurs(hand);
      const opened = await putOpenWith(deps, client, cluster.config, place, fields);
      const openedAt = Date.now();
      mustBeOurs(hand);
      const lobby = lobbyFor(deps, client.address, booked.start);
      const isLocked = lobby === 'locked';
      const call = lost ?? (await makeCall(client, opened, { isLocked }));
      const { callIntent: _, tries: __, isLocked: ___, ...rest } = run;
      run = { ...rest, space: opened, callBridge: client.address, call, openedAt };
      if (isLocked) run = { ...run, isLocked };
      const late = Math.max(0, openedAt - due);
      deps.metrics.startLateness.observe(late / 1_000);
      // The rooms to dial at once are written down with the opening: one record less before they ring.
      const rooms = Date.now() >= booked.start ? intendedRooms(booked.rooms, run, deps.settings) : {};
      run = await record(hand, { ...run, rooms: { ...run.rooms, ...rooms } }, [
        { at: openedAt, what: 'opened', callBridge: client.address, number: placement.number, late },
        ...(lobby === 'too-old'
          ? [{ at: openedAt, what: 'lobby-unavailable' as const, callBridge: client.address }]
          : []),
      ]);
    },
    leaving(hand, 'open'),
    deps.callBridges.forStart(placement.cluster, begun?.callIntent),
  );
  deps.log.info(
    { key: hand.work.key, number: placement.number, callBridge: run.callBridge },
    'conference opened',
  );
  if (Date.now() >= booked.start + givenUpAfter) await deps.happened(booked.uid, 'opened-late');
  const rooms = Object.keys(run.rooms).filter((room) => run.rooms[room]?.state === 'intended');
  // Where a call was there its rooms may be as well: they are looked for, as after a death.
  return begun === undefined && !isFound && rooms.length > 0 ? await dialNow(hand, run, rooms) : undefined;
}

/**
 * As a rule hosts' access is in place since the look ahead. Where the bridge will not have it, the conference is opened all
 * the same, and all who come are alike: guests who wait for a host that cannot come would be worse.
 */
async function admitted(hand: Hand, client: CmsClient, place: Place): Promise<Place> {
  const { deps, meeting } = hand;
  try {
    await prepareAccess(deps, client, place);
    return place;
  } catch (error) {
    if (!(error instanceof CmsFault) || speaksAgainst(error) || error.withheld) throw error;
    // The space itself is gone: it is made again, with all that belongs on it.
    if (error.kind === 'absent') return place;
    const { message: reason } = error;
    deps.log.error({ key: meeting.key, reason }, 'hosts cannot be given their access; all are let in alike');
    const note = { at: Date.now(), what: 'access-refused' as const, callBridge: client.address, reason };
    await deps.meetings.note(meeting.key, [note]);
    await deps.tickets.settle(hostsScope(meeting.key), [hostsRefused(meeting.key, reason)], Date.now());
    const open = { ...place, hosts: undefined };
    await prepareAccess(deps, client, open);
    return open;
  }
}

function withoutHosts({ hosts: _, ...run }: Run): Run {
  return run;
}

/** Puts the present title on the space of a conference that is open. */
export async function rename(hand: Hand): Promise<undefined> {
  const { deps, meeting, now } = hand;
  const { run } = meeting;
  const cluster = run && deps.callBridges.cluster(run.cluster);
  if (run === undefined || cluster === undefined) return;
  const name = titleOf(meeting);
  const fields = { name, passcode: passcodeOn(run), secret: run.secret };
  const space = await deps.callBridges.attempt(
    run.cluster,
    run.callBridge,
    (client) => putOpenAgain(deps, client, cluster.config, placeOf(hand, run), fields),
    leaving(hand, 'rename'),
  );
  // Outlook has spoken after whoever renamed it on the bridge.
  const { name: _, ...changed } = run.changed ?? {};
  const renamed = run.changed === undefined ? { space, name } : { space, name, changed };
  await record(hand, { ...run, ...renamed }, [{ at: now, what: 'renamed' }]);
}
