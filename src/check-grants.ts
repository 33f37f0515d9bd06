/** What the token permits, beside what this configuration needs: too little, and more than needed. */
import { assignRoles, removeConsent, restrictByPolicy } from './check-powershell.ts';
import type { Remedy } from './check-remedies.ts';
import { type Finding, failed, ok, warning } from './check-report.ts';
import type { Config } from './config.ts';

/** What was seen of the tenant; the token alone does not say how far its permissions reach. */
export interface Reach {
  /** Some room's calendar could be read. */
  readonly rooms: boolean;
  /** Some organizer's calendar could be read, who is not a room. */
  readonly organizers: boolean;
  /** Some mailbox was refused: there is a scope or an access policy. */
  readonly refused: boolean;
  /** The mailbox that was named because it must not be reached. */
  readonly outside?: 'read' | 'refused' | 'unknown';
}

/** Application permissions of Microsoft Graph; empty where the token is not a JWT or has none. Not verified: it came over TLS. */
export function rolesOf(token: string): string[] {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const roles =
      typeof claims === 'object' && claims !== null && 'roles' in claims ? claims.roles : undefined;
    return Array.isArray(roles) ? roles.map(String) : [];
  } catch {
    return [];
  }
}

/** Whether invitations are told by writing into calendars: the organizer's event, or a room's own answer. */
export function writesCalendars({ invitation: { ways } }: Config): boolean {
  return ways.includes('event') || ways.includes('reply');
}

export function mailFrom({ invitation: { ways, mail } }: Config): string | undefined {
  return ways.includes('mail') ? mail?.from : undefined;
}

export interface Sender {
  readonly from: string;
  /** Where the configuration names it. */
  readonly where: string;
  /** Whether what it has sent is looked for there. */
  readonly isReadBack: boolean;
}

/** The mailboxes that mails come from, each once. */
export function sendersOf(config: Config): Sender[] {
  const from = mailFrom(config);
  const told = (config.tickets?.tell ?? []).flatMap((target) => (target.kind === 'mail' ? target.from : []));
  return [
    ...(from === undefined ? [] : [{ from, where: 'invitation.mail.from', isReadBack: true }]),
    ...[...new Set(told)]
      .filter((one) => one !== from)
      .map((one) => ({ from: one, where: 'from in tickets.tell', isReadBack: false })),
  ];
}

/** Permissions that are granted by RBAC for Applications do not stand in the token: only what can be read tells of them. */
export function checkGrants(config: Config, roles: readonly string[], reach: Reach): Finding[] {
  return [calendars(config, roles, reach.rooms), ...spare(config, roles), ...reached(config, roles, reach)];
}

function calendars(config: Config, roles: readonly string[], roomRead: boolean): Finding {
  const what = 'permissions';
  const { clientId } = config.graph;
  const [read, write] = [roles.includes('Calendars.Read'), roles.includes('Calendars.ReadWrite')];
  const wantsWrite = writesCalendars(config);
  const grant = (permission: string) =>
    `grant the application ${clientId} the application permission ${permission} of Microsoft Graph, with admin consent`;
  if (read && write) return ok(what, 'Calendars.Read, Calendars.ReadWrite');
  if (read && !wantsWrite) return ok(what, 'Calendars.Read');
  if (write) {
    const detail = 'Calendars.ReadWrite alone: Graph may refuse subscriptions';
    return warning(what, detail, `${grant('Calendars.Read')}, too`);
  }
  if (read) {
    const detail =
      "Calendars.Read alone: joining details can't be written into organizers' events, nor can rooms answer";
    return warning(what, `${detail}, unless RBAC for Applications lets us`, grant('Calendars.ReadWrite'));
  }
  if (roomRead) {
    const detail = 'none for calendars in the token, but rooms can be read: RBAC for Applications grants it';
    const line = `Get-ManagementRoleAssignment -RoleAssignee ${clientId}`;
    const remedy = `see that "Application Calendars.ReadWrite" is among them: ${line}`;
    return wantsWrite ? warning(what, `${detail}; whether writing, can't be seen`, remedy) : ok(what, detail);
  }
  const wanted = wantsWrite ? 'Calendars.Read and Calendars.ReadWrite' : 'Calendars.Read';
  return failed(
    what,
    'the token has no permission for calendars',
    `${grant(wanted)}, or grant it by RBAC for Applications`,
  );
}

/** What is in the token and serves nothing that is configured. */
function spare(config: Config, roles: readonly string[]): Finding[] {
  const useful = new Set([
    ...['Calendars.Read', 'MailboxSettings.Read', 'Place.Read.All'],
    // Some tenants want it for subscriptions: https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/131
    'User.Read.All',
    ...(writesCalendars(config) ? ['Calendars.ReadWrite'] : []),
    ...(sendersOf(config).length === 0 ? [] : ['Mail.Send', 'Mail.Read']),
  ]);
  const needless = roles.filter((role) => !useful.has(role)).sort();
  if (needless.length === 0) return [];
  const detail = `${needless.join(', ')}: nothing that is configured needs ${needless.length === 1 ? 'it' : 'them'}`;
  const remedy: Remedy = {
    about: 'takes away what is not needed (Microsoft Graph PowerShell)',
    command: removeConsent(config.graph.clientId, needless),
  };
  return [{ ...warning('grants', detail), shared: [remedy] }];
}

function reached(config: Config, roles: readonly string[], reach: Reach): Finding[] {
  const what = 'reach';
  const wide = roles.filter((role) => /^(Calendars|Mail|MailboxSettings)\./.test(role)).sort();
  const narrow = scoped(config, wide);
  if (reach.outside === 'read') {
    const detail =
      'the calendar of the mailbox given by --outside can be read: the grant is wider than needed';
    return [{ ...warning(what, detail), shared: narrow }];
  }
  if (reach.outside === 'refused') return [ok(what, 'the mailbox given by --outside is refused')];
  if (!config.invitation.ways.includes('event') && reach.organizers) {
    const detail =
      'calendars of organizers can be read; where rooms keep titles and the private flag, nothing that is configured ' +
      "needs that: the rooms' group is enough";
    return [{ ...warning(what, detail), shared: narrow }];
  }
  if (wide.length === 0) return [];
  if (reach.refused) return [ok(what, 'restricted: a mailbox was refused')];
  const detail =
    `${wide.join(', ')} in the token hold for every mailbox of the tenant, unless an access policy restricts them; ` +
    '--outside MAILBOX tries one that should not be reached';
  return [{ ...warning(what, detail), shared: narrow }];
}

function scoped(config: Config, wide: readonly string[]): Remedy[] {
  const { clientId } = config.graph;
  const needed = writesCalendars(config)
    ? ['Calendars.Read', 'Calendars.ReadWrite', 'MailboxSettings.Read']
    : ['Calendars.Read', 'MailboxSettings.Read'];
  const grants: Remedy = {
    about: 'grants what is needed for the members of one group only (deploy/README.md, part 3)',
    command: assignRoles(clientId, needed, 'Roombridge mailboxes'),
  };
  if (wide.length === 0) return [grants];
  return [
    grants,
    {
      about:
        'then takes away the consent for all mailboxes, beside which a scope restricts nothing (Graph PowerShell)',
      command: removeConsent(clientId, wide),
    },
    { about: 'or, the older way, restricts what stands in the token', command: restrictByPolicy(clientId) },
  ];
}
