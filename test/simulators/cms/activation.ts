/** Who has media: what holds for a leg, and how guests gain and lose their media as activators come and go. */
import type { Leg, Meeting } from './bridge-state.ts';
import type { Space } from './spaces.ts';
import type { Row } from './table.ts';
import type { World } from './world.ts';

/** What the most specific that says something about the field says: the leg itself, else one of its profiles. */
export function fieldOf(world: World, leg: Leg, name: string): string | undefined {
  const own = leg.fields.get(name);
  if (own !== undefined) return own;
  const { space } = leg.call.meeting;
  const { rows } = world.callLegProfiles;
  for (const { fields } of [
    leg,
    memberOf(space, leg.userJid),
    leg.accessMethod,
    space,
    { fields: world.systemProfiles },
  ].filter((level) => level !== undefined)) {
    const value = rows.get(fields.get('callLegProfile') ?? '')?.fields.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The membership of the user in the space. */
export function memberOf(space: Space | undefined, userJid: string | undefined): Row | undefined {
  if (space === undefined || userJid === undefined) return undefined;
  return [...space.members.values()].find(({ fields }) => fields.get('userJid') === userJid);
}

export class Activation {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** To be called after whatever may make a difference to who has media in the meeting. */
  settle(meeting: Meeting): void {
    const legs = [...meeting.calls].flatMap((call) => [...call.legs.values()]);
    for (const leg of legs) {
      leg.isActivator = leg.state === 'connected' && !leg.isWaiting && !this.#isGuest(leg);
    }
    const had = meeting.hasActivator;
    meeting.hasActivator = legs.some(({ isActivator }) => isActivator);
    if (meeting.hasActivator) for (const leg of legs) admit(leg);
    const dropped = had && !meeting.hasActivator ? legs.filter((leg) => this.#dismiss(leg)) : [];
    for (const leg of legs) this.#show(leg);
    for (const leg of dropped) this.#disconnect(leg);
  }

  /** After a change of what the space, its access methods or its members say. */
  settleSpace(space: Space): void {
    const meeting = this.#world.conferences.meetingOf(space);
    if (meeting !== undefined) this.settle(meeting);
  }

  /** After a change of a profile. */
  settleAll(): void {
    const calls = this.#world.bridges.flatMap((bridge) => [...bridge.calls.values()]);
    for (const meeting of new Set(calls.map((call) => call.meeting))) this.settle(meeting);
  }

  /** Lets one in by hand, out of the lobby and without an activator, until the conference is deactivated again. */
  letIn(leg: Leg): void {
    leg.isWaiting = false;
    leg.isAdmitted = true;
    this.settle(leg.call.meeting);
  }

  /** By hand, into the lobby, until let in in the same way or with all others. */
  sendOut(leg: Leg): void {
    leg.isWaiting = true;
    leg.isAdmitted = false;
    this.settle(leg.call.meeting);
  }

  #isGuest(leg: Leg): boolean {
    return fieldOf(this.#world, leg, 'needsActivation') === 'true';
  }

  /** Begins what the leg's profile wants of it now that the last activator has left; true: it is to be dropped at once. */
  #dismiss(leg: Leg): boolean {
    if (leg.state !== 'connected' || leg.isWaiting) {
      leg.isAdmitted = false;
      return false;
    }
    const mode = fieldOf(this.#world, leg, 'deactivationMode') ?? 'deactivate';
    if (mode === 'remainActivated') return false;
    const seconds = Number(fieldOf(this.#world, leg, 'deactivationModeTime') ?? 0);
    const deactivate = (): void => {
      leg.isAdmitted = false;
      this.#show(leg);
    };
    if (seconds > 0) {
      const act = mode === 'disconnect' ? () => this.#disconnect(leg) : deactivate;
      leg.deactivation = setTimeout(act, seconds * this.#world.settings.profileSecond);
      return false;
    }
    if (mode === 'disconnect') return true;
    leg.isAdmitted = false;
    return false;
  }

  #disconnect(leg: Leg): void {
    this.#world.conferences.endLeg(leg, 'callDeactivated');
  }

  #show(leg: Leg): void {
    const isDeactivated = leg.isWaiting || (!leg.isAdmitted && this.#isGuest(leg));
    if (isDeactivated === leg.isDeactivated) return;
    leg.isDeactivated = isDeactivated;
    if (leg.state !== 'connected') return;
    this.#world.conferences.tell(isDeactivated ? 'legDeactivated' : 'legActivated', leg.call, leg);
  }
}

function admit(leg: Leg): void {
  clearTimeout(leg.deactivation);
  leg.isAdmitted = true;
}
