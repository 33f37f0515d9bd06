/** The shape of the configuration's file; each value says itself what it expects. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the file's own notation
import { isIP } from 'node:net';
import { z } from 'zod';
import { addUnknownKey, expectedGot, nearest, type Path, type Problems } from './config-problems.ts';

/** What a text is instead of what it should be. */
class Wrong {
  readonly kind: string;

  constructor(kind: string) {
    this.kind = kind;
  }
}

const another = new Wrong('another text');

/** A text that `read` turns into what the program uses, or finds wrong. */
function text(expected: string, read: (text: string) => string | number | Wrong) {
  return z.string({ error: ({ input }) => expectedGot(expected, input) }).transform((value, context) => {
    const result = value.trim() === '' ? new Wrong('an empty text') : read(value);
    if (!(result instanceof Wrong)) return result;
    context.addIssue({ code: 'custom', message: `expected ${expected}, got ${result.kind}` });
    return z.NEVER;
  });
}

const string = (expected: string, read: (text: string) => string | Wrong = (value) => value) =>
  text(expected, read) as z.ZodType<string>;

const filled = (expected: string) => string(expected);
const matching = (expected: string, pattern: RegExp) =>
  string(expected, (value) => (pattern.test(value) ? value : another));
const path = filled("a file's path");

function whole(expected: string, least: number, most: number) {
  const error = ({ input }: { readonly input?: unknown }) => {
    if (typeof input !== 'number' || Number.isNaN(input)) return expectedGot(expected, input);
    return `expected ${expected}, got ${Number.isInteger(input) ? 'a number outside of that' : 'a number that is not whole'}`;
  };
  return z.number({ error }).min(least, { error }).max(most, { error }).refine(Number.isInteger, { error });
}

const hostLabels = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*';
const hostName = new RegExp(`^${hostLabels}$`);
const host = string('an IP address or a host name', (value) =>
  isIP(value) > 0 || hostName.test(value) ? value : another,
);

const milliseconds: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function duration(
  least: number,
  most = Number.POSITIVE_INFINITY,
  bounds = least > 0 ? ', longer than 0s' : '',
) {
  const expected = `a duration such as 90s or 5m${bounds}`;
  return text(expected, (value) => {
    const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(value) ?? [];
    if (count === undefined) return another;
    const length = Number(count) * (milliseconds[unit] ?? 0);
    if (length > most) return new Wrong('a longer one');
    if (length < least) return new Wrong(length === 0 ? 'none at all' : 'a shorter one');
    return length;
  }) as z.ZodType<number>;
}

/** An https URL without a slash at its end; `bare` allows no path. */
function httpsUrl(example: string, bare: boolean, refuse: (url: URL) => Wrong | undefined = () => undefined) {
  const form = bare ? 'an https address without a path' : 'an https URL';
  return string(`${form} such as ${example}`, (value) => {
    if (!/^[a-z]+:\/\//i.test(value) || /\s/.test(value) || !URL.canParse(value))
      return new Wrong('a text that is not a URL');
    const url = new URL(value);
    if (url.protocol !== 'https:')
      return new Wrong(url.protocol === 'http:' ? 'an http URL' : 'another kind of URL');
    if (url.username !== '' || url.password !== '') return new Wrong('a URL with a user name or password');
    if (/[?#]/.test(value)) return new Wrong('a URL with a query or a fragment');
    if (bare && url.pathname !== '/') return new Wrong('one with a path');
    return refuse(url) ?? url.origin + url.pathname.replace(/\/+$/, '');
  });
}

function choice<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, {
    error: ({ input }) => {
      const close = typeof input === 'string' ? nearest(input, words) : undefined;
      const hint = close === undefined ? '' : `; did you mean ${close}?`;
      return `${expectedGot(words.length === 2 ? words.join(' or ') : `one of ${words.join(', ')}`, input)}${hint}`;
    },
  });
}

function section<S extends z.core.$ZodLooseShape>(shape: S) {
  const expected = `a mapping of ${Object.keys(shape).join(', ')}`;
  return z.strictObject(shape, { error: ({ input }) => expectedGot(expected, input) });
}

function list<T extends z.ZodType>(expected: string, item: T) {
  const error = ({ input }: { readonly input?: unknown }) => expectedGot(expected, input);
  return z.array(item, { error }).min(1, { error });
}

const redisUrl = string('a Redis URL such as redis://127.0.0.1:6379', (value) => {
  if (!/^rediss?:\/\/[^/]/i.test(value) || !URL.canParse(value)) {
    return new Wrong(/^[a-z]+:\/\//i.test(value) ? 'another kind of URL' : 'a text that is not a URL');
  }
  const url = new URL(value);
  if (!/^\/?\d*$/.test(url.pathname)) return new Wrong('one whose database is not a number');
  return url.hostname === '' ? new Wrong('one without a host') : value;
});

export const mailbox = string('a mailbox address such as boardroom@example.com', (value) =>
  new RegExp(`^[^\\s@<>,;:"()]+@${hostLabels}$`).test(value) ? value.toLowerCase() : another,
);

export const address = httpsUrl('https://cms1.example.com:445', true);
export const domain = matching('a host name such as meet.example.com', hostName);
export const clusterName = matching(
  "a cluster's name of letters, digits, spaces, dots, hyphens or underscores",
  /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]*[\p{L}\p{N}])?$/u,
);
export const numbers = section({
  base: whole('a positive whole number', 1, 999_999_999_999_999),
  quantity: whole('a whole number from 1 to 100000', 1, 100_000),
});

const port = whole('a port from 0 to 65535', 0, 65_535);
const adminHost = string(
  'a loopback address (127.0.0.1, ::1 or localhost) while no sign-in is configured',
  (value) => (isLoopback(value) ? value : new Wrong('another address')),
);
export const publicListener = {
  host: host.default('0.0.0.0'),
  port: port.default(8443),
};
export const adminListener = {
  host: adminHost.default('127.0.0.1'),
  port: port.default(8080),
};

const pair = section({ certificate: path, privateKey: path });

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
  rooms: list(
    'a list of at least one room',
    section({
      mailbox,
      name: filled('a name').optional(),
      sip: string('a SIP URI such as boardroom@video.example.com', (value) => {
        const bare = value.replace(/^sip:/i, '');
        return new RegExp(`^[^\\s@<>,;:"/]+@${hostLabels}(?::\\d{1,5})?$`).test(bare) ? bare : another;
      }).optional(),
    }),
  ),
  clusters: list(
    'a list of at least one cluster',
    section({
      name: clusterName,
      domain,
      numbers,
      slotName: filled('a text that the names of slots begin with').default('TMS_Scheduled_Meeting_'),
      ca: path.optional(),
      callBridges: list(
        'a list of at least one call bridge',
        section({
          address,
          username: filled('a user name'),
          password: filled('a password (in quotes, or as ${NAME} or ${file:PATH})'),
        }),
      ),
    }),
  ),
  calendar: section({
    sweep: duration(5_000, 300_000, ', from 5s to 5m').default(240_000),
  }).prefault({}),
  conference: section({
    setup: duration(0).default(300_000),
    teardown: duration(0).default(300_000),
    lead: duration(0).default(30_000),
    extension: section({
      by: duration(1).default(900_000),
      times: whole('a whole number from 0 (never) to 1000', 0, 1_000).default(16),
    }).prefault({}),
    passcode: choice(['none', 'random']).default('random'),
  }).prefault({}),
  redis: section({ url: redisUrl }).optional(),
  dataDir: filled("a folder's path").default('./data'),
  http: section({
    public: section({ ...publicListener, tls: pair.optional() }).prefault({}),
    admin: section(adminListener).prefault({}),
  }).prefault({}),
  log: section({
    level: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    format: choice(['json', 'pretty']).default('json'),
  }).prefault({}),
});

export type ParsedConfig = z.output<typeof configSchema>;

/** Undefined after problems, which are added. */
export function parseConfig(root: unknown, problems: Problems): ParsedConfig | undefined {
  const result = configSchema.safeParse(root);
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

function isLoopback(value: string): boolean {
  return /^localhost$/i.test(value) || value === '::1' || (isIP(value) === 4 && value.startsWith('127.'));
}
