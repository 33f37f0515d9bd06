/** `roombridge audit`: asks the running workers to compare rooms with what is held of them, and waits for their reports. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { iso } from './conference/view.ts';
import type { Config } from './config.ts';
import type { DoorbellJob } from './queues.ts';
import { Agenda } from './redis/agenda.ts';
import { connect } from './redis/connection.ts';
import { startEmbeddedRedis } from './redis/embedded.ts';
import { type AuditReport, RoomStore } from './redis/rooms.ts';
import { queuePrefixOn } from './redis/ways.ts';

/** Under this name the slots are audited; it is no mailbox. */
export const slotsKey = '*';

/** Nobody works, or nobody can read the room, when nothing has come for so long. */
const patience = 60_000;
const lookEvery = 250;

interface Audited {
  readonly mailbox: string;
  /** Undefined: not audited, for this reason. */
  readonly report: AuditReport | undefined;
  readonly why?: string;
}

/** @returns what was found in each room, in the order of the configuration; the slots come last where all were asked for */
export async function auditRooms(
  config: Pick<Config, 'rooms' | 'redis' | 'dataDir'>,
  room: string | undefined,
  quietFor = patience,
): Promise<Audited[]> {
  const embedded =
    config.redis === undefined ? await startEmbeddedRedis({ dataDir: config.dataDir }) : undefined;
  const place = config.redis ?? embedded?.url ?? '';
  const [redis, connection] = [connect(place), connect(place, 'queues')];
  // What the connections suffer is told by the patience running out.
  for (const one of [redis, connection]) one.on('error', () => {});
  const queue = new Queue<DoorbellJob>('calendar', { connection, prefix: queuePrefixOn(connection) });
  queue.on('error', () => {});
  try {
    const all = [...config.rooms.map(({ mailbox }) => mailbox), slotsKey];
    const asked = room === undefined ? all : [room];
    return await Promise.race([ask(redis, queue, asked, quietFor), unreachable(redis)]);
  } finally {
    redis.disconnect();
    connection.disconnect();
    await queue.close().catch(() => {});
    await embedded?.close();
  }
}

async function unreachable(redis: Redis): Promise<never> {
  await sleep(patience / 4, undefined, { ref: false });
  while (redis.status === 'ready') await sleep(1_000, undefined, { ref: false });
  throw new Error('Redis cannot be reached');
}

async function ask(
  redis: Redis,
  queue: Queue<DoorbellJob>,
  mailboxes: readonly string[],
  quietFor: number,
): Promise<Audited[]> {
  const rooms = new RoomStore(redis);
  const now = Date.now();
  for (const mailbox of mailboxes) await rooms.putStatus(mailbox, { auditAsked: now });
  await new Agenda(redis, queue, randomUUID()).ring(mailboxes.map((key) => ({ key, at: now })));
  const done = new Map<string, AuditReport | undefined>();
  for (let heardAt = Date.now(); done.size < mailboxes.length && Date.now() - heardAt < quietFor; ) {
    for (const mailbox of mailboxes.filter((one) => !done.has(one))) {
      if ((await rooms.status(mailbox)).auditAsked !== undefined) continue;
      done.set(mailbox, await rooms.audit(mailbox));
      heardAt = Date.now();
    }
    if (done.size < mailboxes.length) await sleep(lookEvery);
  }
  return await Promise.all(
    mailboxes.map(async (mailbox) => {
      const report = done.get(mailbox);
      if (report !== undefined) return { mailbox, report };
      const { error } = await rooms.status(mailbox);
      return { mailbox, report, why: error ?? 'no worker has answered: does roombridge run?' };
    }),
  );
}

/** For a terminal: each difference, or that there is none. */
export function tellAudit(audited: readonly Audited[]): { readonly text: string; readonly well: boolean } {
  const lines: string[] = [];
  for (const { mailbox, report, why } of audited) {
    const name = mailbox === slotsKey ? 'the slots' : mailbox;
    if (report === undefined) lines.push(`${name}: not audited: ${why}`);
    else if (report.examples.length > 0) {
      const counts = Object.entries(report.counts).map(([kind, count]) => `${count} ${kind}`);
      lines.push(`${name}: ${counts.join(', ')} (repaired, ${iso(report.at)})`);
      lines.push(...report.examples.map(({ kind, of }) => `  ${kind}  ${of}`));
    }
  }
  const rooms = audited.filter(({ mailbox }) => mailbox !== slotsKey).length;
  const well = lines.length === 0;
  const end = well ? `${rooms} ${rooms === 1 ? 'room' : 'rooms'} audited, no difference` : undefined;
  return { text: [...lines, ...(end === undefined ? [] : [end])].join('\n'), well };
}
