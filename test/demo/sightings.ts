/** What the simulated Exchange and the simulated call bridges have seen: the demo believes nobody else. */
import type { BookedEvent } from '../simulators/graph/outlook.ts';
import type { World } from '../world/world.ts';

type CmsRequest = World['cms']['log'][number];

export class Sightings {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Epoch ms at which every room had accepted the times that the event has now. */
  accepted(event: BookedEvent, rooms: readonly string[]): number | undefined {
    const own = this.#world.graph.outlook.event(event.organizer, event);
    const copies = rooms.map((room) => this.#world.graph.outlook.roomCopy(room, event));
    const times = copies.map((copy) =>
      copy?.response.response === 'accepted' && copy.start === own?.start && copy.end === own.end
        ? copy.modified
        : Number.POSITIVE_INFINITY,
    );
    const last = Math.max(...times);
    return Number.isFinite(last) ? last : undefined;
  }

  /** Epoch ms at which Roombridge had taken a notification for each room since then. */
  notified(rooms: readonly string[], since: number): number | undefined {
    const { notificationLog, subscriptions } = this.#world.graph;
    return latest(rooms, (room) => {
      const post = notificationLog.find(
        ({ at, status, value }) =>
          at >= since &&
          status === 202 &&
          value.some(({ subscriptionId }) => subscriptions.get(subscriptionId)?.mailbox.address === room),
      );
      return post && post.at + post.took;
    });
  }

  /** Epoch ms at which Roombridge had read the calendar of each room since then. */
  read(rooms: readonly string[], since: number): number | undefined {
    return latest(
      rooms,
      (room) =>
        this.#world.graph.log.find(
          ({ at, method, path, mailbox, status }) =>
            at >= since && mailbox === room && method === 'GET' && status === 200 && /\/delta\b/i.test(path),
        )?.at,
    );
  }

  /** The text of the organizer's event. */
  invitation(event: BookedEvent): string {
    return this.#world.graph.outlook.event(event.organizer, event)?.body.content ?? '';
  }

  /** The slots that stand: locked, with their placeholder's name, their number and their profiles. */
  slotsAtRest(): number {
    return this.#world.cms.spaces().filter(({ callId }) => this.isAtRest(callId ?? '')).length;
  }

  isAtRest(number: string): boolean {
    const space = this.#world.cms.space(number);
    return (
      space !== undefined &&
      space.name === `TMS_Scheduled_Meeting_${number}` &&
      space.passcode === '' &&
      !space.nonMemberAccess &&
      space.callProfile !== undefined &&
      space.callLegProfile !== undefined
    );
  }

  /** Whether people can come in with this passcode. */
  isOpen(number: string, title: string, passcode: string): boolean {
    const space = this.#world.cms.space(number);
    return space?.name === title && space.passcode === passcode && space.nonMemberAccess;
  }

  /** PUTs of a slot that were done, from then on. */
  puts(number: string, since: number): CmsRequest[] {
    const path = `/api/v1/coSpaces/${this.#world.cms.space(number)?.id}`.toLowerCase();
    return this.#world.cms.log.filter(
      (request) =>
        request.at >= since &&
        request.method === 'PUT' &&
        request.status === 200 &&
        request.path.toLowerCase() === path,
    );
  }

  /** The call of a slot that runs now, or ran last. */
  call(number: string): { call: string; bridge: string; at: number } | undefined {
    const id = this.#world.cms.space(number)?.id;
    const started = this.#world.cms.events.findLast(
      ({ kind, coSpace }) => kind === 'callStarted' && coSpace === id,
    );
    return started?.call === undefined
      ? undefined
      : { call: started.call, bridge: started.bridge, at: started.at };
  }

  /** Epoch ms at which each of these far ends had answered in that call; undefined also when one was dialled twice. */
  answered(call: string, addresses: readonly string[]): number | undefined {
    const { events } = this.#world.cms;
    return latest(addresses, (sip) => {
      const legs = events.filter((event) => event.call === call && event.remoteParty === sip);
      const once = legs.filter(({ kind }) => kind === 'legDialled').length === 1;
      return once ? legs.find(({ kind }) => kind === 'legConnected')?.at : undefined;
    });
  }

  /** How many are in that call now. */
  present(call: string): number {
    const calls = this.#world.cms.bridges.flatMap((bridge) => bridge.calls());
    return calls.find(({ id }) => id === call)?.legs ?? 0;
  }

  isRunning(call: string): boolean {
    return this.#world.cms.bridges.some((bridge) => bridge.calls().some(({ id }) => id === call));
  }

  /** How the call was ended by Roombridge, if it was. */
  ended(call: string): { at: number } | undefined {
    return this.#world.cms.events.find(
      (event) => event.kind === 'callEnded' && event.call === call && event.reason === 'apiInitiatedTeardown',
    );
  }

  /** Whether a call bridge was asked how it is, and answered, since then. */
  asked(bridge: string, since: number): CmsRequest | undefined {
    return this.#world.cms.log.find(
      (request) => request.bridge === bridge && request.at >= since && request.status === 200,
    );
  }

  /** For who wants to know what happened instead. */
  lastRequests(): string {
    // How the call bridges are is asked all the time.
    const requests = this.#world.cms.log.filter(({ path }) => !path.endsWith('/system/status')).slice(-4);
    return requests.length === 0
      ? 'no request to the call bridges'
      : `last requests ${requests.map(({ bridge, method, path, status }) => `${bridge} ${method} ${short(path)} ${status || 'no answer'}`).join(', ')}`;
  }
}

function short(path: string): string {
  return path.replace('/api/v1/', '').replace(/([0-9a-f]{4})[0-9a-f-]{32}/gi, '$1…');
}

/** The latest of what is known of all; undefined while it is not known of one. */
function latest<T>(all: readonly T[], of: (one: T) => number | undefined): number | undefined {
  const times = all.map((one) => of(one) ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...times);
  return Number.isFinite(last) ? last : undefined;
}

export function valueIn({ form }: CmsRequest, name: string): string | undefined {
  return form.find(([known]) => known === name)?.[1];
}
