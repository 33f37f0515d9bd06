/** What may happen next: every process, every request and every call bridge, each in all the ways it can. */
import { carryOut, comeBack, lose } from './protocol-bridge.ts';
import type { Ambient, Answer, Ask, Fibers, Request } from './protocol-fibers.ts';
import { type Records, ringAllOn } from './protocol-records.ts';
import { addresses, type Fiber, type Key, type Scene, type State } from './protocol-state.ts';

export interface Move {
  readonly words: string;
  /** Changes the state, which is its own copy. */
  readonly make: (state: State) => Promise<void> | void;
  /** What happens where nothing goes wrong, soonest first; undefined for a mishap. */
  readonly order?: number;
  /** When it happens at the earliest. */
  readonly at?: number;
  /** What a call bridge is asked with it. */
  readonly request?: Request;
}

/** Milliseconds that pass where somebody looks again and again: not each look is a state of its own. */
const coarse = { retry: 16_000, handover: 2_400 };
/** After so much silence a call bridge is lost. */
const silence = 6_000;
const censusEvery = 45_000;

/** In which order that is answered which one piece of work asks side by side. */
export type SideBySide = 'as asked' | 'any';

export class Moves {
  readonly #scene: Scene;
  readonly #fibers: Fibers;
  readonly #records: Records;
  readonly #order: SideBySide;

  constructor(scene: Scene, fibers: Fibers, records: Records, order: SideBySide) {
    this.#scene = scene;
    this.#fibers = fibers;
    this.#records = records;
    this.#order = order;
  }

  of(state: State): Move[] {
    const moves: Move[] = [];
    for (const p of state.processes.keys()) moves.push(...this.#ofProcess(state, p));
    for (const i of state.bridges.keys()) moves.push(...ofBridge(state, i));
    for (const [i, { key, request }] of state.underway.entries()) {
      const words = `${nameOf(request.bridge)} carries out late: ${said(request)}`;
      const make = (next: State) => {
        next.underway.splice(i, 1);
        if (next.bridges[request.bridge]?.is !== 'away') carryOut(this.#scene, next, key, request, 'late');
      };
      moves.push({ words, make, order: 0 });
      moves.push({ words: `${words} – never`, make: (next) => void next.underway.splice(i, 1) });
    }
    moves.push(...this.#ofClock(state));
    return moves;
  }

  #ofProcess(state: State, p: number): Move[] {
    const process = state.processes[p];
    if (process === undefined) return [];
    const who = `worker ${p + 1}`;
    if (process.is === 'stopped')
      return [{ words: `${who} wakes`, make: (next) => rouse(next, p), order: 1 }];
    if (process.is === 'dead')
      return [{ words: `${who} is started again`, make: (next) => rouse(next, p), order: 1 }];
    const moves: Move[] = [];
    for (const key of Object.keys(this.#scene.booked) as Key[]) {
      if (!isClaimable(state, p, key)) continue;
      moves.push({ words: `${who} takes up ${key}`, make: (next) => this.#claim(next, p, key), order: 4 });
    }
    const isCounted = state.processes.some(({ work }) => work.some(({ key }) => key === 'census'));
    const countsAt = state.now + censusEvery;
    if (state.left.census > 0 && !isCounted && countsAt < latest(this.#scene, state)) {
      const make = async (next: State) => {
        next.left.census -= 1;
        next.now = countsAt;
        next.processes[p]?.work.push({ key: 'census', at: await this.#fibers.root('census'), held: true });
      };
      moves.push({ words: `${who} counts what runs at ${clock(countsAt)}`, make, order: 7, at: countsAt });
    }
    for (const [w, fiber] of process.work.entries()) moves.push(...this.#ofFiber(state, p, w, fiber));
    if (process.work.length === 0) return moves;
    if (state.left.deaths > 0) {
      const make = (next: State) => {
        next.left.deaths -= 1;
        next.processes[p] = { is: 'dead', work: [] };
      };
      moves.push({ words: `${who} dies`, make });
    }
    if (state.left.stops > 0) {
      const make = (next: State) => {
        next.left.stops -= 1;
        const work = process.work.map((one) => ({ ...one, held: false }));
        next.processes[p] = { is: 'stopped', work };
      };
      moves.push({ words: `${who} is stopped for so long that it is taken for dead`, make });
    }
    return moves;
  }

  async #claim(next: State, p: number, key: Key): Promise<void> {
    const { at } = next.due[key] ?? {};
    next.due[key] = { ...(at === undefined ? {} : { at }), holder: p };
    next.processes[p]?.work.push({ key, at: await this.#fibers.root(key), held: true });
  }

  #ofFiber(state: State, p: number, w: number, fiber: Fiber): Move[] {
    const { key } = fiber;
    const who = `worker ${p + 1}, at ${key === 'census' ? 'its census' : key}`;
    const { asks: all, over } = this.#fibers.node(fiber.at);
    const asks = this.#order === 'any' ? all : all.slice(0, 1);
    const moves = asks.flatMap(({ n, ask }) =>
      this.#outcomes(state, p, fiber, ask).map(
        ({ words, does, answer, ...rest }): Move => ({
          words: `${who}: ${words}`,
          make: async (next) => {
            const own = next.processes[p]?.work[w];
            does?.(next);
            const told = answer(next);
            if (own !== undefined) own.at = await this.#fibers.after(fiber.at, n, told, ambientOf(next, own));
          },
          ...rest,
        }),
      ),
    );
    if (over !== undefined) {
      const make = (next: State) => {
        next.processes[p]?.work.splice(w, 1);
        if (key !== 'census') settle(next, p, key, over.next);
      };
      moves.push({ words: `${who}: is through`, make, order: 2 });
    }
    return moves;
  }

  #outcomes(state: State, p: number, fiber: Fiber, ask: Ask): Outcome[] {
    switch (ask.is) {
      case 'request':
        return this.#ofRequest(state, fiber, ask).map((outcome) => ({ ...outcome, request: ask }));
      case 'query':
        return [
          { words: ask.does, answer: (next) => ({ value: this.#records.answer(next, p, ask) }), order: 2 },
        ];
      case 'pause': {
        const does = (next: State) => {
          next.now += Math.max(ask.ms, coarse.handover);
        };
        return [{ words: `${ask.ms} ms pass`, does, answer: () => ({ value: undefined }), order: 5 }];
      }
      case 'wait':
        return this.#ofWait(state, fiber.key as Key, ask);
      default:
        return ask satisfies never;
    }
  }

  #ofWait(state: State, key: Key, { until, inStep }: Extract<Ask, { is: 'wait' }>): Outcome[] {
    if (state.due[key]?.rung) {
      const does = (next: State) => void delete next.due[key]?.rung;
      return [{ words: 'is rung', does, answer: () => ({ value: 'rung' }), order: 2 }];
    }
    const time = { answer: () => ({ value: 'time' }) };
    if (state.now >= until) return [{ words: 'the instant has come', ...time, order: 2 }];
    const at = inStep ? state.now + coarse.retry : until;
    if (state.left.waits === 0 || at > latest(this.#scene, state)) return [];
    const does = (next: State) => {
      next.left.waits -= 1;
      next.now = at;
    };
    return [{ words: `${inStep ? 'tries again' : 'waits'} until ${clock(at)}`, does, ...time, order: 7, at }];
  }

  #ofRequest(state: State, fiber: Fiber, request: Request): Outcome[] {
    const words = `${said(request)} at ${nameOf(request.bridge)}`;
    if (request.guarded && !fiber.held)
      return [{ words: `${words} – is kept back`, answer: () => ({ withheld: true }), order: 2 }];
    const is = state.bridges[request.bridge]?.is;
    const refused: Answer = { fault: is === 'away' ? 'refused connection' : 'silence' };
    if (is !== 'well') return [{ words: `${words} – nobody is there`, answer: () => refused, order: 2 }];
    const carried = (next: State) => carryOut(this.#scene, next, fiber.key, request);
    const outcomes: Outcome[] = [{ words, answer: carried, order: 2 }];
    if (state.left.faults === 0 || request.path.startsWith('system/')) return outcomes;
    const fault = (next: State) => {
      next.left.faults -= 1;
    };
    const broken: Answer = { fault: 'broken off' };
    outcomes.push({ words: `${words} – fails`, does: fault, answer: () => broken });
    if (request.method === 'GET') return outcomes;
    const lost = (next: State) => {
      carried(next);
      return broken;
    };
    outcomes.push({ words: `${words} – its answer is lost`, does: fault, answer: lost });
    if (state.left.late === 0) return outcomes;
    const late = (next: State) => {
      fault(next);
      next.left.late -= 1;
      next.underway.push({ key: fiber.key, request });
    };
    outcomes.push({
      words: `${words} – no answer in time`,
      does: late,
      answer: () => ({ fault: 'silence' }),
    });
    return outcomes;
  }

  #ofClock(state: State): Move[] {
    const moves: Move[] = [];
    const { A, B } = this.#scene.booked;
    const isIdle = state.processes.every(({ is, work }) => is === 'dead' || work.length === 0);
    for (const [key, { at, holder }] of Object.entries(state.due)) {
      if (at === undefined || at <= state.now || holder !== undefined || !isIdle) continue;
      if (state.left.waits === 0 || at > latest(this.#scene, state)) continue;
      const make = (next: State) => {
        next.left.waits -= 1;
        next.now = at;
      };
      moves.push({ words: `${key} is to be looked at again at ${clock(at)}`, make, order: 7, at });
    }
    for (const end of [A?.end, B?.end]) {
      if (end === undefined || state.now >= end || state.left.ends === 0 || state.underway.length > 0)
        continue;
      const make = (next: State) => {
        next.left.ends -= 1;
        next.now = end;
      };
      moves.push({ words: `the clock reaches ${clock(end)}, the end`, make, order: 8, at: end });
      break;
    }
    return moves;
  }
}

interface Outcome extends Pick<Move, 'order' | 'at' | 'request'> {
  readonly words: string;
  readonly does?: (next: State) => void;
  readonly answer: (next: State) => Answer;
}

/** Until the next end nothing is left out: that is reached on its own. */
function latest({ booked: { A, B } }: Scene, { now }: State): number {
  return [A?.end, B?.end].find((end) => end !== undefined && end > now) ?? Number.POSITIVE_INFINITY;
}

function isClaimable(state: State, p: number, key: Key): boolean {
  const { at, holder } = state.due[key] ?? {};
  if (at === undefined || at > state.now) return false;
  if (state.processes[p]?.work.some((one) => one.key === key)) return false;
  return holder === undefined || holder === p || state.processes[holder]?.is !== 'well';
}

/** As `Agenda.settle`. */
function settle(state: State, p: number, key: Key, next: number | undefined): void {
  const due = state.due[key];
  if (due?.holder !== p) return;
  if (due.rung) state.due[key] = { at: state.now };
  else state.due[key] = next === undefined ? {} : { at: next };
}

function rouse(state: State, p: number): void {
  const process = state.processes[p];
  if (process !== undefined) process.is = 'well';
}

function ambientOf({ now, bridges }: State, { held }: Fiber): Ambient {
  const seen = bridges.map(({ seen: is, silentSince }) =>
    silentSince === undefined || is === 'up' ? { is } : { is, since: silentSince },
  );
  return { now, held, seen };
}

function ofBridge(state: State, i: number): Move[] {
  const bridge = state.bridges[i];
  if (bridge === undefined) return [];
  const address = addresses[i] ?? '';
  const name = nameOf(i);
  if (bridge.is === 'well' && bridge.seen === 'lost') {
    const make = (next: State) => {
      const one = next.bridges[i];
      if (one !== undefined) one.seen = 'up';
      delete one?.silentSince;
      ringAllOn(next, address);
    };
    return [{ words: `${name} is seen to be back`, make, order: 1 }];
  }
  if (bridge.is === 'well') {
    if (state.left.losses === 0) return [];
    return (['away', 'cut'] as const).map((how) => ({
      words: `${name} ${how === 'away' ? 'dies' : 'is cut off from us'}`,
      make: (next) => {
        next.left.losses -= 1;
        lose(next, i, how);
      },
    }));
  }
  const back = (next: State) => {
    const was = next.bridges[i]?.is;
    comeBack(next, i);
    // Its uptime says so at the next probe.
    if (was === 'away' && next.bridges[i]?.seen === 'up') ringAllOn(next, address);
  };
  const moves: Move[] = [{ words: `${name} comes back`, make: back, order: 1 }];
  if (bridge.seen === 'up') {
    const make = (next: State) => {
      const one = next.bridges[i];
      if (one === undefined) return;
      next.now = Math.max(next.now, (one.silentSince ?? 0) + silence);
      one.seen = 'lost';
      ringAllOn(next, address);
    };
    moves.push({ words: `${name} is taken for lost`, make });
  }
  return moves;
}

function nameOf(i: number): string {
  return `cms${i + 1}`;
}

/** In the words of those who read it. */
function said({ method, path, fields }: Request): string {
  const [collection, , part] = path.split('/');
  if (method === 'POST') return part === undefined ? 'begins the call' : `dials ${fields.remoteParty}`;
  if (method === 'DELETE') return collection === 'calls' ? `ends ${path}` : `hangs up ${path}`;
  if (method === 'PUT')
    return fields.nonMemberAccess === 'true' ? `opens the space as ${fields.name}` : 'locks the space';
  return `reads ${path}`;
}

export function clock(ms: number): string {
  return `${Math.floor(ms / 60_000)}:${String(Math.round((ms % 60_000) / 1_000)).padStart(2, '0')}`;
}
