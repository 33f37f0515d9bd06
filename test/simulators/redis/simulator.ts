/**
 * Redis in this process, without a socket: what clients send comes in as bytes and is answered in bytes, and the Lua that
 * they send is run. It holds what the stores and BullMQ use of Redis 7, no more; what it does not know it refuses.
 */
import { collectionCommands } from './collection-commands.ts';
import { Keyspace } from './keyspace.ts';
import { entryOf, idOf, isAfter, orderedCommands } from './ordered-commands.ts';
import { ok, Reader, RedisError, type Reply, written } from './reply.ts';
import { Scripts } from './scripts.ts';
import { type Command, integer, textCommands } from './text-commands.ts';

const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({ ...textCommands, ...collectionCommands, ...orderedCommands }),
);

/** A command that waits: tries, and answers undefined as long as there is nothing. */
interface Waiting {
  readonly session: Session;
  attempt(): Reply | undefined;
  timer: NodeJS.Timeout | undefined;
}

export class RedisSimulator {
  readonly keys: Keyspace;
  readonly #scripts: Scripts;
  readonly #waiting = new Set<Waiting>();
  readonly #calls = new Map<string, number>();
  #commands = 0;

  /** `now` in epoch ms. */
  constructor(now: () => number = Date.now) {
    this.keys = new Keyspace(now);
    this.#scripts = new Scripts((command) => this.#do(command));
  }

  /** Commands carried out since it began, those of scripts not counted. */
  get carriedOut(): number {
    return this.#commands;
  }

  /** A client's connection; `send` is given what it is answered, in bytes. */
  connect(send: (text: string) => void): Session {
    return new Session(this, send);
  }

  /** It comes back without anything that was written. */
  empty(): void {
    this.keys.clear();
    this.#scripts.forget();
  }

  /** @throws RedisError */
  execute(command: readonly string[]): Reply {
    this.#commands += 1;
    const name = command[0]?.toLowerCase() ?? '';
    switch (name) {
      case 'eval':
        return this.#run(this.#scripts.load(command[1] ?? ''), command);
      case 'evalsha':
        return this.#run(command[1] ?? '', command);
      case 'script':
        return this.#script(command);
      case 'client':
        return ok;
      case 'config':
        this.#calls.clear();
        return ok;
      case 'info':
        return command[1] === 'commandstats' ? this.#statistics() : this.#do(command);
      default:
        return this.#do(command);
    }
  }

  /** What to try for a command that may wait, and for how long (ms; 0 for ever); undefined of any other command. */
  patience(command: readonly string[]): { attempt: () => Reply | undefined; wait: number } | undefined {
    const [name = '', ...args] = command;
    switch (name.toLowerCase()) {
      case 'bzpopmin':
        return {
          attempt: () => this.#firstOf('zpopmin', args.slice(0, -1)),
          wait: Number(args.at(-1)) * 1_000,
        };
      case 'blpop':
        return { attempt: () => this.#firstOf('lpop', args.slice(0, -1)), wait: Number(args.at(-1)) * 1_000 };
      case 'xread':
        return this.#read(args);
      default:
        return undefined;
    }
  }

  wait(waiting: Waiting, wait: number): void {
    this.#waiting.add(waiting);
    if (wait <= 0) return;
    waiting.timer = setTimeout(() => this.#settle(waiting, null), wait);
  }

  /** Looks for what somebody waits for, the longest first. */
  wake(): void {
    for (const waiting of this.#waiting) {
      const found = waiting.attempt();
      if (found !== undefined) this.#settle(waiting, found);
    }
  }

  leave(session: Session): void {
    for (const waiting of this.#waiting) {
      if (waiting.session !== session) continue;
      clearTimeout(waiting.timer);
      this.#waiting.delete(waiting);
    }
  }

  #settle(waiting: Waiting, found: Reply): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
    waiting.session.goOn(found);
  }

  #do(command: readonly string[]): Reply {
    const [name = '', ...args] = command;
    const lower = name.toLowerCase();
    const carryOut = commands.get(lower);
    this.#calls.set(lower, (this.#calls.get(lower) ?? 0) + 1);
    if (carryOut === undefined) throw new RedisError(`ERR unknown command '${name}'`);
    return carryOut(this.keys, args);
  }

  #statistics(): string {
    return [...this.#calls].map(([name, calls]) => `cmdstat_${name}:calls=${calls}\r\n`).join('');
  }

  #run(sha: string, [, , count, ...rest]: readonly string[]): Reply {
    const keys = integer(count);
    return this.#scripts.run(sha, rest.slice(0, keys), rest.slice(keys));
  }

  #script([, what = '', ...args]: readonly string[]): Reply {
    switch (what.toLowerCase()) {
      case 'load':
        return this.#scripts.load(args[0] ?? '');
      case 'exists':
        return args.map((sha) => (this.#scripts.has(sha) ? 1 : 0));
      case 'flush':
        this.#scripts.forget();
        return ok;
      default:
        throw new RedisError(`ERR unknown subcommand '${what}'`);
    }
  }

  #firstOf(pop: string, names: readonly string[]): Reply | undefined {
    for (const key of names) {
      const found = this.#do([pop, key]);
      if (Array.isArray(found) ? found.length > 0 : found !== null) return [key, ...[found].flat()];
    }
    return undefined;
  }

  #read(args: readonly string[]): { attempt: () => Reply | undefined; wait: number } {
    const flags = args.map((one) => one.toUpperCase());
    const option = (name: string) =>
      flags.includes(name) ? integer(args[flags.indexOf(name) + 1]) : undefined;
    const [count, block] = [option('COUNT'), option('BLOCK')];
    const rest = args.slice(flags.indexOf('STREAMS') + 1);
    const names = rest.slice(0, rest.length / 2);
    const after = names.map((key, i): readonly [number, number] => {
      const given = rest[names.length + i] ?? '0';
      return given === '$' ? (this.keys.get(key, 'stream')?.last ?? [0, 0]) : idOf(given, 0);
    });
    const attempt = (): Reply | undefined => {
      const found = names.flatMap((key, i) => {
        const from = after[i] ?? [0, 0];
        const entries = (this.keys.get(key, 'stream')?.entries ?? []).filter(({ id }) => isAfter(id, from));
        return entries.length === 0 ? [] : [[key, entries.slice(0, count).map(entryOf)]];
      });
      return found.length > 0 ? found : block === undefined ? null : undefined;
    };
    return { attempt, wait: block ?? 1 };
  }
}

export class Session {
  readonly #redis: RedisSimulator;
  readonly #send: (text: string) => void;
  readonly #reader = new Reader();
  readonly #behind: string[][] = [];
  #transaction: string[][] | undefined;
  #isSpoilt = false;
  #waits = false;
  #isOpen = true;
  #out = '';

  constructor(redis: RedisSimulator, send: (text: string) => void) {
    this.#redis = redis;
    this.#send = send;
  }

  /** Carries out what is whole of it, in order, and answers in one piece. */
  receive(piece: string): void {
    if (!this.#isOpen) return;
    this.#behind.push(...this.#reader.read(piece));
    this.#work();
  }

  close(): void {
    this.#isOpen = false;
    this.#redis.leave(this);
  }

  /** What it has waited for. */
  goOn(found: Reply): void {
    this.#waits = false;
    this.#answer(found);
    this.#work();
  }

  #work(): void {
    while (!this.#waits) {
      const command = this.#behind.shift();
      if (command === undefined) break;
      this.#take(command);
    }
    const out = this.#out;
    this.#out = '';
    if (out !== '' && this.#isOpen) this.#send(out);
    this.#redis.wake();
  }

  #answer(reply: Reply): void {
    this.#out += written(reply);
  }

  #take(command: string[]): void {
    const name = command[0]?.toLowerCase();
    if (name === 'multi') {
      this.#transaction = [];
      this.#isSpoilt = false;
      this.#answer(ok);
    } else if (name === 'discard') {
      this.#transaction = undefined;
      this.#answer(ok);
    } else if (name === 'exec') {
      const queued = this.#transaction ?? [];
      this.#transaction = undefined;
      if (this.#isSpoilt)
        this.#answer(new RedisError('EXECABORT Transaction discarded because of previous errors.'));
      else this.#answer(queued.map((one) => this.#attempt(one)));
    } else if (this.#transaction !== undefined) {
      this.#transaction.push(command);
      this.#out += '+QUEUED\r\n';
    } else {
      const patience = this.#redis.patience(command);
      if (patience === undefined) this.#answer(this.#attempt(command));
      else this.#wait(patience.attempt, patience.wait);
    }
  }

  #wait(attempt: () => Reply | undefined, wait: number): void {
    const found = attempt();
    if (found !== undefined) {
      this.#answer(found);
      return;
    }
    this.#waits = true;
    this.#redis.wait({ session: this, attempt, timer: undefined }, wait);
  }

  #attempt(command: readonly string[]): Reply {
    try {
      return this.#redis.execute(command);
    } catch (error) {
      if (error instanceof RedisError) return error;
      throw error;
    }
  }
}
