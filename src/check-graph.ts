/** Tries the sign-in, what the token permits, each room's mailbox, and the ways to organizers; reads only. */
import type { Dispatcher } from 'undici';
import { checkGrants, mailFrom, type Reach, rolesOf } from './check-grants.ts';
import { checkMail } from './check-mail.ts';
import { addToGroup } from './check-powershell.ts';
import { type Finding, failed, ok, warning } from './check-report.ts';
import { checkRooms, type OrganizersSeen } from './check-rooms.ts';
import { checkSubscriptions } from './check-subscriptions.ts';
import { describeExpiry, describeUnreachable } from './check-unreachable.ts';
import type { Config } from './config.ts';
import { GraphClient } from './graph/client.ts';
import { GraphFault } from './graph/fault.ts';
import { SignIn } from './graph/sign-in.ts';
import { surveyCalendar } from './graph/survey.ts';

/** Milliseconds for one exchange with the sign-in or with Graph. */
const deadline = 4_000;

export interface GraphDeps {
  readonly dispatcher: Dispatcher;
  /** Looks at the configuration's rooms, which are few then, more closely. */
  readonly closely: boolean;
  /** A mailbox that this application should not reach. */
  readonly outside?: string;
}

export interface GraphChecked {
  readonly findings: Finding[];
  /** How many living subscriptions call our address; undefined when nobody could say. */
  readonly callers?: number;
}

export async function checkGraph(
  config: Config,
  { dispatcher, closely, outside }: GraphDeps,
): Promise<GraphChecked> {
  const { graph, rooms } = config;
  const signIn = new SignIn({ graph, dispatcher, deadline });
  let token: string;
  try {
    token = await signIn.token();
  } catch (error) {
    const untried = warning('rooms', `${rooms.length} could not be tried without a token`);
    return { findings: [tokenRefused(config, error), untried] };
  }
  const client = new GraphClient({ graph, dispatcher, signIn, deadline });
  const roles = rolesOf(token);
  // By RBAC for Applications it may be granted beside what the token says, or in its place.
  const settings = { permitted: roles.length === 0 || roles.includes('MailboxSettings.Read') };
  const subscriptions = await checkSubscriptions(config, client).catch(() => undefined);
  const [seen, mail, tried] = await Promise.all([
    checkRooms({ config, client, subscriptions, settings, closely }),
    checkMail(config, client, roles),
    outside === undefined ? undefined : tryOutside(client, outside),
  ]);
  const reach: Reach = {
    rooms: seen.read,
    organizers: seen.organizers.read > 0,
    refused: seen.refused || seen.organizers.refused > 0,
    ...(tried === undefined ? {} : { outside: tried }),
  };
  return {
    findings: [
      ...tokenGiven(config),
      ...checkGrants(config, roles, reach),
      ...(tried === 'unknown' ? [warning('reach', `${outside} is no mailbox that could be tried`)] : []),
      ...(settings.permitted || !seen.read ? [] : [settingsRefused(config)]),
      ...(subscriptions?.findings ?? []),
      ...seen.findings,
      ...organizersFound(config, seen.organizers),
      ...mail,
    ],
    ...(subscriptions === undefined ? {} : { callers: subscriptions.callers }),
  };
}

async function tryOutside(client: GraphClient, mailbox: string): Promise<NonNullable<Reach['outside']>> {
  const now = Date.now();
  try {
    await surveyCalendar(client, mailbox, { from: now, to: now + 86_400_000 }, 1);
    return 'read';
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    return error.status === 403 ? 'refused' : 'unknown';
  }
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

function settingsRefused({ graph }: Config): Finding {
  const detail =
    "MailboxSettings.Read is not granted: organizers' languages and time zones are not known, the configuration's are taken";
  const remedy =
    `grant the application ${graph.clientId} the application permission MailboxSettings.Read of Microsoft Graph, ` +
    'or "Application MailboxSettings.Read" by RBAC for Applications';
  return warning('mailbox settings', detail, remedy);
}

/** Of the organizers of a few coming bookings; none of them is named. */
function organizersFound(config: Config, { read, refused, absent }: OrganizersSeen): Finding[] {
  const what = 'organizers';
  const tried = read + refused + absent;
  if (tried === 0) return [];
  const elsewhere = absent === 0 ? '' : `; ${absent} of ${tried} have no mailbox in this tenant`;
  if (refused === 0) return [ok(what, `calendars of ${read} of ${tried} can be read${elsewhere}`)];
  const instead =
    mailFrom(config) === undefined
      ? config.invitation.ways.includes('reply')
        ? "organizers are told by the room's answer"
        : 'organizers are not told'
      : 'organizers are told by mail';
  const follows = config.invitation.ways.includes('event') ? `, ${instead}` : '';
  const detail =
    `calendars of ${refused} of ${tried} may not be read (403): where a room wipes titles the meeting gets a neutral one, ` +
    `its private flag is not seen${follows}${elsewhere}`;
  const about = 'puts organizers into the group of the scope or of the access policy';
  const command = addToGroup.replace('$_', '<organizer>');
  return [{ ...warning(what, detail), shared: [{ about, command }] }];
}
