/**
 * Time, and who acts: one thread of events in the order of their times. Everything that happens is done by a machine, and
 * what it sets going is its own; a machine that is killed has nothing coming any more, and one that is stopped has
 * everything later. Between two events all promises run out, so that nothing depends on the real machine.
 */

const turn = setImmediate;

export class Machine {
  readonly name: string;
  isAlive = true;
  /** Epoch ms until which it does nothing; what was due comes then. */
  stoppedUntil = 0;
  /** Ms that its clock is ahead of the true time. */
  clockAhead = 0;
  /** Things that it has done to others; it dies ahead of the one with this number. */
  deeds = 0;
  diesAt = Number.POSITIVE_INFINITY;
  /** Told when it dies. */
  readonly mourners: (() => void)[] = [];

  constructor(name: string) {
    this.name = name;
  }

  die(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    for (const tell of this.mourners) tell();
  }
}

export interface Due {
  at: number;
  /** Breaks ties: what was asked first is done first. */
  readonly order: number;
  readonly machine: Machine;
  /** Undefined once it is taken back. */
  action: (() => void) | undefined;
}

export class Stage {
  /** Whoever does nothing for the product: the world around it. */
  readonly world = new Machine('world');
  /** Epoch ms, true. */
  now: number;
  /** Who acts now. */
  current: Machine = this.world;
  events = 0;
  readonly began: number;
  readonly #due: Due[] = [];
  #order = 0;

  constructor(start: number) {
    this.began = start;
    this.now = start;
  }

  after(ms: number, action: () => void, machine: Machine = this.current): Due {
    this.#order += 1;
    const due: Due = { at: this.now + Math.max(0, ms), order: this.#order, machine, action };
    this.#push(due);
    return due;
  }

  /**
   * Before something that is seen outside of the machine: false when it is dead. It may die just here, with all that it
   * still wanted to do in this breath.
   */
  mayAct(machine: Machine = this.current): boolean {
    if (!machine.isAlive) return false;
    machine.deeds += 1;
    if (machine.deeds < machine.diesAt) return true;
    machine.die();
    return false;
  }

  /** Everything that falls due until then, in order. `watch` is called after each. */
  async run(until: number, watch: () => void = () => {}): Promise<void> {
    for (;;) {
      const due = this.#due[0];
      if (due === undefined || due.at > until) break;
      this.#shift();
      const { machine, action } = due;
      if (action === undefined || !machine.isAlive) continue;
      if (machine.stoppedUntil > due.at) {
        due.at = machine.stoppedUntil;
        this.#push(due);
        continue;
      }
      this.now = Math.max(this.now, due.at);
      this.current = machine;
      this.events += 1;
      due.action = undefined;
      action();
      await new Promise((resolve) => turn(resolve));
      this.current = this.world;
      watch();
    }
    this.now = Math.max(this.now, until);
  }

  #push(due: Due): void {
    const heap = this.#due;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Due;
      if (!before(due, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = due;
  }

  #shift(): void {
    const heap = this.#due;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child] as Due)) child += 1;
      if (!before(heap[child] as Due, last)) break;
      heap[at] = heap[child] as Due;
      at = child;
    }
    heap[at] = last;
  }
}

function before(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
