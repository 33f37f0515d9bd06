/** The users that the bridge has from its directory: read only, for nobody makes them by the API. */
import { randomUUID } from 'node:crypto';
import { doesNotExist } from './failure.ts';
import { type Fields, renderFields } from './fields.ts';
import type { UserOptions } from './options.ts';
import { found, type Routes } from './routes.ts';
import type { Row } from './table.ts';
import { list, object } from './xml.ts';

const FIELDS = ['userJid', 'name', 'email'];

export class Users {
  readonly #byId = new Map<string, Row>();
  readonly #byJid = new Map<string, Row>();
  readonly #isOpen: boolean;

  /** Without a list of users every JID is known. */
  constructor(known: readonly UserOptions[] | undefined) {
    this.#isOpen = known === undefined;
    for (const user of known ?? []) this.#add(user);
  }

  /** The user of that JID; made when first heard of, where every JID is known. */
  find(jid: string): Row | undefined {
    return this.#byJid.get(jid) ?? (this.#isOpen ? this.#add({ jid }) : undefined);
  }

  get(id: string): Row {
    const user = this.#byId.get(id.toLowerCase());
    if (user === undefined) throw doesNotExist('user');
    return user;
  }

  /** `filter` is part of a JID, name or address, in any case; `email` the whole address. */
  matching(filter: string, email: string): Row[] {
    const part = filter.toLowerCase();
    return [...this.#byId.values()].filter(({ fields }) => {
      if (email !== '' && fields.get('email') !== email) return false;
      return FIELDS.some((name) => fields.get(name)?.toLowerCase().includes(part));
    });
  }

  #add({ jid, name, email }: UserOptions): Row {
    const fields: Fields = new Map([['userJid', jid]]);
    if (name !== undefined) fields.set('name', name);
    if (email !== undefined) fields.set('email', email);
    const user = { id: randomUUID(), fields };
    this.#byId.set(user.id, user);
    this.#byJid.set(jid, user);
    return user;
  }
}

export function userRoutes(users: Users): Routes {
  const render = (user: Row): string => object('user', user.id, renderFields(user.fields, FIELDS));
  return {
    users: {
      GET: ({ query, page }) => {
        const matching = users.matching(query.get('filter') ?? '', query.get('emailFilter') ?? '');
        return found(list('users', matching, page('others'), render));
      },
    },
    'users/*': { GET: ({ ids }) => found(render(users.get(ids[0]))) },
  };
}
