/** An operator at the admin listener of a product, and what comes of the orders as the simulated call bridges have it. */
import type { CmsBridge } from '../simulators/cms/bridge.ts';
import { inSeconds } from './graph-side.ts';
import { type MeetingJson, organizer, type Product, until, type World } from './world.ts';

export interface OutcomeJson {
  readonly request: string;
  readonly state: string;
  readonly refusal?: string;
  readonly detail?: string;
  readonly participants?: readonly {
    readonly participant: string;
    readonly refusal?: string;
    readonly detail?: string;
    readonly now?: string;
  }[];
}

/** Somebody who is in a conference; each leg is one. */
export interface Seated {
  readonly number: string;
  readonly uri: string;
  readonly id: string;
  readonly state: string;
}

const pathOf = ({ key }: MeetingJson) => `/api/meetings/${encodeURIComponent(key)}`;

export class Operator {
  readonly #world: World;
  readonly #product: Product;

  constructor(world: World, product: Product) {
    this.#world = world;
    this.#product = product;
  }

  /** A meeting in that room, once its conference is open. */
  async opened(room: string, length = 240): Promise<MeetingJson> {
    const start = inSeconds(6);
    const { iCalUId } = this.#world.graph.outlook.book({
      ...{ organizer, rooms: [`${room}@example.com`], subject: `In ${room}` },
      ...{ start, end: new Date(start.getTime() + length * 1_000) },
    });
    const isOpen = ({ state }: MeetingJson) => state === 'open';
    return await this.#world.meetingThat(this.#product, iCalUId, isOpen, 60_000);
  }

  async read({ key }: MeetingJson): Promise<MeetingJson> {
    return (await this.#world.meeting(this.#product, key)) as MeetingJson;
  }

  /** As often as it takes until it is settled; the same request is the same order. */
  async order(meeting: MeetingJson, body: object): Promise<OutcomeJson> {
    const request = crypto.randomUUID();
    return await until(async () => {
      const answer = await fetch(`${this.#product.admin}${pathOf(meeting)}/operations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ by: 'olga', request, ...body }),
      });
      const json = (await answer.json()) as OutcomeJson;
      if (answer.status !== 200 && answer.status !== 202) throw new Error(JSON.stringify(json));
      return answer.status === 200 ? json : undefined;
    }, 90_000);
  }

  move(from: MeetingJson, who: readonly string[], { key: to, number }: MeetingJson): Promise<OutcomeJson> {
    return this.order(from, { do: 'move', who, to, number });
  }

  /** Whether a call bridge takes starts. */
  async drain({ url }: CmsBridge, what: 'drain' | 'resume'): Promise<void> {
    const path = `/api/call-bridges/${encodeURIComponent(url)}/${what}`;
    const answer = await fetch(this.#product.admin + path, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  /** Somebody dials in. @returns the id of who they are there */
  join({ number, passcode }: MeetingJson, name: string, bridge?: string): string {
    const joined = this.#world.cms.join(number ?? '', {
      ...{ name, uri: `${name.toLowerCase()}@x.example` },
      ...(passcode ? { passcode } : {}),
      ...(bridge === undefined ? {} : { bridge }),
    });
    if (!joined.joined) throw new Error(`${name}: ${joined.reason}`);
    return joined.participant;
  }

  /** Until so many are in, as the live picture has it. */
  async knows(
    meeting: MeetingJson,
    count: number,
  ): Promise<readonly { id: string; address: string | null }[]> {
    type Json = { participants: { id: string; address: string | null; state: string }[] };
    let last: Json['participants'] = [];
    return await until(
      async () => {
        const { participants } = await this.#world.api<Json>(
          this.#product,
          `${pathOf(meeting)}/participants`,
        );
        last = participants.filter(({ state }) => state !== 'left');
        return last.length === count ? last : undefined;
      },
      30_000,
      () => JSON.stringify(last),
    );
  }

  /** Everybody who is in any conference. */
  seated(): Seated[] {
    const { cms } = this.#world;
    const numbers = new Map(cms.spaces().map(({ id, uri }) => [id, uri ?? '']));
    return cms.bridges.flatMap((bridge) => {
      const spaces = new Map(bridge.calls().map(({ id, coSpace }) => [id, coSpace ?? '']));
      return bridge.legs().map(({ id, call, remoteParty: uri, state }) => {
        return { id, uri, state, number: numbers.get(spaces.get(call) ?? '') ?? '' };
      });
    });
  }

  /** The numbers of the conferences in which somebody of that address is, once for each time that they are. */
  numbersOf(uri: string): string[] {
    return this.seated().flatMap((one) => (one.uri === uri ? [one.number] : []));
  }

  /** Waits until somebody is connected in that conference and nowhere else, and nobody of that address is there twice. */
  async isOnlyIn(uri: string, { number }: MeetingJson, timeout = 60_000): Promise<void> {
    const all = () => this.seated().filter((one) => one.uri === uri);
    await until(
      async () => {
        const [one, another] = all();
        const isThere = one?.number === number && one?.state === 'connected' && another === undefined;
        return isThere || undefined;
      },
      timeout,
      () => `${uri} is in ${JSON.stringify(all())}, not in ${number}`,
    );
  }

  /** Codes of the open tickets that are about this meeting. */
  async tickets({ key }: MeetingJson): Promise<{ code: string; severity: string; detail: string }[]> {
    type Json = { tickets: { code: string; severity: string; about: string; detail: string }[] };
    const { tickets } = await this.#world.api<Json>(this.#product, '/api/tickets');
    return tickets.filter(({ about }) => about === `meeting ${key}`);
  }
}
