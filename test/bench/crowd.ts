/** People who come into the conferences of simulated call bridges, leave them, and are muted, at nobody's request but ours. */
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import { dice } from '../world/roll-call.ts';

export interface Change {
  readonly kind: 'leave' | 'come' | 'mute';
  /** Epoch ms. */
  readonly at: number;
  /** Of the conference. */
  readonly number: string;
  /** Nobody else's. */
  readonly name: string;
  readonly isMuted: boolean;
}

interface Person {
  readonly participant: string;
  readonly name: string;
  isMuted: boolean;
  /** Somebody waits to see what became of them: they do nothing else meanwhile. */
  isSpared: boolean;
}

interface Conference {
  readonly number: string;
  readonly passcode: string;
  readonly people: Person[];
}

const turns = ['leave', 'come', 'mute'] as const;

export class Crowd {
  readonly #cluster: CmsCluster;
  readonly #conferences: Conference[] = [];
  readonly #vacancies: Conference[] = [];
  readonly #upTo = dice(1);
  #named = 0;
  #changes = 0;

  /** @param people in each conference that runs now */
  constructor(cluster: CmsCluster, people: number) {
    this.#cluster = cluster;
    const running = new Set(
      cluster.bridges.flatMap((bridge) => bridge.calls().map(({ coSpace }) => coSpace)),
    );
    for (const { id, uri, passcode } of cluster.spaces()) {
      if (running.has(id)) this.#conferences.push({ number: uri ?? '', passcode, people: [] });
    }
    for (let i = 0; i < people; i += 1) this.#vacancies.push(...this.#conferences);
  }

  get conferences(): number {
    return this.#conferences.length;
  }

  /** Lets so many in of those who are still to come. @returns how many these are then */
  letIn(count: number): number {
    for (const conference of this.#vacancies.splice(0, count)) this.#come(conference);
    return this.#vacancies.length;
  }

  /** Nobody waits for anything any more. */
  forget(): void {
    for (const { people } of this.#conferences) for (const person of people) person.isSpared = false;
  }

  /** @returns one of so many changes, of which nothing is undone until `forget` */
  change(count: number, every: number): Change[] {
    const picked: Change[] = [];
    for (let i = 0; i < count; i += 1) {
      const turn = turns[this.#changes % turns.length] ?? 'mute';
      this.#changes += 1;
      const change = this.#make(turn, this.#changes % every === 0);
      if (change !== undefined && this.#changes % every === 0) picked.push(change);
    }
    return picked;
  }

  #make(kind: Change['kind'], isPicked: boolean): Change | undefined {
    const conference = (kind === 'come' ? this.#vacancies.shift() : undefined) ?? this.#any();
    const person = kind === 'come' ? this.#come(conference) : this.#anyIn(conference);
    if (person === undefined) return undefined;
    if (kind === 'leave') {
      this.#cluster.leave(person.participant);
      conference.people.splice(conference.people.indexOf(person), 1);
      this.#vacancies.push(conference);
    } else if (kind === 'mute') {
      person.isMuted = !person.isMuted;
      this.#cluster.mute(person.participant, person.isMuted);
    }
    person.isSpared ||= isPicked;
    const { name, isMuted } = person;
    return { kind, at: Date.now(), number: conference.number, name, isMuted };
  }

  #come(conference: Conference): Person {
    const { number, passcode, people } = conference;
    this.#named += 1;
    const name = `Person ${this.#named}`;
    const joined = this.#cluster.join(number, { name, passcode });
    if (!joined.joined) throw new Error(`${name} is not let into ${number}: ${joined.reason}`);
    const person = { participant: joined.participant, name, isMuted: false, isSpared: false };
    people.push(person);
    return person;
  }

  #any(): Conference {
    const conference = this.#conferences[this.#upTo(this.#conferences.length)];
    if (conference === undefined) throw new Error('no conference runs');
    return conference;
  }

  #anyIn({ people }: Conference): Person | undefined {
    const free = people.filter(({ isSpared }) => !isSpared);
    return free[this.#upTo(free.length)];
  }
}
