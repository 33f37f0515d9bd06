/** The routes below one mailbox: events, calendar views, answers to invitations. */
import type { Attendant } from './attendant.ts';
import { type MailboxCall, parameter, readWindow } from './call.ts';
import type { DeltaRounds } from './delta.ts';
import { readEdit } from './event-input.ts';
import { type Item, storedId } from './item.ts';
import { pageOf } from './odata.ts';
import type { Organizing } from './organizing.ts';
import { badRequest, GraphRefusal, notFound, type Reply } from './reply.ts';
import { etagOf, fullEvent, selected } from './wire.ts';

/** What a room said to an organizer through the API. */
export interface RoomAnswer {
  /** Lower case. */
  readonly room: string;
  readonly organizer: string;
  /** Of the event, the series, or the one instance that was answered. */
  readonly iCalUId: string;
  readonly response: 'accepted' | 'declined' | 'tentativelyAccepted';
  readonly comment: string;
  /** Epoch ms. */
  readonly at: number;
}

export class EventRoutes {
  readonly replies: RoomAnswer[] = [];
  readonly #organizing: Organizing;
  readonly #attendant: Attendant;
  readonly #delta: DeltaRounds;
  readonly #base: () => string;
  readonly #now: () => number;

  constructor(
    organizing: Organizing,
    attendant: Attendant,
    delta: DeltaRounds,
    base: () => string,
    now: () => number,
  ) {
    this.#organizing = organizing;
    this.#attendant = attendant;
    this.#delta = delta;
    this.#base = base;
    this.#now = now;
  }

  /** `rest` is what follows the mailbox in the path; undefined where there is no such route. */
  answer(call: MailboxCall, rest: string): Reply | undefined {
    const [collection, id, action, more] = rest.split('/');
    if (more !== undefined) return undefined;
    const method = call.method;
    switch (`${collection}/${id === undefined ? '' : '#'}/${action ?? ''}`.toLowerCase()) {
      case '//':
        return method === 'GET' ? this.#user(call) : undefined;
      case 'mailboxsettings//':
        return method === 'GET' ? this.#settings(call) : undefined;
      case 'calendarview//':
        return method === 'GET' ? this.#view(call) : undefined;
      case 'calendarview/#/':
        return method === 'GET' && id?.toLowerCase() === 'delta' ? this.#delta.answer(call) : undefined;
      case 'events//':
        return method === 'GET' ? this.#list(call) : method === 'POST' ? this.#create(call) : undefined;
      default:
    }
    if (collection?.toLowerCase() !== 'events' || id === undefined) return undefined;
    const item = this.#find(call, id);
    switch (`${method} ${action ?? ''}`.trim().toLowerCase()) {
      case 'get':
        return this.#entity(call, item, 200);
      case 'patch':
        return this.#update(call, item);
      case 'delete':
        return this.#delete(call, item);
      case 'get instances':
        return this.#instances(call, item);
      case 'post cancel':
        return this.#cancel(call, item);
      case 'post accept':
        return this.#respond(call, item, 'accepted');
      case 'post decline':
        return this.#respond(call, item, 'declined');
      case 'post tentativelyaccept':
        return this.#respond(call, item, 'tentativelyAccepted');
      default:
        return undefined;
    }
  }

  #user({ mailbox }: MailboxCall): Reply {
    const body = {
      '@odata.context': `${this.#base()}/v1.0/$metadata#users/$entity`,
      id: mailbox.guid,
      displayName: mailbox.name,
      mail: mailbox.address,
      userPrincipalName: mailbox.address,
      preferredLanguage: null,
    };
    return { status: 200, body };
  }

  #settings(call: MailboxCall): Reply {
    const { locale, timeZone } = call.mailbox.settings;
    const address = encodeURIComponent(call.mailbox.address);
    const all = {
      '@odata.context': `${this.#base()}/v1.0/$metadata#users('${address}')/mailboxSettings`,
      timeZone,
      language: {
        locale,
        displayName: new Intl.DisplayNames('en', { type: 'language' }).of(locale) ?? locale,
      },
      dateFormat: 'M/d/yyyy',
      timeFormat: 'h:mm tt',
      userPurpose: call.mailbox.kind === 'room' ? 'room' : 'user',
    };
    return { status: 200, body: selected(all, call.query.get('$select')) };
  }

  #view(call: MailboxCall): Reply {
    const { from, to } = readWindow(call.query);
    return this.#collection(call, 'calendarView', call.mailbox.view(from, to));
  }

  #instances(call: MailboxCall, master: Item): Reply {
    if (master.type !== 'seriesMaster') {
      throw badRequest('Instances exist of a series master only.', 'ErrorInvalidRequest');
    }
    const { from, to } = readWindow(call.query);
    return this.#collection(call, 'instances', call.mailbox.instancesOf(master, from, to));
  }

  #list(call: MailboxCall): Reply {
    const filter = call.query.get('$filter');
    const wanted =
      filter === undefined ? undefined : /^\s*iCalUId\s+eq\s+'((?:[^']|'')*)'\s*$/i.exec(filter)?.[1];
    if (filter !== undefined && wanted === undefined) {
      throw badRequest(`The query filter '${filter}' is not supported.`, 'ErrorInvalidUrlQueryFilter');
    }
    if (wanted === undefined) return this.#collection(call, 'events', call.mailbox.items());
    const found = call.mailbox.byUid(wanted.replaceAll("''", "'"));
    return this.#collection(call, 'events', found ? [found] : []);
  }

  #create(call: MailboxCall): Reply {
    const { start, end, ...edit } = readEdit(call.body, false);
    if (start === undefined || end === undefined) {
      throw badRequest(
        'At least one required property is missing: start, end.',
        'ErrorPropertyValidationFailure',
      );
    }
    const { transactionId } = edit;
    const before = transactionId && call.mailbox.items().find((item) => item.transactionId === transactionId);
    const item = before || this.#organizing.create(call.mailbox, { ...edit, start, end });
    return this.#entity(call, item, 201);
  }

  #update(call: MailboxCall, item: Item): Reply {
    this.#match(call, item);
    const edit = readEdit(call.body, item.isAllDay);
    const changes = Object.keys(edit).length > 0;
    return this.#entity(call, changes ? this.#organizing.update(call.mailbox, item, edit) : item, 200);
  }

  #delete(call: MailboxCall, item: Item): Reply {
    this.#match(call, item);
    this.#organizing.cancel(call.mailbox, item);
    return { status: 204 };
  }

  #cancel(call: MailboxCall, item: Item): Reply {
    if (!item.isOrganizer) {
      const message = "Your request can't be completed. You need to be an organizer to cancel a meeting.";
      throw badRequest(message, 'ErrorInvalidRequest');
    }
    this.#organizing.cancel(call.mailbox, item);
    return { status: 202 };
  }

  #respond(call: MailboxCall, item: Item, response: 'accepted' | 'declined' | 'tentativelyAccepted'): Reply {
    if (item.isOrganizer) {
      const message =
        "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.";
      throw badRequest(message, 'ErrorInvalidRequest');
    }
    const sent = parameter(call.body, 'sendResponse') !== false;
    this.#attendant.answer(call.mailbox, item, response, sent);
    if (sent) {
      const comment = String(parameter(call.body, 'comment') ?? '');
      const [room, organizer] = [call.mailbox.address, item.organizer.address];
      this.replies.push({ room, organizer, iCalUId: item.iCalUId, response, comment, at: this.#now() });
    }
    return { status: 202 };
  }

  #match(call: MailboxCall, item: Item): void {
    const expected = call.headers['if-match'];
    if (expected === undefined || expected === '*' || expected === etagOf(item)) return;
    const message =
      'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.';
    throw new GraphRefusal(412, 'ErrorIrresolvableConflict', message);
  }

  #find(call: MailboxCall, id: string): Item {
    const stored = storedId(id);
    if (!stored) throw badRequest('Id is malformed.', 'ErrorInvalidIdMalformed');
    const item = call.mailbox.find(stored);
    if (!item) throw notFound();
    return item;
  }

  #entity(call: MailboxCall, item: Item, status: number): Reply {
    const context = `${this.#base()}/v1.0/$metadata#users('${encodeURIComponent(call.mailbox.address)}')/events/$entity`;
    const event = selected(fullEvent(item, call.prefer), call.query.get('$select'));
    return { status, headers: applied(call), body: { '@odata.context': context, ...event } };
  }

  #collection(call: MailboxCall, name: string, items: readonly Item[]): Reply {
    const size = call.prefer.maxPageSize ?? 10;
    const page = pageOf(items, call, this.#base(), { size, max: 1_000 });
    const context = `${this.#base()}/v1.0/$metadata#users('${encodeURIComponent(call.mailbox.address)}')/${name}`;
    const value = page.items.map((item) => selected(fullEvent(item, call.prefer), call.query.get('$select')));
    return { status: 200, headers: applied(call), body: { '@odata.context': context, value, ...page.link } };
  }
}

function applied(call: MailboxCall): Record<string, string> {
  return call.prefer.applied.length > 0 ? { 'Preference-Applied': call.prefer.applied.join(', ') } : {};
}
