/**
 * The contract of the queues: names, what a job carries, and the options every job has.
 * A job is a doorbell: it carries the key of what to look at, never what was seen. This file imports no worker.
 */
import type { JobsOptions, Queue } from 'bullmq';

export const queueNames = ['calendar', 'conference', 'invitation', 'bridge', 'attendance', 'notice'] as const;
export type QueueName = (typeof queueNames)[number];

/**
 * The key names the thing to be brought to where it should be:
 * `calendar` a room's mailbox, `conference` a meeting's key, `invitation` the iCalUId of an event or a series,
 * `bridge` a cluster's name, or that name after `running ` for what runs on it, `attendance` a call bridge's address, for
 * what it has told of who is in its calls, or that address after `look ` and `listen ` for finding it out; or a meeting's key
 * after `watch `, while somebody watches its conference; `notice` the mark of one who is told of tickets.
 */
export interface DoorbellJob {
  readonly key: string;
}

export type Queues = Record<QueueName, Queue<DoorbellJob>>;

export const watchPrefix = 'watch ';

/** BullMQ's key prefix, and the prefix of our own keys. */
export const keyPrefix = 'roombridge';

/**
 * Repeating is the agenda's (`redis/agenda.ts`), so a job is tried once. A finished job is removed at once, because
 * an id that still exists makes `add` silently do nothing; failed ones are kept for the eye of an administrator.
 */
export const jobOptions: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: { count: 500 } };
