/**
 * Writes that concern the same conference keep their order: none overtakes another that was asked for before it. Those that
 * share (rooms dialled into one call) go side by side; different conferences do not wait for one another.
 */

interface Line {
  running: number;
  /** One runs that lets no other beside it. */
  alone: boolean;
  readonly waiting: { readonly shares: boolean; readonly go: () => void }[];
}

/** What belongs to what is remembered for so many; older ones are over. */
const remembered = 20_000;

export class Order {
  readonly #lines = new Map<string, Line>();
  readonly #wholes = new Map<string, string>();

  /** From now on what concerns the part (a call, a leg) concerns the whole (its space, its call). Ids. */
  belongs(part: string, whole: string): void {
    this.#wholes.set(part, whole);
    const [oldest] = this.#wholes.keys();
    if (this.#wholes.size > remembered && oldest !== undefined) this.#wholes.delete(oldest);
  }

  /** Resolves when those before it are through: true when they had to be waited for. To be given back by `leave`. */
  async enter(
    about: string,
    shares: boolean,
  ): Promise<{ readonly waited: boolean; readonly leave: () => void }> {
    const key = this.#rootOf(about);
    const line = this.#lines.get(key) ?? { running: 0, alone: false, waiting: [] };
    this.#lines.set(key, line);
    const leave = () => this.#leave(key, line);
    if (line.waiting.length === 0 && mayRun(line, shares)) {
      begin(line, shares);
      return { waited: false, leave };
    }
    await new Promise<void>((go) => line.waiting.push({ shares, go }));
    return { waited: true, leave };
  }

  #leave(key: string, line: Line): void {
    line.running -= 1;
    for (
      let next = line.waiting[0];
      next !== undefined && mayRun(line, next.shares);
      next = line.waiting[0]
    ) {
      line.waiting.shift();
      begin(line, next.shares);
      next.go();
    }
    if (line.running === 0) this.#lines.delete(key);
  }

  #rootOf(about: string): string {
    let root = about;
    // A leg belongs to a call, and that to a space.
    for (let depth = 0; depth < 3; depth += 1) root = this.#wholes.get(root) ?? root;
    return root;
  }
}

function mayRun({ running, alone }: Line, shares: boolean): boolean {
  return running === 0 || (shares && !alone);
}

function begin(line: Line, shares: boolean): void {
  line.running += 1;
  line.alone = !shares;
}
