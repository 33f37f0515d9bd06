/** A worker's life among the others: its heartbeat, and what those leave behind that die. */
import type { Redis } from 'ioredis';
import type { Agenda } from './agenda.ts';
import { watchDeaths } from './deaths.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';

export interface LifeDeps {
  readonly redis: Redis;
  /** A connection for nothing else. */
  readonly line: Redis | undefined;
  readonly processId: string;
  /** Of every queue. */
  readonly agendas: readonly Agenda[];
  readonly log: { warn(details: object, message: string): void };
}

/** Lives until it is closed; what the dead had in hand is handed on at once. */
export async function startLife({ redis, line, processId, agendas, log }: LifeDeps): Promise<{
  readonly heartbeat: Heartbeat;
  close(): Promise<void>;
}> {
  const onError = (error: unknown) => log.warn({ err: error }, 'heartbeat failed');
  const heartbeat = await startHeartbeat(redis, processId, onError, line);
  const deaths = watchDeaths({
    ...{ redis, processId, onError },
    async onDeath(dead) {
      const left = await Promise.all(agendas.map((agenda) => agenda.takeOver(dead)));
      const taken = left.reduce((sum, count) => sum + count, 0);
      log.warn({ process: dead, taken }, 'another process has died; what it had in hand is taken over');
    },
  });
  return {
    heartbeat,
    async close() {
      deaths.stop();
      await heartbeat.stop();
    },
  };
}
