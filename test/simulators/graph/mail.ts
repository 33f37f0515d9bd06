/** Mail that the app sends as somebody, and finds again in that mailbox's Sent Items. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Agenda } from './agenda.ts';
import { type MailboxCall, parameter } from './call.ts';
import type { Body } from './item.ts';
import type { Knobs } from './knobs.ts';
import { pageOf } from './odata.ts';
import { badRequest, type Reply } from './reply.ts';
import { instantText, selected } from './wire.ts';

export interface SentMail {
  readonly id: string;
  readonly internetMessageId: string;
  /** Address of the mailbox it was sent from. */
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly body: Body;
  /** Its single-value extended properties. */
  readonly properties: readonly { readonly id: string; readonly value: string }[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Epoch ms. */
  readonly at: number;
  /** Whether it was kept in Sent Items. */
  readonly saved: boolean;
}

type Json = Readonly<Record<string, unknown>>;

export class Mails {
  /** Everything that was sent, in order. */
  readonly sent: SentMail[] = [];
  readonly #saved = new Map<string, SentMail[]>();
  readonly #knobs: Knobs;
  readonly #agenda: Agenda;
  readonly #base: () => string;

  constructor(knobs: Knobs, agenda: Agenda, base: () => string) {
    this.#knobs = knobs;
    this.#agenda = agenda;
    this.#base = base;
  }

  /** `rest` is what follows the mailbox in the path; undefined where it is none of mail's. */
  answer(call: MailboxCall, rest: string): Reply | undefined {
    if (call.method === 'POST' && /^sendMail$/i.test(rest)) return this.#send(call);
    const folder = /^mailFolders\/(?:sentitems|\('sentitems'\))\/messages$/i.test(rest);
    return call.method === 'GET' && folder ? this.#list(call) : undefined;
  }

  #send(call: MailboxCall): Reply {
    const message = object(parameter(call.body, 'message'));
    if (!message) throw badRequest('The message is missing.', 'ErrorInvalidRequest');
    const to = addresses(message.toRecipients);
    const cc = addresses(message.ccRecipients);
    if (to.length + cc.length === 0) {
      throw badRequest('At least one recipient is not valid, or there is none.', 'ErrorInvalidRecipients');
    }
    const headers = list(message.internetMessageHeaders).map((one) => {
      const name = String(one.name ?? '');
      if (!/^x-/i.test(name))
        throw badRequest(`The header '${name}' must begin with 'x-'.`, 'InvalidInternetMessageHeader');
      return { name, value: String(one.value ?? '') };
    });
    const body = object(message.body) ?? {};
    const saved = parameter(call.body, 'saveToSentItems') !== false;
    const mail: SentMail = {
      id: `AAMkAG${randomBytes(36).toString('base64url')}=`,
      internetMessageId:
        typeof message.internetMessageId === 'string'
          ? message.internetMessageId
          : `<${randomUUID()}@simulated.outlook.example>`,
      from: call.mailbox.address,
      to,
      cc,
      replyTo: addresses(message.replyTo),
      subject: String(message.subject ?? ''),
      body: {
        contentType: String(body.contentType ?? 'text').toLowerCase() === 'html' ? 'html' : 'text',
        content: String(body.content ?? ''),
      },
      properties: list(message.singleValueExtendedProperties).map(({ id, value }) => ({
        id: String(id ?? ''),
        value: String(value ?? ''),
      })),
      headers,
      at: this.#agenda.now(),
      saved,
    };
    this.sent.push(mail);
    if (saved) {
      const kept = this.#saved.get(call.mailbox.guid) ?? [];
      kept.push(mail);
      this.#saved.set(call.mailbox.guid, kept);
    }
    return { status: 202 };
  }

  /** The newest first, as Graph lists them. */
  #list(call: MailboxCall): Reply {
    const shown = this.#agenda.now() - this.#knobs.sentItemsDelay;
    const wanted = matcher(call.query.get('$filter'));
    const found = (this.#saved.get(call.mailbox.guid) ?? []).filter(
      (mail) => mail.at <= shown && wanted(mail),
    );
    const { items, link } = pageOf(found.reverse(), call, this.#base(), { size: 10, max: 1_000 });
    const address = encodeURIComponent(call.mailbox.address);
    return {
      status: 200,
      body: {
        '@odata.context': `${this.#base()}/v1.0/$metadata#users('${address}')/mailFolders('sentitems')/messages`,
        value: items.map((mail) =>
          selected(wireMail(mail, call.query.get('$expand')), call.query.get('$select'), [
            'singleValueExtendedProperties',
          ]),
        ),
        ...link,
      },
    };
  }
}

function matcher(filter: string | undefined): (mail: SentMail) => boolean {
  if (filter === undefined) return () => true;
  const text = "'((?:[^']|'')*)'";
  const byId = new RegExp(`^\\s*internetMessageId\\s+eq\\s+${text}\\s*$`, 'i').exec(filter);
  if (byId) return (mail) => mail.internetMessageId === unquoted(byId[1]);
  const any = new RegExp(
    `^\\s*singleValueExtendedProperties/any\\s*\\(\\s*(\\w+)\\s*:\\s*\\1/id\\s+eq\\s+${text}\\s+and\\s+\\1/value\\s+eq\\s+${text}\\s*\\)\\s*$`,
    'i',
  ).exec(filter);
  if (!any) throw badRequest(`The query filter '${filter}' is not supported.`, 'ErrorInvalidUrlQueryFilter');
  const [id, value] = [unquoted(any[2]).toLowerCase(), unquoted(any[3])];
  return (mail) => mail.properties.some((one) => one.id.toLowerCase() === id && one.value === value);
}

/** Extended properties come only when they are expanded, and only the one that the filter in it names. */
function wireMail(mail: SentMail, expand: string | undefined): Json {
  const wanted =
    /^singleValueExtendedProperties\s*\(\s*\$filter\s*=\s*id\s+eq\s+'((?:[^']|'')*)'\s*\)$/i.exec(
      expand ?? '',
    );
  const id = unquoted(wanted?.[1]).toLowerCase();
  const properties = mail.properties.filter((one) => one.id.toLowerCase() === id);
  return {
    '@odata.etag': `W/"${mail.id.slice(6, 30)}"`,
    id: mail.id,
    createdDateTime: instantText(mail.at),
    sentDateTime: instantText(mail.at),
    internetMessageId: mail.internetMessageId,
    subject: mail.subject,
    body: mail.body,
    isDraft: false,
    from: recipient(mail.from),
    sender: recipient(mail.from),
    toRecipients: mail.to.map(recipient),
    ccRecipients: mail.cc.map(recipient),
    replyTo: mail.replyTo.map(recipient),
    ...(properties.length > 0 ? { singleValueExtendedProperties: properties } : {}),
  };
}

function recipient(address: string): Json {
  return { emailAddress: { name: address, address } };
}

function addresses(value: unknown): string[] {
  return list(value).map((one) => {
    const address = object(one.emailAddress)?.address;
    if (typeof address === 'string' && /^[^\s@]+@[^\s@]+$/.test(address)) return address.toLowerCase();
    throw badRequest(`At least one recipient isn't valid: '${address}'.`, 'ErrorInvalidRecipients');
  });
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map((one) => object(one) ?? {}) : [];
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function unquoted(text = ''): string {
  return text.replaceAll("''", "'");
}
