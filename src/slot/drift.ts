/** What of a slot's space is not as it should be: between two meetings, and while one is held in it. */

/** What can differ, in the words of timeline and tickets. */
export const slotFields = [
  'name',
  'passcode',
  'lock',
  'layout',
  'call-profile',
  'call-leg-profile',
  'access-methods',
] as const;
export type SlotField = (typeof slotFields)[number];

/** A space as it was read. */
export interface SpaceAsFound {
  readonly name: string;
  readonly passcode: string | undefined;
  readonly nonMemberAccess: boolean;
  readonly defaultLayout: string | undefined;
  readonly callProfile: string | undefined;
  readonly callLegProfile: string | undefined;
  /** Undefined where the release does not say. */
  readonly accessMethods: number | undefined;
}

export interface SlotProfiles {
  readonly callProfile: string;
  readonly callLegProfile: string;
}

/** Those that a slot has while a meeting with guests and hosts is held in it. */
export function withGuests(
  { guests, call }: { readonly guests: string; readonly call?: string },
  usual: SlotProfiles['callProfile'],
): SlotProfiles {
  return { callProfile: call ?? usual, callLegProfile: guests };
}

/**
 * Between two meetings: locked, with its own name and our profiles.
 * @param wasChanged its last conference was changed on the bridge; else a layout is what an administrator gives all slots
 * @param isPrepared hosts of the next meeting have their access method there already
 */
export function driftAtRest(
  found: SpaceAsFound,
  name: string,
  profiles: SlotProfiles,
  wasChanged: boolean,
  isPrepared = false,
): SlotField[] {
  const differs: Readonly<Record<SlotField, boolean>> = {
    name: found.name !== name,
    passcode: (found.passcode ?? '') !== '',
    lock: found.nonMemberAccess,
    layout: wasChanged && (found.defaultLayout ?? '') !== '',
    ...profilesDiffer(found, profiles),
    'access-methods': !isPrepared && (found.accessMethods ?? 0) > 0,
  };
  return slotFields.filter((field) => differs[field]);
}

/**
 * While a conference runs in it: what somebody has changed there of what its record says nothing of. Its name, passcode
 * and lock are the record's; see `conference/assessment.ts`.
 */
export function changedWhileOpen(found: SpaceAsFound, profiles: SlotProfiles): SlotField[] {
  const differs = { layout: (found.defaultLayout ?? '') !== '', ...profilesDiffer(found, profiles) };
  return (['layout', 'call-profile', 'call-leg-profile'] as const).filter((field) => differs[field]);
}

function profilesDiffer({ callProfile, callLegProfile }: SpaceAsFound, profiles: SlotProfiles) {
  return {
    'call-profile': callProfile !== profiles.callProfile,
    'call-leg-profile': callLegProfile !== profiles.callLegProfile,
  };
}

/** The fields of a profile that say something else than we have put there. What a release does not say is not known. */
export function driftOfProfile(
  found: Readonly<Record<string, string>>,
  wanted: readonly (readonly [name: string, value: unknown])[],
): { readonly field: string; readonly is: string; readonly should: string }[] {
  return wanted.flatMap(([field, value]) => {
    const is = found[field];
    return is === undefined || is === String(value) ? [] : [{ field, is, should: String(value) }];
  });
}

/** The next `count` of the numbers after the one that was seen last, going round. */
export function nextInTurn(numbers: readonly string[], after: string | undefined, count: number): string[] {
  const behind = after === undefined ? 0 : numbers.findIndex((number) => Number(number) > Number(after));
  const from = Math.max(0, behind);
  return [...numbers.slice(from), ...numbers.slice(0, from)].slice(0, count);
}
