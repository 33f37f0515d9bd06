/**
 * Stands in for BullMQ where speed is wanted: a job whose id is not there yet is brought to one of those who have a place
 * for it, at its time or a while later. It promises less: one in a hundred is lost, and so is what the dead had in hand, for
 * the agenda promises that nothing depends on it.
 */
import type { QueueName } from '../../src/queues.ts';
import type { JobQueue } from '../../src/redis/agenda.ts';
import type { Jobs } from '../../workers/processor.ts';
import { among, type Lots } from './lots.ts';
import type { Machine, Stage } from './stage.ts';

interface Place {
  readonly machine: Machine;
  left: number;
  readonly work: (job: { readonly data: { readonly key: string } }) => Promise<void>;
}

interface Waiting {
  readonly id: string;
  readonly key: string;
}

const lostOf = 100;
/** Milliseconds. */
const lateness = 60;

export class Post {
  readonly #stage: Stage;
  readonly #draw: Lots;
  readonly #line: { readonly isAway: boolean; delay(): number };
  readonly #ids = new Map<QueueName, Set<string>>();
  readonly #waiting = new Map<QueueName, Waiting[]>();
  readonly #places = new Map<QueueName, Place[]>();
  /** What was before Redis was emptied is no more. */
  #epoch = 0;

  constructor(stage: Stage, draw: Lots, line: { readonly isAway: boolean; delay(): number }) {
    this.#stage = stage;
    this.#draw = draw;
    this.#line = line;
  }

  empty(): void {
    this.#epoch += 1;
    this.#ids.clear();
    this.#waiting.clear();
  }

  queueOf(machine: Machine, name: QueueName): JobQueue {
    const queue = {
      name,
      addBulk: (jobs: readonly { data: { key: string }; opts?: { jobId?: string; delay?: number } }[]) =>
        jobs.length === 0 ? Promise.resolve([]) : this.#add(machine, name, jobs),
      getWaitingCount: async () => this.#waiting.get(name)?.length ?? 0,
    };
    return queue as unknown as JobQueue;
  }

  jobsOf(machine: Machine): Jobs {
    return (queue, left, work) => {
      const place = { machine, left, work };
      this.#placesOf(queue).push(place);
      const leave = () => {
        const places = this.#placesOf(queue);
        places.splice(places.indexOf(place), 1);
      };
      machine.mourners.push(leave);
      return { close: async () => leave() };
    };
  }

  #placesOf(queue: QueueName): Place[] {
    const places = this.#places.get(queue) ?? [];
    this.#places.set(queue, places);
    return places;
  }

  #add(
    machine: Machine,
    queue: QueueName,
    jobs: readonly { data: { key: string }; opts?: { jobId?: string; delay?: number } }[],
  ): Promise<never[]> {
    const stage = this.#stage;
    if (!stage.mayAct(machine)) return new Promise(() => {});
    return new Promise((resolve) => {
      const attempt = () => {
        if (this.#line.isAway) {
          stage.after(300, attempt, stage.world);
          return;
        }
        for (const { data, opts } of jobs) this.#put(queue, data.key, opts?.jobId ?? '', opts?.delay ?? 0);
        stage.after(this.#line.delay(), () => resolve([]), machine);
      };
      stage.after(this.#line.delay(), attempt, stage.world);
    });
  }

  #put(queue: QueueName, key: string, id: string, delay: number): void {
    const ids = this.#ids.get(queue) ?? new Set();
    this.#ids.set(queue, ids);
    if (ids.has(id)) return;
    ids.add(id);
    const epoch = this.#epoch;
    const come = () => {
      if (epoch !== this.#epoch) return;
      if (this.#draw() < 1 / lostOf) {
        ids.delete(id);
        return;
      }
      const waiting = this.#waiting.get(queue) ?? [];
      this.#waiting.set(queue, waiting);
      waiting.push({ id, key });
      this.#bring(queue);
    };
    this.#stage.after(delay + this.#draw() * lateness, come, this.#stage.world);
  }

  #bring(queue: QueueName): void {
    const stage = this.#stage;
    const waiting = this.#waiting.get(queue) ?? [];
    if (this.#line.isAway) {
      if (waiting.length > 0) stage.after(300, () => this.#bring(queue), stage.world);
      return;
    }
    for (;;) {
      const free = this.#placesOf(queue).filter(({ left }) => left > 0);
      const job = free.length === 0 ? undefined : waiting.shift();
      if (job === undefined) return;
      const place = among(this.#draw, free);
      place.left -= 1;
      this.#ids.get(queue)?.delete(job.id);
      const { machine } = place;
      const done = () => {
        place.left += 1;
        stage.after(this.#line.delay(), () => this.#bring(queue), stage.world);
      };
      stage.after(
        this.#line.delay(),
        () => void place.work({ data: { key: job.key } }).then(done, done),
        machine,
      );
    }
  }
}
