/** Mail from a mailbox of the tenant, with marks by which it is found again among what was sent. */
import { type GraphClient, segment } from './client.ts';
import { objectOf } from './event.ts';
import { GraphFault } from './fault.ts';

/** MAPI named properties, in a set of our own: they stay in the sender's mailbox and are read by nobody else. */
const marks = {
  /** Of one mail. */
  mail: 'String {6d0d7c1e-3c5b-4f5e-9b0a-6a2f3e0c9a51} Name RoombridgeMail',
  /** Of what it tells of which event: another mail that tells the same has the same. */
  standing: 'String {6d0d7c1e-3c5b-4f5e-9b0a-6a2f3e0c9a51} Name RoombridgeStanding',
} as const;

export interface Mail {
  /** At least one. */
  readonly to: readonly { readonly name: string; readonly address: string }[];
  readonly subject: string;
  readonly html: string;
  readonly marks: Readonly<Partial<Record<keyof typeof marks, string>>>;
}

/**
 * Needs Mail.Send: https://learn.microsoft.com/graph/api/user-sendmail
 * @throws GraphFault; `sent` where it may have gone out all the same: look for it before sending it again
 */
export async function sendMail(graph: GraphClient, from: string, mail: Mail): Promise<void> {
  const marked = (Object.keys(marks) as (keyof typeof marks)[]).flatMap((mark) => {
    const value = mail.marks[mark];
    return value === undefined ? [] : [{ id: marks[mark], value }];
  });
  try {
    await graph.send({
      method: 'POST',
      mailbox: from,
      path: `/users/${segment(from)}/sendMail`,
      body: {
        message: {
          subject: mail.subject,
          body: { contentType: 'HTML', content: mail.html },
          toRecipients: mail.to.map(({ name, address }) => ({
            emailAddress: name === '' ? { address } : { name, address },
          })),
          ...(marked.length > 0 && { singleValueExtendedProperties: marked }),
          // No out-of-office answers to a machine: [MS-OXCMAIL] 2.2.3.2.14.
          internetMessageHeaders: [{ name: 'X-Auto-Response-Suppress', value: 'All' }],
        },
        saveToSentItems: true,
      },
    });
  } catch (error) {
    // Whatever stands in the answer to an accepted request, it was accepted.
    if (error instanceof GraphFault && error.kind === 'garbled' && error.status === 202) return;
    throw error;
  }
}

/** Whether such a mail lies in the sender's Sent Items. Needs Mail.ReadBasic. @throws GraphFault */
export async function wasSent(
  graph: GraphClient,
  from: string,
  mark: keyof typeof marks,
  value: string,
): Promise<boolean> {
  const { body } = await graph.send({
    method: 'GET',
    mailbox: from,
    path: `/users/${segment(from)}/mailFolders/sentitems/messages`,
    query: {
      $filter: `singleValueExtendedProperties/Any(ep: ep/id eq '${marks[mark]}' and ep/value eq '${value}')`,
      $select: 'id',
      $top: '1',
    },
  });
  const { value: found } = objectOf(body);
  if (!Array.isArray(found)) throw new GraphFault('garbled', `a list of ${from}'s mails has no items`);
  return found.length > 0;
}
