/** CPU profiles of another Node.js process for as long as they are wanted, by its inspector. */
import { writeFileSync } from 'node:fs';
import { WebSocket } from 'undici';

interface Answer {
  readonly id?: number;
  readonly result?: { readonly profile?: object };
}

export class Profiler {
  readonly #socket: WebSocket;
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param port of a process that was started with `--inspect=127.0.0.1:<port>` */
  static async of(port: number): Promise<Profiler> {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error('the inspector does not answer')));
    });
    return new Profiler(socket);
  }

  async start(): Promise<void> {
    await this.#ask('Profiler.enable');
    await this.#ask('Profiler.start');
  }

  async stop(file: string): Promise<void> {
    const { profile } = (await this.#ask('Profiler.stop')) ?? {};
    writeFileSync(file, JSON.stringify(profile));
  }

  close(): void {
    this.#socket.close();
  }

  #ask(method: string): Promise<Answer['result']> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      const hear = ({ data }: { data: unknown }) => {
        const answer = JSON.parse(String(data)) as Answer;
        if (answer.id !== id) return;
        this.#socket.removeEventListener('message', hear);
        resolve(answer.result);
      };
      this.#socket.addEventListener('message', hear);
      this.#socket.send(JSON.stringify({ id, method }));
    });
  }
}
