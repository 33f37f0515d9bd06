/**
 * A worker that dies in the middle of its work, at any of its writes, whether to Redis or to a call bridge: just before it,
 * on its way, or just after. From then on nothing that it does reaches anybody, and nobody answers it.
 */
import { CmsClient } from '../../src/cms/client.ts';
import type { Wire } from '../../src/cms/wire.ts';
import { CallBridges } from '../../workers/call-bridges.ts';
import type { ConferenceDeps } from '../../workers/hand.ts';
import type { HealthWatch } from '../../workers/health-watch.ts';

export interface Dying {
  /** At which write, counted from 1. */
  readonly write: number;
  /** `meanwhile`: while it is on its way, so that it reaches whom it is for. */
  readonly when: 'before' | 'meanwhile' | 'after';
}

interface Life {
  readonly deps: ConferenceDeps;
  readonly isOver: () => boolean;
  /** Resolves with its death. */
  readonly death: Promise<'dead'>;
  /** What it wrote, in order; the last one is that of its death. */
  readonly writes: readonly string[];
}

/** What conferences write, by the store. */
const written: Partial<Record<keyof ConferenceDeps, readonly string[]>> = {
  meetings: ['saveRun', 'putPlacement', 'putEarly', 'note'],
  operations: ['order', 'progress', 'settle'],
  places: ['move', 'saveLeft'],
  slots: ['markUnclean', 'seenEmpty', 'release', 'stretch', 'reserve', 'handOver'],
  tickets: ['settle'],
};

export function mortal(
  deps: ConferenceDeps,
  on: { readonly wires: readonly Wire[]; readonly watch: HealthWatch },
  { write, when }: Dying,
): Life {
  const writes: string[] = [];
  let isOver = false;
  let die: (how: 'dead') => void = () => {};
  const death = new Promise<'dead'>((resolve) => {
    die = resolve;
  });
  const never = new Promise<never>(() => {});
  const end = () => {
    isOver = true;
    die('dead');
    return never;
  };
  const reading = async <T>(go: () => Promise<T>): Promise<T> => {
    if (isOver) return await never;
    const found = await go().catch(async (error: unknown) => {
      if (isOver) return await never;
      throw error;
    });
    return isOver ? await never : found;
  };
  const writing = async <T>(what: string, go: () => Promise<T>): Promise<T> => {
    if (isOver) return await never;
    writes.push(what);
    const isLast = writes.length === write;
    if (isLast && when === 'before') return await end();
    if (!isLast) return await reading(go);
    if (when === 'after') await go();
    else go().catch(() => {});
    return await end();
  };
  const store = <T extends object>(of: T, name: string, names: readonly string[]): T =>
    through(of, (method, call) =>
      names.includes(method) ? writing(`${name}.${method}`, call) : reading(call),
    );
  const wires = on.wires.map((wire) =>
    through(wire, (_, call, [method, path]) =>
      method === 'GET' ? reading(call) : writing(`${method} ${path}`, call),
    ),
  );
  const guard = { stillWanted: () => !isOver, otherwise: () => new Error('the dead write nothing') };
  const clusters = deps.callBridges.clusters.map(({ config }) => ({
    config,
    clients: wires.map((wire) => new CmsClient({ wire, guard })),
  }));
  const stores = Object.entries(written).map(([name, names]) => {
    const of = deps[name as keyof ConferenceDeps] as object;
    return [name, store(of, name, names ?? [])];
  });
  return {
    deps: {
      ...deps,
      ...(Object.fromEntries(stores) as Partial<ConferenceDeps>),
      callBridges: new CallBridges(clusters, on.watch),
      ring: (rings) => writing('ring', () => deps.ring(rings)),
    },
    isOver: () => isOver,
    death,
    writes,
  };
}

/** The same object, each asynchronous call of which passes by `pass`. */
function through<T extends object>(
  target: T,
  pass: (method: string, call: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>,
): T {
  return new Proxy(target, {
    get: (of, name) => {
      const member: unknown = Reflect.get(of, name, of);
      if (typeof member !== 'function') return member;
      if (member.constructor.name !== 'AsyncFunction') return member.bind(of);
      return (...args: unknown[]) => pass(String(name), () => member.apply(of, args), args);
    },
  });
}
