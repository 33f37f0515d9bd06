/** What administrators see of the work that waits, and do about it: of each queue what fails, pausing it, trying and dropping. */
import type { Queue } from 'bullmq';
import type { QueuePorts } from './http/admin/queue-actions.ts';
import type { Now } from './now.ts';
import type { Agenda } from './redis/agenda.ts';

interface Work {
  readonly queue: Queue;
  readonly agenda: Agenda;
}

export function createQueueActions(work: readonly Work[], now: Now): QueuePorts {
  const named = (name: string) => work.find(({ queue }) => queue.name === name);
  return {
    listQueues: () => now.queues(Date.now()),
    listFailing: async (name) => await named(name)?.agenda.failing(),
    actOnQueue: async (name, action) => {
      const { queue, agenda } = named(name) ?? {};
      if (queue === undefined || agenda === undefined) return undefined;
      switch (action.do) {
        case 'pause':
          await queue.pause();
          return true;
        case 'resume':
          await queue.resume();
          return true;
        case 'retry':
          await agenda.ring([{ key: action.key, at: Date.now() }]);
          return true;
        case 'drop':
          return await agenda.drop(action.key);
        default:
          return action satisfies never;
      }
    },
  };
}
