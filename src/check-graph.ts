/** Tries the sign-in, what the token permits, and each room's calendar; reads only. */
import type { Dispatcher } from 'undici';
import { type Finding, failed, ok, warning } from './check-report.ts';
import { describeExpiry, describeUnreachable } from './check-unreachable.ts';
import type { Config, RoomConfig } from './config.ts';
import { GraphClient, segment } from './graph/client.ts';
import { GraphFault } from './graph/fault.ts';
import { SignIn } from './graph/sign-in.ts';
import { listSubscriptions } from './graph/subscriptions.ts';

/** Milliseconds for one exchange with the sign-in or with Graph. */
const deadline = 4_000;
/** Rooms read at once; each is a mailbox of its own. */
const atOnce = 16;

export interface GraphChecked {
  readonly findings: Finding[];
  /** How many living subscriptions call our address; undefined when nobody could say. */
  readonly callers?: number;
}

type Room = { readonly read: boolean; readonly finding: Finding };

export async function checkGraph(config: Config, dispatcher: Dispatcher): Promise<GraphChecked> {
  const { graph, rooms } = config;
  const signIn = new SignIn({ graph, dispatcher, deadline });
  let token: string;
  try {
    token = await signIn.token();
  } catch (error) {
    return {
      findings: [
        tokenRefused(config, error),
        warning('rooms', `${rooms.length} could not be tried without a token`),
      ],
    };
  }
  const client = new GraphClient({ graph, dispatcher, signIn, deadline });
  const [seen, callers] = await Promise.all([
    checkRooms(config, client),
    countCallers(client, graph.notificationUrl).catch(() => undefined),
  ]);
  const somethingRead = seen.some(({ read }) => read);
  return {
    findings: [
      ...tokenGiven(config),
      permissions(token, graph.clientId, somethingRead),
      ...seen.map(({ finding }) => finding),
    ],
    ...(callers === undefined ? {} : { callers }),
  };
}

function tokenGiven({ graph: { loginUrl, credential } }: Config): Finding[] {
  const kind = credential.kind === 'secret' ? 'secret' : 'certificate';
  const given = ok('token', `given by ${new URL(loginUrl).host} for the client ${kind}`);
  const expiry =
    credential.kind === 'secret' ? undefined : describeExpiry(credential.certificate, Date.now());
  if (expiry === undefined) return [given];
  const remedy = 'upload a new one to the app registration and name it in graph.clientCertificate';
  return [given, warning('client certificate', expiry.detail, remedy)];
}

function tokenRefused({ graph, proxy }: Config, error: unknown): Finding {
  if (!(error instanceof GraphFault)) throw error;
  const host = new URL(graph.loginUrl).host;
  if (error.kind === 'unreachable' && error.code !== 'deadline') {
    const where = { addressKey: 'graph.loginUrl', caKey: 'graph.ca', proxy };
    const { detail, remedy } = describeUnreachable(error.cause, where);
    return failed('token', `${host}: ${detail}`, remedy);
  }
  // What the sign-in refuses is told with its remedy.
  const [, said = error.message, remedy] = /^(.*?AADSTS\d+\)?: [^;]*); (.*)$/s.exec(error.message) ?? [];
  return failed('token', said, remedy);
}

/**
 * What the token lets us do. Permissions that are granted by RBAC for Applications do not stand in it, so that only
 * a room that can be read tells of them.
 */
export function permissions(token: string, clientId: string, roomRead: boolean): Finding {
  const what = 'permissions';
  const roles = rolesOf(token);
  const read = roles.includes('Calendars.Read');
  const write = roles.includes('Calendars.ReadWrite');
  const grant = (permission: string) =>
    `grant the application ${clientId} the application permission ${permission} of Microsoft Graph, with admin consent`;
  if (read && write) return ok(what, 'Calendars.Read, Calendars.ReadWrite');
  if (write) {
    const detail = 'Calendars.ReadWrite alone: Graph may refuse subscriptions';
    return warning(what, detail, `${grant('Calendars.Read')}, too`);
  }
  if (read) {
    const detail = "Calendars.Read alone: joining details can't be written into organizers' events";
    return warning(what, `${detail}, unless RBAC for Applications lets us`, grant('Calendars.ReadWrite'));
  }
  if (roomRead) {
    const detail =
      "none in the token, but rooms can be read, so RBAC for Applications grants it; writing can't be seen";
    const line = `Get-ManagementRoleAssignment -RoleAssignee <its service principal>`;
    return warning(what, detail, `see that "Application Calendars.ReadWrite" is among them: ${line}`);
  }
  return failed(
    what,
    'the token has no permission for calendars',
    `${grant('Calendars.Read and Calendars.ReadWrite')}, or grant it by RBAC for Applications`,
  );
}

/** Not verified: it came over TLS from where it is made. Empty where the token is not a JWT or has none. */
function rolesOf(token: string): string[] {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const roles =
      typeof claims === 'object' && claims !== null && 'roles' in claims ? claims.roles : undefined;
    return Array.isArray(roles) ? roles.map(String) : [];
  } catch {
    return [];
  }
}

/** Each room in its place; once a whole round has met silence the others are not asked any more. */
async function checkRooms(config: Config, client: GraphClient): Promise<Room[]> {
  const { rooms } = config;
  const seen: Room[] = [];
  let next = 0;
  let silent = 0;
  let answered = false;
  const work = async () => {
    for (let index = next++; index < rooms.length; index = next++) {
      const room = rooms[index];
      if (room === undefined) return;
      if (!answered && silent >= atOnce) {
        seen[index] = {
          read: false,
          finding: warning(whatOf(room), 'not tried, since Graph does not answer'),
        };
        continue;
      }
      const outcome = await readRoom(config, client, room);
      if (outcome.silent) silent += 1;
      else answered = true;
      seen[index] = outcome;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return seen;
}

async function readRoom(
  config: Config,
  client: GraphClient,
  room: RoomConfig,
): Promise<Room & { readonly silent: boolean }> {
  const { mailbox } = room;
  const now = Date.now();
  try {
    await client.send({
      method: 'GET',
      mailbox,
      path: `/users/${segment(mailbox)}/calendarView`,
      query: {
        startDateTime: new Date(now).toISOString(),
        endDateTime: new Date(now + 86_400_000).toISOString(),
        $top: '1',
        $select: 'id',
      },
    });
    return { read: true, silent: false, finding: ok(whatOf(room), 'its calendar can be read') };
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    return {
      read: false,
      silent: error.kind === 'unreachable',
      finding: roomRefused(config, room, error),
    };
  }
}

function roomRefused({ graph, proxy }: Config, room: RoomConfig, fault: GraphFault): Finding {
  const what = whatOf(room);
  const { mailbox } = room;
  const because = fault.code === undefined ? '' : `: ${fault.code}`;
  switch (fault.kind) {
    case 'unreachable': {
      const where = { addressKey: 'graph.apiUrl', caKey: 'graph.ca', proxy };
      const { detail, remedy } = describeUnreachable(fault.cause ?? fault, where);
      const said = fault.code === 'deadline' ? fault.message : `${new URL(graph.apiUrl).host}: ${detail}`;
      return failed(what, said, remedy);
    }
    case 'absent':
      return failed(
        what,
        `is not a mailbox of this tenant (404${because})`,
        `mend its address under rooms; Get-EXOMailbox -Identity ${mailbox} must find it`,
      );
    case 'busy':
      return warning(
        what,
        `Graph wants us to come later (${fault.status}${because})`,
        'check again in a minute',
      );
    case 'refused':
      if (fault.status === 403) return forbidden(what, mailbox, graph.clientId, because);
      if (fault.status === 401) {
        const remedy = 'see that graph.apiUrl and graph.loginUrl belong to the same cloud';
        return failed(what, `Graph does not take the token (401${because})`, remedy);
      }
      return failed(what, fault.message);
    case 'garbled':
      return failed(what, fault.message, 'see whether a proxy answers in place of Graph');
    case 'stale':
    case 'reset':
      return failed(what, fault.message);
    default:
      return fault.kind satisfies never;
  }
}

/** https://learn.microsoft.com/exchange/permissions-exo/application-rbac */
function forbidden(what: string, mailbox: string, clientId: string, because: string): Finding {
  return failed(
    what,
    `this application may not read it (403${because})`,
    'in Exchange Online PowerShell put it into the group of the scope or of the access policy: ' +
      `Add-DistributionGroupMember -Identity "<group>" -Member ${mailbox}; ` +
      `what is allowed says Test-ServicePrincipalAuthorization -Identity ${clientId} -Resource ${mailbox} ` +
      `or Test-ApplicationAccessPolicy -AppId ${clientId} -Identity ${mailbox}; a change takes up to two hours`,
  );
}

function whatOf({ mailbox }: RoomConfig): string {
  return `room ${mailbox}`;
}

/** Graph has called an address before it grants a subscription to it. */
async function countCallers(client: GraphClient, notificationUrl: string): Promise<number> {
  const now = Date.now();
  const listed = await listSubscriptions(client);
  return listed.filter(
    (one) => one.notificationUrl === `${notificationUrl}/graph/notifications` && one.expires > now,
  ).length;
}
