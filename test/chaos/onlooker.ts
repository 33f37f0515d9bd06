/**
 * Looks at the live picture as an administrator would, one conference after the other, and holds it against who is on the
 * call bridges. While all of them can be spoken to, and for a while could be, the picture must not differ for long.
 */
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import type { Product, World } from '../world/world.ts';
import type { Wanted } from './meetings.ts';

export interface OnlookerOptions {
  readonly world: World;
  /** Whose pages are looked at. */
  readonly product: Product;
  readonly meetings: ReadonlyMap<string, Wanted>;
  /** Since when a call bridge (by its name) can be spoken to, epoch ms; undefined when it cannot be. */
  readonly wellSince: (bridge: string) => number | undefined;
}

export interface Looks {
  readonly looks: number;
  /** Milliseconds for which a picture has differed from what was, at worst. */
  readonly worst: number;
  /** Pictures that differed for longer than they may, in words. */
  readonly wrong: readonly string[];
}

interface Picture {
  readonly participants: readonly { readonly id: string; readonly state: string }[];
}

const every = 500;
/** Processes that were killed or stopped are missed, and what was lost meanwhile is asked for, within this. */
const settled = 30_000;
const longest = 30_000;

export class Onlooker {
  readonly #options: OnlookerOptions;
  readonly #since = new Map<string, number>();
  readonly #wrong = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #looks = 0;
  #worst = 0;
  #next = 0;

  constructor(options: OnlookerOptions) {
    this.#options = options;
    this.#in();
  }

  async stop(): Promise<Looks> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#looking;
    return { looks: this.#looks, worst: this.#worst, wrong: [...this.#wrong] };
  }

  #in(): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => {
        if (this.#timer !== undefined) this.#in();
      });
    }, every);
  }

  async #look(): Promise<void> {
    const { world, product, meetings, wellSince } = this.#options;
    const now = Date.now();
    const isCalm = world.cms.bridges.every(({ name }) => now - (wellSince(name) ?? now) > settled);
    if (!isCalm) {
      this.#since.clear();
      return;
    }
    const running = inside(world.cms);
    const titles = [...running.keys()].filter((title) => meetings.has(title));
    // Those that have differed first, until they do not.
    const title =
      [...this.#since.keys()].find((one) => running.has(one)) ?? titles[this.#next++ % titles.length];
    const meeting = title === undefined ? undefined : meetings.get(title);
    if (title === undefined || meeting === undefined) return;
    const path = `/api/meetings/${encodeURIComponent(meeting.key)}/participants`;
    const picture = await world.api<Picture>(product, path).catch(() => undefined);
    if (picture === undefined) return;
    this.#looks += 1;
    const shown = picture.participants.filter(({ state }) => state !== 'left').map(({ id }) => id);
    const before = running.get(title) ?? new Set();
    const after = inside(world.cms).get(title) ?? new Set();
    // Who came or went meanwhile may be in either.
    const isRight =
      shown.every((id) => before.has(id) || after.has(id)) &&
      [...after].every((id) => shown.includes(id) || !before.has(id));
    if (isRight) {
      this.#since.delete(title);
      return;
    }
    const since = this.#since.get(title) ?? now;
    this.#since.set(title, since);
    this.#worst = Math.max(this.#worst, now - since);
    if (now - since > longest)
      this.#wrong.add(`the picture of ${title} had ${shown.length} in, where ${after.size} were`);
  }
}

/** By the title of the space: ids of the legs in its calls. */
function inside(cms: CmsCluster): Map<string, Set<string>> {
  const names = new Map(cms.spaces().map(({ id, name }) => [id, name]));
  const titles = new Map<string, string>();
  for (const bridge of cms.bridges)
    for (const { id, coSpace } of bridge.calls()) titles.set(id, names.get(coSpace ?? '') ?? '');
  const found = new Map<string, Set<string>>();
  for (const bridge of cms.bridges) {
    for (const { id, call } of bridge.legs()) {
      const title = titles.get(call) ?? '';
      found.set(title, (found.get(title) ?? new Set()).add(id));
    }
  }
  return found;
}
