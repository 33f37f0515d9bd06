/** calendarView/delta: rounds of pages whose tokens stand for what a caller has seen of a window. */
import { randomBytes } from 'node:crypto';
import type { MailboxCall, Prefer } from './call.ts';
import { readWindow } from './call.ts';
import type { Item } from './item.ts';
import type { Knobs } from './knobs.ts';
import { type Mailbox, overlaps } from './mailbox.ts';
import { badRequest, GraphRefusal, type Reply } from './reply.ts';
import { bareOccurrence, fullEvent, tombstone } from './wire.ts';

/** What a caller knows after a round: the window, the mailbox's revision, and the ids by single item or series. */
interface Seen {
  readonly mailbox: string;
  readonly from: number;
  readonly to: number;
  readonly revision: number;
  readonly roots: ReadonlyMap<string, ReadonlySet<string>>;
}

type Entry = { readonly item: Item } | { readonly removed: string };

type Token =
  | { readonly kind: 'delta'; readonly seen: Seen }
  | {
      readonly kind: 'skip';
      readonly rest: readonly Entry[];
      readonly first: Entry | undefined;
      readonly seen: Seen;
    };

const UNSUPPORTED = ['$select', '$filter', '$expand', '$orderby', '$search'];

export class DeltaRounds {
  readonly #knobs: Knobs;
  readonly #base: () => string;
  readonly #tokens = new Map<string, Map<string, Token>>();

  constructor(knobs: Knobs, base: () => string) {
    this.#knobs = knobs;
    this.#base = base;
  }

  /** Every token of the mailbox, or of all, is from now on answered 410. */
  forget(mailbox?: string): void {
    if (mailbox === undefined) this.#tokens.clear();
    else this.#tokens.delete(mailbox);
  }

  answer(call: MailboxCall): Reply {
    if (UNSUPPORTED.some((name) => call.query.has(name))) {
      const message = `The following parameters are not supported with change tracking over the 'CalendarView' resource: '${UNSUPPORTED.join(', ')}'.`;
      throw badRequest(message, 'ErrorInvalidUrlQuery');
    }
    const text = call.query.get('$skiptoken') ?? call.query.get('$deltatoken');
    if (text === undefined) {
      const window = readWindow(call.query);
      const nothing: Seen = { mailbox: call.mailbox.address, ...window, revision: -1, roots: new Map() };
      return this.#round(call, nothing, true);
    }
    const token = this.#tokens.get(call.mailbox.address)?.get(text);
    const fault = call.faults.find(({ kind }) => kind === 'gone');
    if (!token || fault) throw this.#gone(call, fault?.location ? token?.seen : undefined);
    return token.kind === 'delta' ? this.#round(call, token.seen, false) : this.#page(call, token);
  }

  #round(call: MailboxCall, before: Seen, initial: boolean): Reply {
    const { entries, seen } = this.#changes(call.mailbox, before, initial);
    const skip: Token = { kind: 'skip', rest: entries, first: undefined, seen };
    if (!this.#knobs.deltaEmptyPage) return this.#page(call, skip);
    return this.#reply(call, [], { '@odata.nextLink': this.#link(call, skip) });
  }

  #page(call: MailboxCall, { rest, first, seen }: Token & { kind: 'skip' }): Reply {
    const { deltaPageSize, deltaPageMax } = this.#knobs;
    const size = Math.min(call.prefer.maxPageSize ?? deltaPageSize, deltaPageMax);
    const page = rest.slice(0, size);
    const left = rest.slice(size);
    if (left.length > 0) {
      const token: Token = { kind: 'skip', rest: left, first: first ?? page[0], seen };
      return this.#reply(call, page, { '@odata.nextLink': this.#link(call, token) });
    }
    if (first && this.#knobs.deltaRepeats) page.push(first);
    return this.#reply(call, page, { '@odata.deltaLink': this.#link(call, { kind: 'delta', seen }) });
  }

  #changes(mailbox: Mailbox, before: Seen, initial: boolean): { entries: Entry[]; seen: Seen } {
    const roots = new Map(before.roots);
    const entries: Entry[] = [];
    const leave = (id: string) => {
      const known = roots.get(id);
      roots.delete(id);
      entries.push({ removed: id });
      if (known && this.#knobs.deletedOccurrence === 'removed') {
        for (const instance of known) if (instance !== id) entries.push({ removed: instance });
      }
    };
    for (const [id, revision] of mailbox.removed) if (revision > before.revision && !initial) leave(id);
    for (const [id, revision] of mailbox.touched) {
      const item = revision > before.revision ? mailbox.stored(id) : undefined;
      if (!item) continue;
      const present = this.#inWindow(mailbox, item, before);
      if (present.length === 0) {
        // Graph sends tombstones even for what never was in the window.
        if (!initial) leave(id);
        continue;
      }
      const ids = new Set(present.map((one) => one.id));
      if (this.#knobs.deletedOccurrence === 'removed') {
        for (const old of roots.get(id) ?? []) if (!ids.has(old)) entries.push({ removed: old });
      }
      roots.set(id, ids);
      for (const one of present) entries.push({ item: one });
    }
    return { entries, seen: { ...before, revision: mailbox.revision, roots } };
  }

  #inWindow(mailbox: Mailbox, item: Item, { from, to }: Seen): Item[] {
    if (item.type !== 'seriesMaster') return overlaps(item, from, to) ? [item] : [];
    const instances = mailbox.instancesOf(item, from, to);
    if (instances.length === 0) return [];
    return this.#knobs.deltaMasterLast ? [...instances, item] : [item, ...instances];
  }

  #reply(call: MailboxCall, entries: readonly Entry[], link: Record<string, string>): Reply {
    return {
      status: 200,
      headers: { 'Preference-Applied': ['odata.track-changes', ...call.prefer.applied].join(', ') },
      body: {
        '@odata.context': `${this.#base()}/v1.0/$metadata#Collection(event)`,
        ...link,
        value: entries.map((entry) => wireEntry(entry, call.prefer)),
      },
    };
  }

  #link(call: MailboxCall, token: Token): string {
    const tokens = this.#tokens.get(call.mailbox.address) ?? new Map<string, Token>();
    this.#tokens.set(call.mailbox.address, tokens);
    const text = randomBytes(96).toString('base64url');
    tokens.set(text, token);
    for (const oldest of tokens.keys()) {
      if (tokens.size <= this.#knobs.deltaTokens) break;
      tokens.delete(oldest);
    }
    return `${this.#address(call)}?$${token.kind}token=${text}`;
  }

  #address(call: MailboxCall): string {
    return `${this.#base()}/v1.0/users/${encodeURIComponent(call.params[0] ?? call.mailbox.address)}/calendarView/delta`;
  }

  #gone(call: MailboxCall, seen: Seen | undefined): GraphRefusal {
    const message = `The sync state generation is not found; generation=${call.mailbox.revision};[highest=${call.mailbox.revision + 1}]`;
    if (!seen) return new GraphRefusal(410, 'SyncStateNotFound', message);
    const window = new URLSearchParams({
      startDateTime: new Date(seen.from).toISOString(),
      endDateTime: new Date(seen.to).toISOString(),
    });
    return new GraphRefusal(410, 'SyncStateNotFound', message, {
      Location: `${this.#address(call)}?${window}`,
    });
  }
}

function wireEntry(entry: Entry, prefer: Prefer): Record<string, unknown> {
  if ('removed' in entry) return tombstone(entry.removed, prefer);
  if (entry.item.type === 'occurrence') return bareOccurrence(entry.item, prefer);
  return { '@odata.type': '#microsoft.graph.event', ...fullEvent(entry.item, prefer) };
}
