/**
 * A Graph that says what a case's files say: rooms' delta rounds page by page, people's events as they are until they
 * are written, refusals where the case wants them. It works nothing out by itself; that is the simulator's part.
 */
import type { Asked, Reply } from '../graph/recorded-server.ts';
import { answerOf, type Failure, Failures } from './failures.ts';
import { bodyOf, hydrated, type Item, inWindow, refusal, selected } from './items.ts';
import { ScriptedSubscriptions } from './subscriptions.ts';

type Page = Readonly<Record<string, unknown>> & { readonly value: readonly Item[] };

export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly message: Readonly<Record<string, unknown>>;
}

export interface Answered {
  readonly room: string;
  readonly event: string;
  readonly response: string;
  readonly comment: string;
}

interface Settings {
  readonly language?: string | undefined;
  readonly timeZone?: string | undefined;
}

interface Mailbox {
  readonly items: Map<string, Item>;
  /** Rounds not asked for yet. */
  readonly rounds: Page[][];
  /** Token -> the page it leads to; undefined: the next round. */
  readonly tokens: Map<string, { readonly round: Page[]; readonly page: number } | undefined>;
  settings?: Settings;
}

const origin = 'https://graph.microsoft.com';

export class ScriptedGraph {
  readonly mails: Mail[] = [];
  readonly answers: Answered[] = [];
  /** Kinds of requests, with their count. */
  readonly requests = new Map<string, number>();
  /** Address and id of each event that was written -> its body as the case's files have it. */
  readonly written = new Map<string, { readonly item: Item; readonly own: string }>();
  readonly outside = new Set<string>();
  url = '';
  readonly #subscriptions = new ScriptedSubscriptions();
  readonly #mailboxes = new Map<string, Mailbox>();
  readonly #own = new Map<string, string>();
  readonly #failures = new Failures();
  #count = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The room's next round of delta. */
  send(room: string, pages: readonly string[]): void {
    this.#mailbox(room).rounds.push(pages.map((text) => JSON.parse(text) as Page));
  }

  /** What of the person's events is new, other than before, or removed. */
  have(person: string, items: readonly Item[]): void {
    const mailbox = this.#mailbox(person);
    // An edit that says nothing of the body leaves it as it was; an exception is born with its series'.
    const whole = items.map((item) => {
      const body = mailbox.items.get(item.id)?.body ?? mailbox.items.get(String(item.seriesMasterId))?.body;
      return item.body === undefined && body !== undefined ? { ...item, body } : item;
    });
    this.#apply(mailbox, whole);
    for (const item of items) {
      // What has a block in it already is not all its owner's.
      const own = bodyOf(item).includes('roombridge-joining') ? '' : bodyOf(item);
      if (item.body !== undefined) this.#own.set(`${person} ${item.id}`, own);
    }
  }

  /** Rewrites a body as an editor of Outlook does. */
  rewrite(person: string, id: string, by: (html: string) => string): void {
    const { items } = this.#mailbox(person);
    const item = items.get(id);
    if (item === undefined) throw new Error(`${person} has no ${id}`);
    const body = { ...(item.body as object), content: by(bodyOf(item)) };
    items.set(id, this.#stamped({ ...item, body }));
    // What an editor has made of it is nobody's own text any more.
    this.#own.set(`${person} ${id}`, '');
  }

  settings(person: string, settings: Settings): void {
    this.#mailbox(person).settings = settings;
  }

  fail(failure: Failure): void {
    this.#failures.add(failure);
  }

  /** Nothing fails any more. */
  heal(): void {
    this.#failures.clear();
  }

  /** Every text that people were told, as it stands. */
  texts(): string {
    const bodies = [...this.written.values()].map(({ item }) => bodyOf(item));
    const mails = this.mails.map(({ message }) => JSON.stringify(message));
    return [...bodies, ...mails, ...this.answers.map(({ comment }) => comment)].join('\n');
  }

  /** The events of a person, occurrences with what they have of their series. */
  eventsOf(person: string): Item[] {
    const { items } = this.#mailbox(person);
    return [...items.values()].map((item) => hydrated(item, items));
  }

  answer({ method, url, headers, body }: Asked): Reply {
    const { pathname, searchParams } = new URL(url, origin);
    const path = decodeURIComponent(pathname).replace(/^\/v1\.0/, '');
    const said = `${method} ${path}${decodeURIComponent(new URL(url, origin).search)}`;
    const failure = this.#failures.next(said);
    if (failure === undefined) return this.#perform(method, path, searchParams, headers, body);
    this.#counted(`failed ${method}`);
    if (failure.lost) this.#perform(method, path, searchParams, headers, body);
    return answerOf(failure, `${this.url}/v1.0${path}`, this.#now());
  }

  #perform(
    method: string,
    path: string,
    query: URLSearchParams,
    headers: Asked['headers'],
    body: string,
  ): Reply {
    if (path.endsWith('/oauth2/v2.0/token')) return { body: { access_token: 'a token' } };
    if (path.startsWith('/subscriptions')) {
      this.#counted('subscription');
      return this.#subscriptions.answer(method, path, body);
    }
    const [, address = '', rest = ''] = /^\/users\/([^/]+)\/(.*)$/.exec(path) ?? [];
    const name = address.toLowerCase();
    if (name === '' || this.outside.has(name)) return refusal(404, 'ErrorInvalidUser', `${name} is invalid.`);
    const mailbox = this.#mailbox(name);
    const [, id = '', action = ''] = /^events\/([^/]+)(?:\/(\w+))?$/.exec(rest) ?? [];
    if (rest === 'calendarView/delta') return this.#delta(name, mailbox, query);
    if (rest === 'mailboxSettings') return this.#mailboxSettings(mailbox);
    if (rest === 'sendMail') return this.#sendMail(name, body);
    if (/^mailFolders\/sentitems\/messages$/i.test(rest)) return this.#sentItems(name, query);
    if (rest === 'events') return this.#find(mailbox, query);
    if (action === 'instances') return this.#instances(mailbox, id, query);
    const item = mailbox.items.get(id);
    if (item === undefined)
      return refusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
    if (method === 'POST') return this.#respond(name, item, action, body);
    if (method === 'PATCH') return this.#write(name, mailbox, item, headers['if-match'], body);
    this.#counted('event');
    return { body: selected(hydrated(item, mailbox.items), query) };
  }

  #delta(room: string, mailbox: Mailbox, query: URLSearchParams): Reply {
    const token = query.get('$skiptoken') ?? query.get('$deltatoken');
    if (token !== null && !mailbox.tokens.has(token)) {
      return refusal(
        410,
        'SyncStateNotFound',
        'The sync state generation is not found; generation=149;[highest=157]',
      );
    }
    const leads = token === null ? undefined : mailbox.tokens.get(token);
    if (leads !== undefined) {
      this.#counted('delta page');
      return this.#page(room, mailbox, leads.round, leads.page);
    }
    this.#counted(token === null ? 'delta baseline' : 'delta');
    const next = mailbox.rounds.shift();
    for (const page of next ?? []) this.#apply(mailbox, page.value);
    const window = { from: query.get('startDateTime') ?? '', to: query.get('endDateTime') ?? '' };
    const everything = token === null ? [{ value: inWindow(mailbox.items, window) }] : [{ value: [] }];
    return this.#page(room, mailbox, next ?? everything, 0);
  }

  #page(room: string, mailbox: Mailbox, round: Page[], index: number): Reply {
    const { '@odata.nextLink': next, '@odata.deltaLink': delta, ...page } = round[index] ?? { value: [] };
    const isLast = index >= round.length - 1;
    const link = this.#link(room, isLast ? 'deltatoken' : 'skiptoken', isLast ? delta : next);
    mailbox.tokens.set(link.token, isLast ? undefined : { round, page: index + 1 });
    const context = `${this.url}/v1.0/$metadata#Collection(event)`;
    return {
      body: {
        '@odata.context': context,
        [isLast ? '@odata.deltaLink' : '@odata.nextLink']: link.url,
        ...page,
      },
    };
  }

  /** The file's own link where it has one, else a new one. */
  #link(room: string, kind: string, given: unknown): { url: string; token: string } {
    this.#count += 1;
    const own = `${origin}/v1.0/users/${room}/calendarView/delta?$${kind}=${room}-${this.#count}`;
    const link = new URL(typeof given === 'string' ? given : own);
    return { url: link.href.replace(origin, this.url), token: link.searchParams.get(`$${kind}`) ?? '' };
  }

  #find(mailbox: Mailbox, query: URLSearchParams): Reply {
    this.#counted('find');
    const wanted = /^iCalUId eq '(.*)'$/.exec(query.get('$filter') ?? '')?.[1]?.replaceAll("''", "'");
    const all = [...mailbox.items.values()].filter((item) => item.type !== 'occurrence');
    const found = all.filter((item) => wanted === undefined || item.iCalUId === wanted);
    return { body: { value: found.map((item) => selected(item, query)) } };
  }

  #instances(mailbox: Mailbox, master: string, query: URLSearchParams): Reply {
    this.#counted('instances');
    if (!mailbox.items.has(master))
      return refusal(404, 'ErrorItemNotFound', 'The specified object was not found.');
    const window = { from: query.get('startDateTime') ?? '', to: query.get('endDateTime') ?? '' };
    const of = inWindow(mailbox.items, window).filter(({ seriesMasterId }) => seriesMasterId === master);
    return { body: { value: of.map((item) => selected(hydrated(item, mailbox.items), query)) } };
  }

  #write(person: string, mailbox: Mailbox, item: Item, etag: unknown, body: string): Reply {
    this.#counted('write');
    if (etag !== undefined && etag !== hydrated(item, mailbox.items)['@odata.etag']) {
      return refusal(
        412,
        'ErrorIrresolvableConflict',
        'The send or update operation could not be performed.',
      );
    }
    const whole = hydrated(item, mailbox.items);
    const ownOf = (id: unknown) => this.#own.get(`${person} ${id}`);
    const own = ownOf(item.id) ?? ownOf(item.seriesMasterId) ?? bodyOf(whole);
    this.#own.set(`${person} ${item.id}`, own);
    const type = item.type === 'occurrence' ? 'exception' : item.type;
    const changed = this.#stamped({ ...whole, ...(JSON.parse(body) as object), type });
    mailbox.items.set(item.id, changed);
    this.written.set(`${person} ${item.id}`, { item: changed, own });
    return { body: changed };
  }

  #stamped(item: Item): Item {
    this.#count += 1;
    const changeKey = `Dwf${this.#count}`;
    const lastModifiedDateTime = new Date(this.#now()).toISOString();
    return { ...item, changeKey, '@odata.etag': `W/"${changeKey}"`, lastModifiedDateTime };
  }

  #respond(room: string, item: Item, response: string, body: string): Reply {
    this.#counted('answer');
    const { comment = '', sendResponse = true } = JSON.parse(body) as {
      comment?: string;
      sendResponse?: boolean;
    };
    if (sendResponse) this.answers.push({ room, event: String(item.iCalUId ?? item.id), response, comment });
    return { status: 202 };
  }

  #sendMail(from: string, body: string): Reply {
    this.#counted('mail');
    const { message } = JSON.parse(body) as { message: Mail['message'] };
    const {
      subject,
      toRecipients,
      body: content,
    } = message as {
      subject: string;
      toRecipients: { emailAddress: { address: string } }[];
      body: { content: string };
    };
    const to = toRecipients.map(({ emailAddress }) => emailAddress.address).join(', ');
    this.mails.push({ from, to, subject, text: content.content, message });
    return { status: 202 };
  }

  /** By an extended property or by `internetMessageId`: any quoted value that the mail has somewhere. */
  #sentItems(from: string, query: URLSearchParams): Reply {
    this.#counted('sent items');
    const wanted = [...(query.get('$filter') ?? '').matchAll(/'((?:[^']|'')*)'/g)].map(
      ([, value = '']) => value,
    );
    const found = this.mails.filter((mail) => {
      const text = JSON.stringify(mail.message);
      return mail.from === from && wanted.every((value) => text.includes(JSON.stringify(value).slice(1, -1)));
    });
    return { body: { value: found.map(({ message }, index) => ({ id: `sent-${index}`, ...message })) } };
  }

  #mailboxSettings({ settings }: Mailbox): Reply {
    this.#counted('settings');
    if (settings === undefined) return refusal(403, 'ErrorAccessDenied', 'Access is denied.');
    const { language = 'en-US', timeZone = 'UTC' } = settings;
    return { body: { language: { locale: language, displayName: language }, timeZone } };
  }

  #apply({ items }: Mailbox, changes: readonly Item[]): void {
    for (const change of changes) {
      if (change?.['@removed'] !== undefined) {
        items.delete(change.id);
        for (const [id, { seriesMasterId }] of items) if (seriesMasterId === change.id) items.delete(id);
      } else if (typeof change?.id === 'string') items.set(change.id, change);
    }
  }

  #mailbox(address: string): Mailbox {
    const known = this.#mailboxes.get(address);
    if (known !== undefined) return known;
    const made: Mailbox = { items: new Map(), rounds: [], tokens: new Map() };
    this.#mailboxes.set(address, made);
    return made;
  }

  #counted(kind: string): void {
    this.requests.set(kind, (this.requests.get(kind) ?? 0) + 1);
  }
}
