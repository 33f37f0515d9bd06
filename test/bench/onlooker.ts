/** Looks at the product's pictures until each change that it is to look for shows. */
import type { Change } from './crowd.ts';
import { pause } from './figures.ts';

export interface PictureJson {
  readonly sources: readonly { readonly by: string; readonly lostRecords: number }[];
  readonly participants: readonly {
    readonly name: string | null;
    readonly state: string;
    readonly audioMuted: boolean | null;
  }[];
}

export interface Sighting {
  readonly kind: Change['kind'];
  /** Milliseconds from the change to the answer that shows it; infinite where it was not seen. */
  readonly age: number;
}

/** Milliseconds between two looks for one change: a tenth of how long ago it was, within these. */
const [least, most] = [100, 4_000];
const share = 1 / 10;

export class Onlooker {
  reads = 0;
  readonly #read: (number: string) => Promise<PictureJson>;
  readonly #sightings: Promise<Sighting>[] = [];

  /** @param read the picture of the conference with this number */
  constructor(read: (number: string) => Promise<PictureJson>) {
    this.#read = read;
  }

  /** @param end epoch ms after which it is not looked for any more */
  lookFor(change: Change, end: number): void {
    this.#sightings.push(this.#look(change, end));
  }

  async done(): Promise<Sighting[]> {
    return await Promise.all(this.#sightings);
  }

  async #look(change: Change, end: number): Promise<Sighting> {
    const { kind, at, number } = change;
    for (;;) {
      this.reads += 1;
      const isSeen = shows(await this.#read(number), change);
      const age = Date.now() - at;
      if (isSeen) return { kind, age };
      if (Date.now() > end) return { kind, age: Number.POSITIVE_INFINITY };
      await pause(Math.min(most, Math.max(least, age * share)));
    }
  }
}

function shows({ participants }: PictureJson, { kind, name, isMuted }: Change): boolean {
  const found = participants.find((one) => one.name === name);
  if (kind === 'mute') return found?.audioMuted === isMuted;
  return found !== undefined && (found.state === 'left') === (kind === 'leave');
}
