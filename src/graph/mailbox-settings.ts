/** What a mailbox says of its owner's language and time zone; what it leaves open is left out, never guessed. */
import { findIana } from 'windows-iana';
import { type GraphClient, segment } from './client.ts';
import { objectOf, text } from './wire-value.ts';

export interface MailboxSettings {
  /** As Outlook has it, such as `de-CH`. */
  readonly locale?: string;
  /** IANA; undefined also for names that nobody can resolve, such as a custom zone. */
  readonly timeZone?: string;
}

/**
 * Needs MailboxSettings.Read: https://learn.microsoft.com/graph/api/user-get-mailboxsettings
 * @throws GraphFault; `refused` (403) without that permission, `absent` where there is no such mailbox
 */
export async function readMailboxSettings(graph: GraphClient, mailbox: string): Promise<MailboxSettings> {
  const path = `/users/${segment(mailbox)}/mailboxSettings`;
  const { body } = await graph.send({
    method: 'GET',
    mailbox,
    path,
    query: { $select: 'language,timeZone' },
  });
  const settings = objectOf(body);
  const locale = text(objectOf(settings.language).locale);
  const timeZone = ianaOf(text(settings.timeZone));
  return { ...(locale === undefined ? {} : { locale }), ...(timeZone === undefined ? {} : { timeZone }) };
}

function ianaOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: findIana(name)[0] ?? name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
