/** The tables of what the page of the present takes. */
import type { Request } from './asked.ts';
import { figure, percentile, ratio, table } from './figures.ts';
import type { Memory, Scrolled } from './watched-page.ts';

export interface Part {
  readonly name: string;
  readonly scrolled: Scrolled;
  /** Milliseconds of the main thread, of each frame that was traced. */
  readonly frames: readonly number[];
  /** Of the machine, the last minute's. */
  readonly load: number;
}

interface Cost {
  readonly name: string;
  readonly product: number;
  readonly redis: number;
  readonly commands: number;
}

const ms = (value: number) => figure(value, 'ms');
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(2)} MB`;

export function framesTable(parts: readonly Part[]): string {
  const head = ['main thread a frame', 'mean', 'of it script', 'style', 'layout', 'p95', 'max', 'takes'];
  const clock = ['interval', 'its p95', 'long tasks a minute', 'longest', 'load'];
  const base = parts[0]?.scrolled.all ?? Number.NaN;
  return table(
    [...head, ...clock],
    parts.map(({ name, frames, load, scrolled }) => {
      const { all, script, style, layout, intervals, seconds, longTasks, longest } = scrolled;
      return [
        ...[name, ...[all, script, style, layout, percentile(frames, 0.95), Math.max(...frames)].map(ms)],
        ...[ratio(all, base), ms(intervals.mean), ms(intervals.p95)],
        ...[figure((longTasks * 60) / seconds), ms(longest), load.toFixed(1)],
      ];
    }),
  );
}

export function memoryTable(memories: readonly Memory[]): string {
  return table(
    ['after', 'heap', 'nodes', 'listeners'],
    memories.map(({ heap, nodes, listeners }, i) => [
      ...[`${i} min`, megabytes(heap), String(nodes), String(listeners)],
    ]),
  );
}

/** @param rest milliseconds of the main thread a second, of a page that nobody scrolls */
export function seenTable(
  { all, missed }: { readonly all: readonly number[]; readonly missed: number },
  made: number,
  rest: number,
): string {
  return table(
    ['changes', 'looked for', 'not seen', 'shown p50', 'p95', 'p99', 'max', 'a standing page takes'],
    [
      [
        ...[String(made), String(all.length + missed), String(missed)],
        ...[0.5, 0.95, 0.99].map((share) => ms(percentile(all, share))),
        ...[ms(percentile(all, 1)), `${figure(rest, 'ms')} a second`],
      ],
    ],
  );
}

export function askedTable(
  pages: readonly (readonly [string, { readonly requests: readonly Request[]; readonly seconds: number }])[],
): string {
  const paths = [...new Set(pages.flatMap(([, { requests }]) => requests.map(({ path }) => path)))].sort();
  return table(
    ['requests a minute', ...paths],
    pages.map(([name, { requests, seconds }]) => [
      name,
      ...paths.map((path) => {
        const count = requests.find((one) => one.path === path)?.count ?? 0;
        return count === 0 ? '0' : figure((count * 60) / seconds);
      }),
    ]),
  );
}

export function costTable(costs: readonly Cost[]): string {
  return table(
    ['processor, seconds a second', 'product', 'Redis', 'commands of Redis a second'],
    costs.map(({ name, product, redis, commands }) => [
      ...[name, product.toFixed(3), redis.toFixed(3), figure(commands)],
    ]),
  );
}
