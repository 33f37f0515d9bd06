/** Who may sign in to the admin listener, where browsers reach it, and what of that does not go together. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the file's own notation
import { isIP } from 'node:net';
import { z } from 'zod';
import type { TlsConfig } from './config.ts';
import { expectedGot, type Problems } from './config-problems.ts';
import {
  duration,
  filled,
  httpsUrl,
  matching,
  path,
  section,
  string,
  Wrong,
  yesNo,
} from './config-values.ts';

export type UserRole = 'viewer' | 'operator' | 'administrator';

export interface SignInConfig {
  /** Undefined where local administrators alone sign in. */
  readonly provider?: ProviderConfig;
  /** Of each role the groups, by their ids, or app roles, by their values, that have it. */
  readonly roles: Readonly<Record<UserRole, readonly string[]>>;
  /** Milliseconds after which a session ends: since it was last used, and since its beginning. */
  readonly sessions: { readonly idle: number; readonly absolute: number };
  /** Whether administrators with a password of this program may sign in. */
  readonly local: boolean;
}

export interface ProviderConfig {
  /** As it stands on the button. */
  readonly name: string;
  readonly issuer: string;
  /** It is Entra ID, which has words of its own for some things. */
  readonly isEntra: boolean;
  readonly clientId: string;
  readonly credential:
    | { readonly kind: 'secret'; readonly secret: string }
    | ({ readonly kind: 'certificate' } & TlsConfig);
  readonly scopes: readonly string[];
  /** PEM text of extra certificate authorities. */
  readonly ca?: string;
}

/** Where the admin listener is, and how a command on the same machine asks it. */
export interface AdminListenerConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** By which browsers reach it, without a slash at the end. */
  readonly url?: string;
  readonly tls?: TlsConfig;
  /** Networks of proxies, which are believed in whom they say to ask for (X-Forwarded-For). */
  readonly proxies?: readonly string[];
  /** Absolute path of the secret of commands on this machine, where people have to sign in. */
  readonly tokenFile?: string;
  /** An API token for commands, instead of that file; from ROOMBRIDGE_TOKEN. */
  readonly token?: string;
}

const names = (what: string) =>
  z.array(filled(what), { error: ({ input }) => expectedGot(`a list of ${what}s`, input) });
const holders = names("group's id or app role").default([]);
const pair = section({ certificate: path, privateKey: path });

export const signInSection = section({
  name: filled('a name such as Entra ID').optional(),
  // A name rather than an address: with a slash at its end it is another one.
  issuer: httpsUrl('https://login.example.com/realms/staff', false, ({ href }) => href).optional(),
  tenantId: matching(
    "the tenant's own ID, a UUID",
    /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  ).optional(),
  clientId: matching('the ID of an application, a UUID', /^[A-Za-z0-9][A-Za-z0-9._-]*$/).optional(),
  clientSecret: filled('a secret, best as ${NAME} or ${file:PATH}').optional(),
  clientCertificate: pair.optional(),
  ca: path.optional(),
  scopes: names('scope').default(['openid', 'profile', 'email']),
  roles: section({ viewer: holders, operator: holders, administrator: holders }).prefault({}),
  sessions: section({
    idle: duration(60_000, 86_400_000, ', from 1m to 1d').default(1_800_000),
    absolute: duration(60_000, 7 * 86_400_000, ', from 1m to 7d').default(43_200_000),
  }).prefault({}),
  local: yesNo.default(true),
});

export const adminUrl = string(
  'an https address without a path such as https://roombridge.example.com (http for localhost only)',
  (value) => {
    if (!/^https?:\/\//i.test(value) || /\s/.test(value) || !URL.canParse(value))
      return new Wrong('a text that is not a URL');
    const { protocol, hostname, pathname, origin, username, password } = new URL(value);
    if (protocol === 'http:' && !isLoopback(hostname.replace(/^\[(.*)\]$/, '$1')))
      return new Wrong('an http address of another host');
    if (username !== '' || password !== '') return new Wrong('a URL with a user name or password');
    return pathname === '/' && !/[?#]/.test(value) ? origin : new Wrong('one with a path or a query');
  },
);

/** Adds what is wrong with the two sections together; reads what is valid and passes over the rest. */
export function checkSignIn(signIn: unknown, admin: unknown, problems: Problems): void {
  const { host, url, tls } = isMapping(admin) ? admin : {};
  const isLocal = typeof host !== 'string' || isLoopback(host);
  const isHttp = typeof url === 'string' && /^http:/i.test(url);
  if (tls !== undefined && (url === undefined || isHttp))
    problems.add(
      ['http', 'admin', 'url'],
      'expected an https address, which http.admin.tls is the certificate of',
    );
  if (signIn === undefined || signIn === null) {
    if (!isLocal)
      problems.add(
        ['http', 'admin', 'host'],
        'expected a loopback address (127.0.0.1, ::1 or localhost) while no sign-in is configured, got another address',
      );
    return;
  }
  if (!isMapping(signIn)) return;
  if (url === undefined)
    problems.add(
      ['http', 'admin', 'url'],
      'expected the address by which browsers reach the admin listener, which signIn needs, got nothing',
    );
  else if (isHttp && !isLocal)
    problems.add(
      ['http', 'admin', 'url'],
      'expected an https address, for http.admin.host is no loopback address',
    );
  checkProvider(signIn, problems);
  const { idle, absolute } = signInSection.shape.sessions.safeParse(signIn.sessions ?? {}).data ?? {};
  if (idle !== undefined && absolute !== undefined && idle > absolute)
    problems.add(['signIn', 'sessions', 'idle'], 'expected no more than signIn.sessions.absolute');
}

const ofProvider = ['issuer', 'tenantId', 'clientId', 'clientSecret', 'clientCertificate'];

/** Either all of a provider, or nothing of one and local administrators. */
function checkProvider(signIn: Readonly<Record<string, unknown>>, problems: Problems): void {
  const has = (key: string) => Object.hasOwn(signIn, key);
  if (!ofProvider.some(has)) {
    if (signIn.local === false)
      problems.add(['signIn'], 'nobody can sign in: expected an issuer or a tenantId, or local: true');
    return;
  }
  const one = (...keys: [string, string]) => {
    const given = keys.filter(has).length;
    if (given !== 1)
      problems.add(
        ['signIn'],
        `expected exactly one of ${keys.join(' and ')}, got ${given === 0 ? 'neither' : 'both'}`,
      );
  };
  one('issuer', 'tenantId');
  one('clientSecret', 'clientCertificate');
  if (!has('clientId'))
    problems.add(['signIn', 'clientId'], 'expected the ID of an application, got nothing');
  const { scopes, roles } = signIn;
  if (Array.isArray(scopes) && !scopes.includes('openid'))
    problems.add(['signIn', 'scopes'], 'expected openid among them');
  const lists = isMapping(roles) ? Object.values(roles) : [];
  if (!lists.some((list) => !Array.isArray(list) || list.length > 0))
    problems.add(
      ['signIn', 'roles'],
      'expected a group or an app role for at least one of viewer, operator, administrator, got none',
    );
}

/** @param loginUrl of Entra ID */
export function signInOf(
  signIn: z.output<typeof signInSection>,
  pem: { readonly ca: string | undefined; readonly client: TlsConfig | undefined },
  loginUrl: string,
): SignInConfig {
  const { roles, sessions, local, clientId, tenantId, clientSecret = '', scopes } = signIn;
  const issuer = tenantId === undefined ? signIn.issuer : `${loginUrl}/${tenantId.toLowerCase()}/v2.0`;
  if (issuer === undefined || clientId === undefined) return { roles, sessions, local };
  const isEntra = tenantId !== undefined;
  const provider = {
    name: signIn.name ?? (isEntra ? 'Entra ID' : new URL(issuer).host),
    ...{ issuer, isEntra, clientId, scopes },
    credential: pem.client
      ? { kind: 'certificate' as const, ...pem.client }
      : { kind: 'secret' as const, secret: clientSecret },
    ...(pem.ca === undefined ? {} : { ca: pem.ca }),
  };
  return { provider, roles, sessions, local };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLoopback(value: string): boolean {
  return /^localhost$/i.test(value) || value === '::1' || (isIP(value) === 4 && value.startsWith('127.'));
}
