/** Who is told of tickets, by webhooks and by mail, and what of that does not go together. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the file's own notation
import { isIP } from 'node:net';
import { z } from 'zod';
import { type Severity, severities } from './cluster/ticket-codes.ts';
import { expectedGot, type Problems } from './config-problems.ts';
import { another, choice, hostLabels, list, path, section, string, Wrong } from './config-values.ts';

export interface WebhookTarget {
  readonly kind: 'webhook';
  readonly url: string;
  /** By which the receiver knows that it is us. */
  readonly secret: string;
  readonly severities: readonly Severity[];
  /** PEM text of extra certificate authorities. */
  readonly ca?: string;
}

export interface MailTarget {
  readonly kind: 'mail';
  /** Addresses, at least one. */
  readonly to: readonly string[];
  /** The mailbox that it comes from. */
  readonly from: string;
  readonly severities: readonly Severity[];
}

export type TicketTarget = WebhookTarget | MailTarget;

const webhookUrl = string(
  'an https URL such as https://alerts.example.com/roombridge (http for localhost only)',
  (value) => {
    if (!/^[a-z]+:\/\//i.test(value) || /\s/.test(value) || !URL.canParse(value))
      return new Wrong('a text that is not a URL');
    const { protocol, hostname, username, password, hash, href } = new URL(value);
    if (protocol !== 'https:' && protocol !== 'http:') return new Wrong('another kind of URL');
    if (protocol === 'http:' && !isLoopback(hostname)) return new Wrong('an http URL of another host');
    if (username !== '' || password !== '') return new Wrong('a URL with a user name or password');
    return hash === '' ? href : new Wrong('a URL with a fragment');
  },
);

const secret = string('a secret of at least 16 characters, best as ${NAME} or ${file:PATH}', (value) =>
  value.length < 16 ? new Wrong('a shorter one') : value,
);

const mailbox = string('a mailbox address such as ops@example.com', (value) =>
  new RegExp(`^[^\\s@<>,;:"()]+@${hostLabels}$`).test(value) ? value.toLowerCase() : another,
);

const target = section({
  url: webhookUrl.optional(),
  secret: secret.optional(),
  ca: path.optional(),
  mail: list('a list of at least one mailbox address', mailbox).optional(),
  from: mailbox.optional(),
  severities: list(`a list of at least one of ${severities.join(', ')}`, choice(severities)).default([
    'critical',
    'warning',
  ]),
});

export const ticketsSection = section({
  tell: z
    .array(target, { error: ({ input }) => expectedGot('a list of those who are told', input) })
    .default([]),
});

/** Adds what is wrong with a target as a whole; passes over what is wrong already. */
export function checkTelling(tickets: unknown, problems: Problems): void {
  const targets = isMapping(tickets) && Array.isArray(tickets.tell) ? tickets.tell : [];
  const known = new Map<string, string>();
  for (const [index, one] of targets.entries()) {
    if (!isMapping(one)) continue;
    const at = ['tickets', 'tell', index];
    const has = (key: string) => one[key] !== undefined && one[key] !== null;
    if (has('url') === has('mail')) {
      const got = has('url') ? 'both' : 'neither';
      problems.add(at, `expected exactly one of url and mail, got ${got}`);
      continue;
    }
    const [own, foreign, why] = has('url') ? ['secret', ['from'], 'url'] : ['from', ['secret', 'ca'], 'mail'];
    if (!has(own)) {
      const what =
        own === 'secret' ? 'the secret that news are signed with' : 'the mailbox that mails come from';
      problems.add([...at, own], `expected ${what}, got nothing`);
    }
    for (const key of foreign.filter(has)) problems.add([...at, key], `does not go with ${why}`);
    const name = target.safeParse(one).data?.url;
    if (name === undefined) continue;
    const first = known.get(name);
    if (first === undefined) known.set(name, `tickets.tell[${index}].url`);
    else problems.add([...at, 'url'], `the same address as ${first}`);
  }
}

/** @param pem texts of extra authorities, by the place of the target */
export function targetsOf(
  { tell }: z.output<typeof ticketsSection>,
  pem: readonly (string | undefined)[],
): TicketTarget[] {
  return tell.flatMap(({ url, secret, mail, from, severities }, index): TicketTarget[] => {
    const ca = pem[index];
    if (url !== undefined && secret !== undefined)
      return [{ kind: 'webhook', url, secret, severities, ...(ca === undefined ? {} : { ca }) }];
    if (mail !== undefined && from !== undefined) return [{ kind: 'mail', to: mail, from, severities }];
    return [];
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return /^localhost$/i.test(bare) || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}
