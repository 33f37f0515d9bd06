/**
 * Reads what Graph posts, permissively and only the fields we use: a field that is missing or odd makes one
 * notification untrue, never the whole post unreadable.
 */

const lifecycleEvents = ['missed', 'subscriptionRemoved', 'reauthorizationRequired'] as const;
export type LifecycleEvent = (typeof lifecycleEvents)[number];

const changeTypes = ['created', 'updated', 'deleted'] as const;
export type ChangeType = (typeof changeTypes)[number];

export interface Notification {
  /** Undefined where it is no string, or longer than any that Graph gives. */
  readonly subscriptionId: string | undefined;
  readonly clientState: unknown;
  /** Id of the event that changed, and how, as far as it says so. */
  readonly eventId: string | undefined;
  readonly changeType: ChangeType | undefined;
  /** Undefined for a change notification. Which path it came by does not matter. */
  readonly lifecycle: LifecycleEvent | 'unknown' | undefined;
}

/** Graph's are GUIDs of 36 characters. */
const longestId = 128;
/** Exchange's ids of events have up to about 200. */
const longestEventId = 512;

/** Undefined when the body is not UTF-8, not JSON, or not an object whose `value` is an array of objects. */
export function parseNotifications(body: Uint8Array): readonly Notification[] | undefined {
  const json = parseJson(body);
  if (!isObject(json) || !Array.isArray(json.value)) return undefined;
  const items: readonly unknown[] = json.value;
  return items.every(isObject) ? items.map(readItem) : undefined;
}

function readItem(item: Record<string, unknown>): Notification {
  const { subscriptionId, clientState, lifecycleEvent, changeType, resourceData } = item;
  return {
    subscriptionId: textUpTo(longestId, subscriptionId),
    clientState,
    eventId: isObject(resourceData) ? textUpTo(longestEventId, resourceData.id) : undefined,
    changeType: changeTypes.find((known) => known === changeType),
    lifecycle: readLifecycle(lifecycleEvent),
  };
}

function textUpTo(longest: number, value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= longest ? value : undefined;
}

function readLifecycle(event: unknown): Notification['lifecycle'] {
  if (event === undefined || event === null) return undefined;
  return lifecycleEvents.find((known) => known === event) ?? 'unknown';
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
