/** The shape of the configuration's file; each value says itself what it expects. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the file's own notation
import { isIP } from 'node:net';
import { z } from 'zod';
import { accessWays, deactivationModes, memberRights, passcodeModes } from './conference/access.ts';
import { roomPolicies } from './conference/presence.ts';
import { addUnknownKey, expectedGot, type Path, type Problems } from './config-problems.ts';
import { redisSection } from './config-redis.ts';
import { adminUrl, signInSection } from './config-signin.ts';
import { ticketsSection } from './config-tickets.ts';
import {
  another,
  choice,
  duration,
  filled,
  host,
  hostLabels,
  hostName,
  httpsUrl,
  list,
  matching,
  path,
  section,
  string,
  Wrong,
  whole,
  yesNo,
} from './config-values.ts';

export const mailbox = string('a mailbox address such as boardroom@example.com', (value) =>
  new RegExp(`^[^\\s@<>,;:"()]+@${hostLabels}$`).test(value) ? value.toLowerCase() : another,
);

export const address = httpsUrl('https://cms1.example.com:445', true);
export const domain = matching('a host name such as meet.example.com', hostName);
export const clusterName = matching(
  "a cluster's name of letters, digits, spaces, dots, hyphens or underscores",
  /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]*[\p{L}\p{N}])?$/u,
);
const base = whole('a positive whole number', 1, 999_999_999_999_999);
export const numbers = section({
  base,
  quantity: whole('a whole number from 1 to 100000', 1, 100_000),
  hosts: section({ base }).optional(),
});

const network = string('a network such as 10.0.0.0/8, or an IP address', (value) => {
  const [ip = '', prefix] = value.split('/');
  const version = isIP(ip);
  if (version === 0) return another;
  const most = version === 4 ? 32 : 128;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most) ? value : another;
});
const networks = z.array(network, {
  error: ({ input }) => expectedGot('a list of networks such as 10.0.0.0/8', input),
});

const port = whole('a port from 0 to 65535', 0, 65_535);
export const publicListener = {
  host: host.default('0.0.0.0'),
  port: port.default(8443),
};
export const adminListener = {
  host: host.default('127.0.0.1'),
  port: port.default(8080),
  url: adminUrl.optional(),
  proxies: networks.optional(),
};

// biome-ignore format: a list of words
export const languages = ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'pl', 'tr', 'ja', 'zh-Hans', 'zh-Hant', 'ar'] as const;
const language = choice(languages);
const timeZone = string('a time zone such as Europe/Berlin', (value) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return another;
  }
});
const words = (expected: string) =>
  z.array(filled('a text'), { error: ({ input }) => expectedGot(expected, input) });

/** In the order in which they are tried. */
const ways = ['event', 'mail', 'reply'] as const;
/** What organizers are told only where this is wanted. */
const quietFacts = ['extended', 'ended-at-limit'] as const;

const pair = section({ certificate: path, privateKey: path });

const sip = string('a SIP URI such as boardroom@video.example.com', (value) => {
  const bare = value.replace(/^sip:/i, '');
  return new RegExp(`^[^\\s@<>,;:"/]+@${hostLabels}(?::\\d{1,5})?$`).test(bare) ? bare : another;
});

export const room = section({
  mailbox,
  name: filled('a name').optional(),
  sip: sip.optional(),
  privacy: choice(['none', 'title', 'organizer']).default('none'),
  conference: choice(['always', 'whenAsked', 'never']).default('always'),
  access: filled('the name of a policy').optional(),
  language: language.optional(),
  timeZone: timeZone.optional(),
});

/** What asks for something: words in title, location or text, and Outlook's categories. */
const asked = (keywords: readonly string[]) =>
  section({
    keywords: words(`a list of words such as ${keywords[0] ?? '@board'}`).default([...keywords]),
    categories: words("a list of Outlook's categories").default([]),
  }).prefault({});

export const accessPolicy = section({
  name: matching('a name of letters, digits and hyphens such as board', /^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/),
  way: choice(accessWays),
  askedBy: asked([]),
  rooms: choice(['host', 'guest']).default('host'),
  deactivation: section({
    mode: choice(deactivationModes).default('deactivate'),
    after: duration(0, 86_400_000, ', up to 1d').default(0),
  }).prefault({}),
  guests: section({ muted: yesNo.default(false), present: yesNo.default(true) }).prefault({}),
  prompt: section({
    mode: choice(passcodeModes).default('timeout'),
    timeout: duration(1_000, 60_000, ', from 1s to 1m').default(5_000),
  }).prefault({}),
  member: section({
    rights: z
      .array(choice(memberRights), {
        error: ({ input }) => expectedGot('a list of rights such as canAddRemoveMember', input),
      })
      .default(['canAddRemoveMember']),
    passcode: yesNo.default(true),
  }).prefault({}),
});

const configSchema = section({
  graph: section({
    tenantId: string("the tenant's own ID, a UUID or a domain name", (value) => {
      if (/^(common|organizations|consumers)$/i.test(value))
        return new Wrong('a name that stands for many tenants');
      return hostName.test(value) ? value : another;
    }),
    clientId: matching('the ID of an application, a UUID', /^[A-Za-z0-9][A-Za-z0-9._-]*$/),
    clientSecret: filled('a secret, best as ${NAME} or ${file:PATH}').optional(),
    clientCertificate: pair.optional(),
    loginUrl: httpsUrl('https://login.microsoftonline.com', false).default(
      'https://login.microsoftonline.com',
    ),
    apiUrl: httpsUrl('https://graph.microsoft.com', false, ({ pathname }) =>
      /\/(v1\.0|beta)\/?$/.test(pathname) ? new Wrong("one that ends in the API's version") : undefined,
    ).default('https://graph.microsoft.com'),
    notificationUrl: httpsUrl('https://roombridge.example.com', false),
    ca: path.optional(),
  }),
  rooms: list('a list of at least one room', room),
  clusters: list(
    'a list of at least one cluster',
    section({
      name: clusterName,
      domain,
      numbers,
      slotName: filled('a text that the names of slots begin with').default('TMS_Scheduled_Meeting_'),
      ca: path.optional(),
      accessNumbers: z
        .array(
          section({
            name: filled('a name such as Telephone'),
            number: filled('a number as people dial it, in quotes'),
          }),
          { error: ({ input }) => expectedGot('a list of names and numbers', input) },
        )
        .default([]),
      callBridges: list(
        'a list of at least one call bridge',
        section({
          address,
          username: filled('a user name'),
          password: filled('a password (in quotes, or as ${NAME} or ${file:PATH})'),
          requests: whole('a whole number from 1 to 256', 1, 256).default(64),
        }),
      ),
    }),
  ),
  calendar: section({
    sweep: duration(5_000, 300_000, ', from 5s to 5m').default(240_000),
    horizon: duration(86_400_000, 1_080 * 86_400_000, ', from 1d to 1080d').default(180 * 86_400_000),
    audit: matching('a time of day such as 02:30 (UTC)', /^(?:[01]\d|2[0-3]):[0-5]\d$/).default('02:30'),
  }).prefault({}),
  conference: section({
    setup: duration(0).default(300_000),
    teardown: duration(0).default(300_000),
    lead: duration(0).default(30_000),
    preflight: duration(0).default(900_000),
    extension: section({
      by: duration(1).default(900_000),
      times: whole('a whole number from 0 (never) to 1000', 0, 1_000).default(16),
      rooms: choice(roomPolicies).default('ignore-muted'),
      ignore: z
        .array(sip, { error: ({ input }) => expectedGot('a list of SIP addresses', input) })
        .default([]),
      roomCalendar: yesNo.default(false),
      warnings: z
        .array(duration(1_000, 3_600_000, ', from 1s to 1h'), {
          error: ({ input }) => expectedGot('a list of durations such as [5m, 1m]', input),
        })
        .default([300_000, 60_000]),
    }).prefault({}),
    passcode: choice(['none', 'random']).default('random'),
    passcodeLength: whole('a whole number from 4 to 12', 4, 12).default(6),
    access: filled('the name of a policy').default('open'),
    askedBy: asked(['@meet']),
    onlineMeetings: choice(['also', 'leave']).default('also'),
    earlyJoin: choice(['open', 'lobby']).default('open'),
    release: section({ after: duration(0).default(0), room: yesNo.default(false) }).prefault({}),
    attendance: duration(0, 365 * 86_400_000, ', up to 365d').default(30 * 86_400_000),
  }).prefault({}),
  access: z
    .array(accessPolicy, { error: ({ input }) => expectedGot('a list of policies', input) })
    .default([]),
  invitation: section({
    ways: z
      .array(choice(ways), {
        error: ({ input }) => expectedGot(`a list of at least one of ${ways.join(', ')}`, input),
      })
      .min(1, { error: ({ input }) => expectedGot(`a list of at least one of ${ways.join(', ')}`, input) })
      .default([...ways]),
    mail: section({ from: mailbox }).optional(),
    language: language.default('en'),
    timeZone: timeZone.default('UTC'),
    help: filled('a sentence, a web address or a telephone number, in quotes').optional(),
    templates: filled("a folder's path").optional(),
    alsoTell: z
      .array(choice(quietFacts), {
        error: ({ input }) => expectedGot(`a list of ${quietFacts.join(', ')}`, input),
      })
      .default([]),
  }).prefault({}),
  cdr: section({
    receive: yesNo.default(true),
    url: httpsUrl('https://roombridge.example.com', false).optional(),
    from: networks.default([]),
  }).prefault({}),
  redis: redisSection.optional(),
  dataDir: filled("a folder's path").default('./data'),
  http: section({
    public: section({ ...publicListener, tls: pair.optional() }).prefault({}),
    admin: section({ ...adminListener, tls: pair.optional() }).prefault({}),
  }).prefault({}),
  signIn: signInSection.optional(),
  tickets: ticketsSection.optional(),
  log: section({
    level: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    format: choice(['json', 'pretty']).default('json'),
  }).prefault({}),
});

export type ParsedConfig = z.output<typeof configSchema>;

/** Undefined after problems, which are added. */
export function parseConfig(root: unknown, problems: Problems): ParsedConfig | undefined {
  return parse(configSchema, root, problems);
}

/** The section of Graph alone, for what is asked before there are rooms and clusters to name. */
export function parseGraph(root: { readonly graph: unknown }, problems: Problems) {
  return parse(configSchema.pick({ graph: true }), root, problems)?.graph;
}

function parse<T>(schema: z.ZodType<T>, root: unknown, problems: Problems): T | undefined {
  const result = schema.safeParse(root);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const at = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code !== 'unrecognized_keys') {
      problems.add(at, issue.message);
      continue;
    }
    const mapping = valueAt(root, at) as Record<string, unknown>;
    for (const key of issue.keys) addUnknownKey(problems, at, key, mapping[key], knownKeys(at));
  }
  return undefined;
}

/** The value at a path of the file's plain values, if the path leads anywhere. */
export function valueAt(root: unknown, at: Path): unknown {
  return at.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    return (value as Record<string | number, unknown>)[step];
  }, root);
}

export function isNumberAt(at: Path): boolean {
  return schemaAt(at) instanceof z.ZodNumber;
}

function knownKeys(at: Path): string[] {
  const schema = schemaAt(at);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function schemaAt(at: Path): z.core.$ZodType | undefined {
  return at.reduce<z.core.$ZodType | undefined>((schema, step) => {
    if (schema instanceof z.ZodArray) return bare(schema.element);
    if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, step)) return undefined;
    return bare(schema.shape[step]);
  }, configSchema);
}

function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const wrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wrapped ? bare(schema.unwrap()) : schema;
}
