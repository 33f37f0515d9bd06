/** calendarView/delta: rounds of pages whose tokens stand for what a caller has seen of a window. */
import { randomBytes } from 'node:crypto';
import type { MailboxCall, Prefer } from './call.ts';
import { readWindow } from './call.ts';
import type { Item } from './item.ts';
import type { Knobs } from './knobs.ts';
import { type Mailbox, overlaps } from './mailbox.ts';
import { badRequest, GraphRefusal, type Reply } from './reply.ts';
import { bareOccurrence, fullEvent, tombstone } from './wire.ts';

/** What a caller knows after a round. Rounds without a change share it, so that many tokens cost little. */
interface Seen {
  readonly from: number;
  readonly to: number;
  /** The mailbox's. */
  readonly revision: number;
  /** By series: its instances in the window. */
  readonly series: ReadonlyMap<string, ReadonlySet<string>>;
}

type Entry = { readonly item: Item } | { readonly removed: string };

type Token =
  | { readonly kind: 'delta'; readonly seen: Seen }
  /** Pages of a round share its entries; `at` is where the next one begins. */
  | { readonly kind: 'skip'; readonly entries: readonly Entry[]; readonly at: number; readonly seen: Seen };

const UNSUPPORTED = ['$select', '$filter', '$expand', '$orderby', '$search'];

export class DeltaRounds {
  readonly #knobs: Knobs;
  readonly #base: () => string;
  readonly #tokens = new Map<Mailbox, Map<string, Token>>();

  constructor(knobs: Knobs, base: () => string) {
    this.#knobs = knobs;
    this.#base = base;
  }

  /** Every token of the mailbox, or of all, is from now on answered 410. */
  forget(mailbox?: Mailbox): void {
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
      const nothing: Seen = { ...window, revision: -1, series: new Map() };
      const all = call.mailbox.items().filter((item) => item.type !== 'exception');
      return this.#round(call, this.#changes(call.mailbox, nothing, all, []));
    }
    const token = this.#tokens.get(call.mailbox)?.get(text);
    const fault = call.faults.find(({ kind }) => kind === 'gone');
    if (!token || fault) throw this.#gone(call, fault?.location ? token?.seen : undefined);
    if (token.kind === 'skip') return this.#page(call, token);
    const ids = call.mailbox.changedSince(token.seen.revision);
    if (!ids) throw this.#gone(call, undefined);
    if (ids.length === 0) return this.#round(call, { entries: [], seen: token.seen });
    const stored = ids.flatMap((id) => call.mailbox.stored(id) ?? []);
    const gone = ids.filter((id) => !call.mailbox.stored(id));
    return this.#round(call, this.#changes(call.mailbox, token.seen, stored, gone));
  }

  #round(call: MailboxCall, { entries, seen }: { entries: Entry[]; seen: Seen }): Reply {
    const skip: Token = { kind: 'skip', entries, at: 0, seen };
    if (!this.#knobs.deltaEmptyPage) return this.#page(call, skip);
    return this.#reply(call, [], { '@odata.nextLink': this.#link(call, skip) });
  }

  #page(call: MailboxCall, { entries, at, seen }: Token & { kind: 'skip' }): Reply {
    const { deltaPageSize, deltaPageMax, deltaRepeats } = this.#knobs;
    const next = at + Math.min(call.prefer.maxPageSize ?? deltaPageSize, deltaPageMax);
    const page = entries.slice(at, next);
    if (next < entries.length) {
      const token: Token = { kind: 'skip', entries, at: next, seen };
      return this.#reply(call, page, { '@odata.nextLink': this.#link(call, token) });
    }
    if (at > 0 && deltaRepeats) page.push(...entries.slice(0, 1));
    return this.#reply(call, page, { '@odata.deltaLink': this.#link(call, { kind: 'delta', seen }) });
  }

  #changes(
    mailbox: Mailbox,
    before: Seen,
    stored: readonly Item[],
    gone: readonly string[],
  ): { entries: Entry[]; seen: Seen } {
    const series = new Map(before.series);
    const entries: Entry[] = [];
    const leave = (instances: Iterable<string>) => {
      if (this.#knobs.deletedOccurrence === 'silent') return;
      for (const removed of instances) entries.push({ removed });
    };
    const leaveWhole = (id: string) => {
      entries.push({ removed: id });
      leave(series.get(id) ?? []);
      series.delete(id);
    };
    for (const id of gone) leaveWhole(id);
    for (const item of stored) {
      const { id } = item;
      const present = this.#inWindow(mailbox, item, before);
      if (present.length === 0) {
        // Graph sends tombstones even for what never was in the window.
        if (before.revision >= 0) leaveWhole(id);
        continue;
      }
      const ids = new Set(present.map((one) => one.id));
      leave([...(series.get(id) ?? [])].filter((old) => !ids.has(old)));
      series.delete(id);
      ids.delete(id);
      if (item.type === 'seriesMaster') series.set(id, ids);
      for (const one of present) entries.push({ item: one });
    }
    return { entries, seen: { ...before, revision: mailbox.revision, series } };
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
    const tokens = this.#tokens.get(call.mailbox) ?? new Map<string, Token>();
    this.#tokens.set(call.mailbox, tokens);
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
