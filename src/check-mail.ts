/** Tries the mailboxes that mails come from, as far as that can be seen without sending one. */
import { type Sender, sendersOf } from './check-grants.ts';
import { assignRoles, findMailbox } from './check-powershell.ts';
import { type Finding, failed, ok, warning } from './check-report.ts';
import type { Config } from './config.ts';
import { type GraphClient, segment } from './graph/client.ts';
import { GraphFault } from './graph/fault.ts';

export async function checkMail(
  config: Config,
  client: GraphClient,
  roles: readonly string[],
): Promise<Finding[]> {
  return await Promise.all(sendersOf(config).map((sender) => checkSender(config, client, roles, sender)));
}

async function checkSender(
  config: Config,
  client: GraphClient,
  roles: readonly string[],
  { from, where, isReadBack }: Sender,
): Promise<Finding> {
  const what = `mail from ${from}`;
  const { clientId } = config.graph;
  const mayLook = await look(client, from);
  if (mayLook === 'absent') {
    const about = `must find the mailbox that mails come from; else mend ${where}`;
    return {
      ...failed(what, 'is not a mailbox of this tenant (404)'),
      shared: [{ about, command: findMailbox, mailbox: from }],
    };
  }
  const byToken = roles.includes('Mail.Send');
  const grant = {
    about: 'lets it send from the mailboxes of one group only (deploy/README.md, part 3)',
    command: assignRoles(clientId, ['Mail.Send', 'Mail.Read'], 'Roombridge sender'),
  };
  const see = {
    about: 'says whether it may send from there',
    command: `Test-ServicePrincipalAuthorization -Identity ${clientId} -Resource $_`,
    mailbox: from,
  };
  if (!byToken && roles.length > 0 && mayLook !== 'yes') {
    const detail = 'Mail.Send is not in the token: mails are sent only if RBAC for Applications grants it';
    return { ...warning(what, detail), shared: [see, grant] };
  }
  if (!byToken) {
    const detail = 'whether it may send from there does not stand in the token';
    return { ...warning(what, detail), shared: [see] };
  }
  if (mayLook === 'yes') return ok(what, 'Mail.Send is granted, and the mailbox is there');
  if (mayLook === 'unknown') return warning(what, 'Mail.Send is granted; the mailbox could not be looked at');
  if (!isReadBack)
    return ok(what, 'Mail.Send is granted; whether the mailbox is there cannot be seen without Mail.Read');
  const detail =
    'Mail.Send is granted; without Mail.Read its sent mails cannot be seen: one whose sending broke off is not sent again';
  return { ...warning(what, detail), shared: [grant] };
}

/** Whether its sent mails can be seen. */
async function look(client: GraphClient, from: string): Promise<'yes' | 'refused' | 'absent' | 'unknown'> {
  try {
    await client.send({
      method: 'GET',
      mailbox: from,
      path: `/users/${segment(from)}/mailFolders/sentitems/messages`,
      query: { $top: '1', $select: 'id' },
    });
    return 'yes';
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    if (error.status === 403) return 'refused';
    return error.kind === 'absent' ? 'absent' : 'unknown';
  }
}
