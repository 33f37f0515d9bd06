/** Reads what Graph posts to us, permissively: these are only door-bells, and whoever rings must know the secret. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { objectOf, text } from './event.ts';

export interface Notification {
  readonly subscriptionId: string;
  /** As it came, of any type; see `sameClientState`. */
  readonly clientState: unknown;
  /** Empty where it is missing. */
  readonly changeType: string;
  readonly resourceId?: string;
}

export interface LifecycleNotification {
  readonly subscriptionId: string;
  readonly clientState: unknown;
  /** Microsoft announces further ones; empty where it is missing. */
  readonly lifecycleEvent: string;
}

/** Undefined for a body that is no collection; `malformed` counts the items that name no subscription. */
export function parseNotifications(body: unknown): { items: Notification[]; malformed: number } | undefined {
  const value = objectOf(body).value;
  if (!Array.isArray(value)) return undefined;
  const items: Notification[] = [];
  for (const item of value) {
    const wire = objectOf(item);
    const subscriptionId = text(wire.subscriptionId);
    if (subscriptionId === undefined) continue;
    const resourceId = text(objectOf(wire.resourceData).id);
    items.push({
      subscriptionId,
      clientState: wire.clientState,
      changeType: text(wire.changeType) ?? '',
      ...(resourceId === undefined ? {} : { resourceId }),
    });
  }
  return { items, malformed: value.length - items.length };
}

/** Undefined for a body that is no collection; items that name no subscription are left out. */
export function parseLifecycle(body: unknown): LifecycleNotification[] | undefined {
  const value = objectOf(body).value;
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item) => {
    const wire = objectOf(item);
    const subscriptionId = text(wire.subscriptionId);
    if (subscriptionId === undefined) return [];
    const lifecycleEvent = text(wire.lifecycleEvent) ?? '';
    return [{ subscriptionId, clientState: wire.clientState, lifecycleEvent }];
  });
}

/** Takes the same time whatever is given, also for another length or type. */
export function sameClientState(given: unknown, known: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return (
    timingSafeEqual(digest(typeof given === 'string' ? given : ''), digest(known)) &&
    typeof given === 'string'
  );
}
