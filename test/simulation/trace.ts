/** What the machines have done to others, each thing with its time, as one digest: two runs are the same if it is. */
import { createHash } from 'node:crypto';
import type { Machine, Stage } from './stage.ts';

/** Characters that are gathered before they are digested. */
const piece = 65_536;

export class Trace {
  /** Told each line; for those who look for where two runs part. */
  onLine: ((line: string) => void) | undefined;
  readonly #hash = createHash('sha256');
  #gathered = '';
  lines = 0;

  add(stage: Stage, machine: Machine, what: string, text: string): void {
    const line = `${stage.now} ${machine.name} ${what} ${text}\n`;
    this.lines += 1;
    this.onLine?.(line);
    this.#gathered += line;
    if (this.#gathered.length > piece) this.#digest();
  }

  end(): string {
    this.#digest();
    return this.#hash.digest('hex');
  }

  #digest(): void {
    this.#hash.update(this.#gathered);
    this.#gathered = '';
  }
}
