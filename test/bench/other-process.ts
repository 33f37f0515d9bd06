/** Another program of the bench, told what to do and asked what came of it; it ends with this one at the latest. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Answer<T> = { readonly value: T } | { readonly error: string };

export class OtherProcess<Order extends object> {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  /** `program` is a URL such as `new URL('./x.js', import.meta.url)`. */
  constructor(program: URL) {
    this.#child = fork(fileURLToPath(program), { serialization: 'advanced' });
    this.#ended = new Promise((resolve) => this.#child.once('exit', resolve));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** One order at a time. */
  async tell<T>(order: Order): Promise<T> {
    const child = this.#child;
    return await new Promise<T>((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`a program of the bench ended with ${code}`));
      child.once('exit', onExit);
      child.once('message', (answer: Answer<T>) => {
        child.off('exit', onExit);
        if ('error' in answer) reject(new Error(answer.error));
        else resolve(answer.value);
      });
      child.send(order);
    });
  }

  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }
}
