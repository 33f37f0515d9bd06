/** The closed vocabulary of what happens at the public door; each word is a label of `roombridge_door_total`. */

/** Once a request. */
const ofRequests = [
  /** A path that does not exist: 404. */
  'unknown-path',
  /** 405. */
  'wrong-method',
  /** The handshake of a subscription: 200. */
  'validated',
  /** 415. */
  'wrong-type',
  /** 413. */
  'too-large',
  /** Broken JSON, or JSON of another shape: 400. */
  'malformed',
  /** Not one true notification among them: 403. */
  'forbidden',
  /** At least one true notification, rung and stored: 202. */
  'accepted',
  /** True notifications that ask for nothing, or none at all: 202. */
  'idle',
  /** A call bridge's call detail records, stored: 200. */
  'records',
  /** Records with a true secret from an address of the network that they may not come from: 403. */
  'records-from-elsewhere',
  /** Redis failed or took too long: 503. */
  'unavailable',
  /** The client left, or took too long, before its request was whole: 408 or nothing. */
  'unfinished',
  /** Not HTTP: 400 or 431. */
  'unparseable',
] as const;

/** Once a notification, beside the outcome of its request. */
const ofNotifications = [
  'unknown-subscription',
  'wrong-client-state',
  'unknown-lifecycle-event',
  /** Of a change that we made ourselves: true, and rings nothing. */
  'own-echo',
] as const;

export const doorOutcomes = [...ofRequests, ...ofNotifications] as const;
export type DoorOutcome = (typeof doorOutcomes)[number];
