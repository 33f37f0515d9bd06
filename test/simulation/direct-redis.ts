/**
 * A client of the simulated Redis that stands in for ioredis where speed is wanted: what is called in one breath goes
 * together and comes back in order. As ioredis does it, one that is patient sends again what a cut has left without an
 * answer, so that it may be done twice; one that is not gives up.
 */
import { RedisError, type Reply, Status } from '../simulators/redis/reply.ts';
import type { RedisSimulator } from '../simulators/redis/simulator.ts';
import type { Machine, Stage } from './stage.ts';
import type { Trace } from './trace.ts';

export interface DirectDeps {
  readonly stage: Stage;
  readonly machine: Machine;
  readonly redis: RedisSimulator;
  readonly trace: Trace;
  readonly isPatient: boolean;
  readonly line: {
    readonly isAway: boolean;
    /** Counts the times at which every connection was cut. */
    readonly cuts: number;
    /** Milliseconds for one way. */
    delay(): number;
  };
}

type Argument =
  | string
  | number
  | Buffer
  | null
  | undefined
  | Argument[]
  | ReadonlyMap<string, string>
  | object;

interface Call {
  readonly command: readonly string[];
  readonly isBytes: boolean;
  settle(reply: Reply): void;
  refuse(error: Error): void;
}

interface Breath {
  readonly event: number;
  readonly calls: Call[];
}

/** As the impatient connections of the product have it. */
const patience = 800;
const again = 300;

class Direct {
  readonly #deps: DirectDeps;
  #breath: Breath | undefined;
  #arrivesThere = 0;
  #arrivesHere = 0;

  constructor(deps: DirectDeps) {
    this.#deps = deps;
  }

  ask(command: readonly string[], isBytes = false): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (reply: Reply) =>
        reply instanceof RedisError
          ? reject(failed(reply))
          : resolve(shaped(command[0] ?? '', reply, isBytes));
      this.#call({ command, isBytes, settle, refuse: reject });
    });
  }

  /** All of them at once, or each for itself; answered as ioredis answers `exec`. */
  askAll(commands: readonly (readonly string[])[], isOne: boolean): Promise<[Error | null, unknown][]> {
    const all = commands.map((command) =>
      this.ask(command).then(
        (value): [Error | null, unknown] => [null, value],
        (error: Error): [Error | null, unknown] => {
          if (!(error as { isReply?: boolean }).isReply) throw error;
          return [error, undefined];
        },
      ),
    );
    // Nothing comes between those of one breath anyhow: whether they are one makes no difference here.
    void isOne;
    return Promise.all(all);
  }

  #call(call: Call): void {
    const { stage, machine, trace } = this.#deps;
    if (!stage.mayAct(machine)) return;
    trace.add(stage, machine, 'redis', call.command.join(' '));
    if (this.#breath?.event === stage.events) {
      this.#breath.calls.push(call);
      return;
    }
    this.#breath = { event: stage.events, calls: [call] };
    this.#send(this.#breath);
  }

  #send({ calls }: Breath): void {
    const { stage, machine, redis, line, isPatient } = this.#deps;
    if (!isPatient) stage.after(patience, () => refuseAll(calls, 'Command timed out'), machine);
    if (line.isAway) {
      if (isPatient) stage.after(again, () => this.#resend(calls), machine);
      else
        stage.after(
          1,
          () => refuseAll(calls, "Stream isn't writeable and enableOfflineQueue options is false"),
          machine,
        );
      return;
    }
    const { cuts } = line;
    const isCut = () => line.isAway || line.cuts !== cuts;
    const lost = () => {
      if (!isPatient)
        stage.after(1, () => refuseAll(calls, 'Reached the max retries per request limit'), machine);
      else stage.after(again, () => this.#resend(calls), machine);
    };
    this.#arrivesThere = Math.max(this.#arrivesThere, stage.now + line.delay());
    stage.after(
      this.#arrivesThere - stage.now,
      () => {
        if (isCut()) return lost();
        const replies = calls.map(({ command }) => attempted(redis, command));
        redis.wake();
        this.#arrivesHere = Math.max(this.#arrivesHere, stage.now + line.delay());
        const answer = () => {
          if (isCut()) lost();
          else for (const [i, call] of calls.entries()) call.settle(replies[i] ?? null);
        };
        stage.after(this.#arrivesHere - stage.now, answer, machine);
      },
      stage.world,
    );
  }

  #resend(calls: Call[]): void {
    this.#send({ event: this.#deps.stage.events, calls });
  }
}

function attempted(redis: RedisSimulator, command: readonly string[]): Reply {
  try {
    return redis.execute(command);
  } catch (error) {
    if (error instanceof RedisError) return error;
    throw error;
  }
}

function refuseAll(calls: readonly Call[], why: string): void {
  for (const { refuse } of calls) refuse(new Error(why));
}

function failed({ message }: RedisError): Error {
  return Object.assign(new Error(message), { name: 'ReplyError', isReply: true });
}

function shaped(command: string, reply: Reply, isBytes: boolean): unknown {
  const made = plain(reply, isBytes);
  if (command.toLowerCase() !== 'hgetall' || !Array.isArray(made)) return made;
  const fields: Record<string, unknown> = {};
  for (let i = 0; i < made.length; i += 2) fields[String(made[i])] = made[i + 1];
  return fields;
}

function plain(reply: Reply, isBytes: boolean): unknown {
  if (typeof reply === 'string') return isBytes ? Buffer.from(reply, 'latin1') : textOf(reply);
  if (reply === null || typeof reply === 'number') return reply;
  if (reply instanceof Status) return reply.text;
  if (reply instanceof RedisError) return failed(reply);
  return reply.map((one) => plain(one, isBytes));
}

function textOf(bytes: string): string {
  return /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}

function bytesOf(text: string): string {
  for (let at = 0; at < text.length; at += 1)
    if (text.charCodeAt(at) > 127) return Buffer.from(text, 'utf8').toString('latin1');
  return text;
}

function flat(args: readonly Argument[], into: string[]): string[] {
  for (const arg of args) {
    if (typeof arg === 'string') into.push(bytesOf(arg));
    else if (Buffer.isBuffer(arg)) into.push(arg.toString('latin1'));
    else if (Array.isArray(arg)) flat(arg as Argument[], into);
    else if (arg instanceof Map) flat([...arg].flat() as Argument[], into);
    else if (typeof arg === 'object' && arg !== null) flat(Object.entries(arg).flat() as Argument[], into);
    else into.push(String(arg ?? ''));
  }
  return into;
}

const idle = new Set(['on', 'once', 'off', 'removeListener', 'disconnect', 'quit', 'connect']);

/** Made to look like ioredis where stores look. */
export function directRedis(deps: DirectDeps): unknown {
  const direct = new Direct(deps);
  const methods = new Map<string | symbol, unknown>();
  const client: unknown = new Proxy(direct, {
    get(_, name) {
      const known = methods.get(name);
      if (known !== undefined || name === 'then') return known;
      const made = method(direct, client, String(name));
      methods.set(name, made);
      return made;
    },
  });
  return client;
}

function method(direct: Direct, client: unknown, name: string): unknown {
  if (idle.has(name)) return () => client;
  if (name === 'status') return 'ready';
  if (name === 'multi' || name === 'pipeline')
    return (first?: unknown) => chained(direct, name === 'multi', first);
  if (name === 'call') return (...args: Argument[]) => direct.ask(flat(args, []));
  const isBytes = name.endsWith('Buffer');
  const command = isBytes ? name.slice(0, -6) : name;
  return (...args: Argument[]) => direct.ask(flat(args, [command]), isBytes);
}

function chained(direct: Direct, isOne: boolean, first: unknown): unknown {
  const commands: string[][] = Array.isArray(first)
    ? (first as Argument[][]).map((one) => flat(one, []))
    : [];
  const chain: unknown = new Proxy(
    {},
    {
      get(_, name) {
        if (name === 'then') return undefined;
        if (name === 'length') return commands.length;
        if (name === 'exec') return () => direct.askAll(commands, isOne);
        if (name === 'call')
          return (...args: Argument[]) => {
            commands.push(flat(args, []));
            return chain;
          };
        return (...args: Argument[]) => {
          commands.push(flat(args, [String(name)]));
          return chain;
        };
      },
    },
  );
  return chain;
}
