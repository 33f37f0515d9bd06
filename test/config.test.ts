// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own notation
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../src/config.ts';
import { ConfigError, describeConfigError } from '../src/config-problems.ts';
import { changed, cluster, env, folder, load, mistakes, pem, small } from './config/sound.ts';

const contract = `
graph:
  tenantId: 5f0f6a2e-0000-4000-8000-000000000001
  clientId: 5f0f6a2e-0000-4000-8000-000000000002
  clientSecret: \${GRAPH_CLIENT_SECRET}           # or clientCertificate: { certificate: PATH, privateKey: PATH }
  loginUrl: https://login.microsoftonline.com     # default; national clouds and test tenants differ
  apiUrl: https://graph.microsoft.com             # default
  notificationUrl: https://roombridge.example.com # what Graph calls; https only
  ca: bundle.pem
rooms:
  - mailbox: boardroom@example.com
    name: Board room                              # optional
    sip: boardroom@video.example.com              # optional: the room is dialled at the start
clusters:                                         # in order of preference
  - name: emea
    domain: meet.example.com                      # <number>@<domain> is what people dial
    numbers: { base: 80991000, quantity: 200 }    # the slots
    slotName: TMS_Scheduled_Meeting_              # default; the number follows
    ca: a.pem
    callBridges:                                  # in order of preference
      - { address: "https://cms1.example.com:445", username: api, password: "\${CMS1_PASSWORD}" }
      - { address: "https://cms2.example.com:445", username: api, password: "\${CMS2_PASSWORD}" }
conference:
  setup: 5m          # slot held and dialable this long before the start
  teardown: 5m       # and after the end
  lead: 30s          # the worker wakes this long before it must act
  extension: { by: 15m, times: 16 }
  passcode: random   # none | random (6 digits)
redis: { url: "redis://127.0.0.1:6379" }          # optional
dataDir: ./data
http:
  public: { host: 0.0.0.0, port: 8443, tls: { certificate: a.pem, privateKey: a.key } }
  admin:  { host: 127.0.0.1, port: 8080 }
log: { level: info, format: json }                # json | pretty
`;

describe('a configuration without mistakes', () => {
  it("is the contract's example, with each value as the program uses it", () => {
    expect(load(contract)).toEqual({
      graph: {
        tenantId: '5f0f6a2e-0000-4000-8000-000000000001',
        clientId: '5f0f6a2e-0000-4000-8000-000000000002',
        credential: { kind: 'secret', secret: 'env-s3cret' },
        loginUrl: 'https://login.microsoftonline.com',
        apiUrl: 'https://graph.microsoft.com',
        notificationUrl: 'https://roombridge.example.com',
        ca: pem('bundle.pem'),
      },
      rooms: [
        {
          mailbox: 'boardroom@example.com',
          name: 'Board room',
          sip: 'boardroom@video.example.com',
          privacy: 'none',
          conference: 'always',
        },
      ],
      clusters: [
        {
          name: 'emea',
          domain: 'meet.example.com',
          numbers: { base: 80991000, quantity: 200 },
          slotName: 'TMS_Scheduled_Meeting_',
          ca: pem('a.pem'),
          accessNumbers: [],
          callBridges: [
            { address: 'https://cms1.example.com:445', username: 'api', password: 'env-p1', requests: 64 },
            { address: 'https://cms2.example.com:445', username: 'api', password: 'env-p2', requests: 64 },
          ],
        },
      ],
      calendar: { sweep: 240_000, horizon: 180 * 86_400_000, audit: '02:30' },
      conference: {
        setup: 300_000,
        teardown: 300_000,
        lead: 30_000,
        preflight: 900_000,
        extension: {
          by: 900_000,
          times: 16,
          rooms: 'ignore-muted',
          ignore: [],
          roomCalendar: false,
          warnings: [300_000, 60_000],
        },
        earlyJoin: 'open',
        release: { after: 0, room: false },
        attendance: 2_592_000_000,
        passcode: 'random',
        ...{ passcodeLength: 6, access: 'open' },
        askedBy: { keywords: ['@meet'], categories: [] },
        onlineMeetings: 'also',
      },
      access: ['open', 'separate-numbers', 'two-pins', 'host-pin', 'host-member'].map((way) => ({
        ...{ name: way, way, rooms: 'host', askedBy: { keywords: [], categories: [] } },
        ...{ deactivation: { mode: 'deactivate', after: 0 }, guests: { muted: false, present: true } },
        prompt: { mode: 'timeout', timeout: 5_000 },
        member: { rights: ['canAddRemoveMember'], passcode: true },
      })),
      invitation: { ways: ['event', 'mail', 'reply'], language: 'en', timeZone: 'UTC', alsoTell: [] },
      cdr: { receive: true, from: [] },
      redis: { url: 'redis://127.0.0.1:6379' },
      dataDir: join(folder, 'data'),
      http: {
        public: {
          host: '0.0.0.0',
          port: 8443,
          tls: {
            certificate: pem('a.pem'),
            privateKey: pem('a.key'),
            files: [join(folder, 'a.pem'), join(folder, 'a.key')],
          },
        },
        admin: { host: '127.0.0.1', port: 8080 },
      },
      log: { level: 'info', format: 'json' },
      proxy: {},
    });
  });

  it('is the example that is shipped', () => {
    const config = loadConfig(join(import.meta.dirname, '../deploy/roombridge.example.yaml'), env);
    expect(config.rooms).toHaveLength(2);
    expect(config.redis).toBeUndefined();
  });

  it('has the defaults that the example shows as comments', () => {
    const example = readFileSync(join(import.meta.dirname, '../deploy/roombridge.example.yaml'), 'utf8');
    const [, shown = ''] = /\n(# calendar:\n.*?)\n# Without it/s.exec(example) ?? [];
    const {
      invitation,
      access: _,
      cdr,
      ...rest
    } = parse(shown.replace(/^# ?/gm, '')) as Record<string, object>;
    const { help: __, mail, templates: ___, ...defaults } = invitation as Record<string, unknown>;
    // A way that is named must be open.
    const config = load(changed(...Object.entries({ ...rest, invitation: { ...defaults, mail } })));
    const { calendar, conference, invitation: plain } = load(small());
    expect(load(changed(['cdr', cdr])).cdr).toEqual(cdr);
    expect(config).toMatchObject({ calendar, conference, invitation: plain });
    expect(Object.keys({ ...rest.calendar, ...rest.conference, ...defaults }).sort()).toEqual(
      Object.keys({ ...calendar, ...conference, ...plain }).sort(),
    );
  });

  it('has the documented defaults where it says nothing', () => {
    expect(load(small())).toMatchObject({
      graph: { loginUrl: 'https://login.microsoftonline.com', apiUrl: 'https://graph.microsoft.com' },
      rooms: [{ privacy: 'none', conference: 'always' }],
      clusters: [{ slotName: 'TMS_Scheduled_Meeting_', accessNumbers: [] }],
      calendar: { sweep: 240_000, horizon: 180 * 86_400_000, audit: '02:30' },
      conference: {
        setup: 300_000,
        teardown: 300_000,
        lead: 30_000,
        preflight: 900_000,
        extension: {
          by: 900_000,
          times: 16,
          rooms: 'ignore-muted',
          ignore: [],
          roomCalendar: false,
          warnings: [300_000, 60_000],
        },
        earlyJoin: 'open',
        release: { after: 0, room: false },
        attendance: 2_592_000_000,
        passcode: 'random',
        askedBy: { keywords: ['@meet'], categories: [] },
        onlineMeetings: 'also',
      },
      invitation: { ways: ['event', 'mail', 'reply'], language: 'en', timeZone: 'UTC', alsoTell: [] },
      cdr: { receive: true, from: [] },
      redis: undefined,
      dataDir: join(folder, 'data'),
      http: { public: { host: '0.0.0.0', port: 8443 }, admin: { host: '127.0.0.1', port: 8080 } },
      log: { level: 'info', format: 'json' },
    });
  });

  it('may have rooms read more often without a notification, and looked at nearer or farther ahead', () => {
    const calendar = (given: object) => load(changed(['calendar', given])).calendar;
    expect(calendar({ sweep: '5s' }).sweep).toBe(5_000);
    expect(calendar({ sweep: '5m' }).sweep).toBe(300_000);
    expect(calendar({ horizon: '1d' }).horizon).toBe(86_400_000);
    expect(calendar({ horizon: '1080d', audit: '23:59' })).toMatchObject({
      horizon: 1_080 * 86_400_000,
      audit: '23:59',
    });
  });

  it('may say of each room what it shows, when it gets a conference, and how its guests read', () => {
    const room = { mailbox: 'a@example.com', privacy: 'organizer', conference: 'whenAsked' } as const;
    const config = load(
      changed(
        ['rooms.0', { ...room, language: 'zh-Hans', timeZone: 'america/new_york' }],
        ['conference.askedBy', { keywords: [], categories: ['Video'] }],
        ['conference.onlineMeetings', 'leave'],
        ['clusters.0.accessNumbers', [{ name: 'Berlin', number: '+49 30 1234' }]],
      ),
    );
    expect(config.rooms[0]).toEqual({ ...room, language: 'zh-Hans', timeZone: 'America/New_York' });
    expect(config.conference).toMatchObject({
      askedBy: { keywords: [], categories: ['Video'] },
      onlineMeetings: 'leave',
    });
    expect(config.clusters[0]?.accessNumbers).toEqual([{ name: 'Berlin', number: '+49 30 1234' }]);
  });

  it('may say how organizers are told, from where and in whose words', () => {
    const given = {
      ways: ['mail', 'reply'],
      mail: { from: 'Rooms@Example.com' },
      language: 'de',
      timeZone: 'Europe/Berlin',
      help: 'https://help.example.com/video',
      templates: './dir',
      alsoTell: ['extended', 'ended-at-limit'],
    };
    const own = { mail: { from: 'rooms@example.com' }, templates: join(folder, 'dir') };
    expect(load(changed(['invitation', given])).invitation).toEqual({ ...given, ...own });
  });

  it('may have zero where zero makes sense', () => {
    const none = { setup: '0s', teardown: '0m', lead: '0s', preflight: '0s', extension: { times: 0 } };
    const ports = { public: { port: 0 }, admin: { port: 0 } };
    const config = load(changed(['conference', none], ['http', ports]));
    expect(config.conference).toMatchObject({
      setup: 0,
      teardown: 0,
      lead: 0,
      preflight: 0,
      extension: { by: 900_000, times: 0 },
    });
    expect(config.http).toMatchObject({ public: { port: 0 }, admin: { port: 0 } });
  });

  it('may say who counts, who is told, and what is given back', () => {
    const given = {
      extension: { rooms: 'count', ignore: ['sip:recorder@example.com'], roomCalendar: false, warnings: [] },
      earlyJoin: 'lobby',
      release: { after: '10m', room: true },
    };
    expect(load(changed(['conference', given])).conference).toMatchObject({
      extension: {
        ...{ by: 900_000, rooms: 'count', ignore: ['recorder@example.com'], roomCalendar: false },
        warnings: [],
      },
      earlyJoin: 'lobby',
      release: { after: 600_000, room: true },
    });
  });

  it('takes durations in seconds, minutes, hours and days', () => {
    const times = { setup: '90s', teardown: '2h', lead: '7d' };
    expect(load(changed(['conference', times])).conference).toMatchObject({
      setup: 90_000,
      teardown: 7_200_000,
      lead: 604_800_000,
    });
  });

  it('has its values normalised', () => {
    const config = load(
      changed(
        ['rooms.0', { mailbox: 'BoardRoom@Example.com', sip: 'sip:boardroom@video.example.com' }],
        ['graph.notificationUrl', 'https://roombridge.example.com/hooks/'],
        ['graph.apiUrl', 'https://graph.microsoft.us/'],
        ['clusters.0.callBridges.0.address', 'HTTPS://CMS1.example.com:443/'],
      ),
    );
    expect(config.rooms[0]).toMatchObject({
      mailbox: 'boardroom@example.com',
      sip: 'boardroom@video.example.com',
    });
    expect(config.graph.notificationUrl).toBe('https://roombridge.example.com/hooks');
    expect(config.graph.apiUrl).toBe('https://graph.microsoft.us');
    expect(config.clusters[0]?.callBridges[0]?.address).toBe('https://cms1.example.com');
  });

  it('takes texts and numbers from the environment and from files', () => {
    const config = load(
      changed(
        ['graph.clientSecret', '${file:secret.txt}'],
        ['rooms.0.name', 'Floor ${FLOOR}, ${WING}'],
        ['http.public.port', '${PORT}'],
        ['clusters.0.callBridges.0.password', '${PIN}'],
      ),
      { FLOOR: '3', WING: 'east', PORT: '9443', PIN: '0123' },
    );
    expect(config.graph.credential).toEqual({ kind: 'secret', secret: 's3cret-of-a-file' });
    expect(config.rooms[0]?.name).toBe('Floor 3, east');
    expect(config.http.public.port).toBe(9443);
    expect(config.clusters[0]?.callBridges[0]?.password).toBe('0123');
  });

  it('takes a certificate in place of the secret', () => {
    const files = { certificate: 'bundle.pem', privateKey: 'rsa.key' };
    expect(
      load(changed(['graph.clientSecret', undefined], ['graph.clientCertificate', files])).graph.credential,
    ).toEqual({ kind: 'certificate', certificate: pem('bundle.pem'), privateKey: pem('rsa.key') });
  });

  it('may give clusters of different domains the same numbers', () => {
    const other = { ...cluster('apac', 1000, 'cms9'), domain: 'apac.example.com' };
    expect(load(changed(['clusters.1', other])).clusters).toHaveLength(2);
  });

  it.each([
    [
      { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '.example.com' },
      { https: 'http://proxy:3128', no: '.example.com' },
    ],
    [
      { https_proxy: 'proxy:3128', no_proxy: 'localhost' },
      { https: 'http://proxy:3128', no: 'localhost' },
    ],
    [{ HTTPS_PROXY: '', NO_PROXY: '' }, {}],
  ])('takes the proxy from the environment: %j', (variables, proxy) => {
    expect(load(small(), variables).proxy).toEqual(proxy);
  });
});

interface Mistake {
  readonly mistake: string;
  readonly change?: Record<string, unknown>;
  readonly remove?: string[];
  readonly line: string;
}

describe('one mistake is told in one line', () => {
  const table: Mistake[] = parse(readFileSync(join(import.meta.dirname, 'config/mistakes.yaml'), 'utf8'));

  it.each(table)('$mistake', ({ change = {}, remove = [], line }) => {
    const removed = remove.map((path): [string, unknown] => [path, undefined]);
    expect(mistakes(changed(...removed, ...Object.entries(change)))).toEqual([line]);
  });

  it('a proxy that is none', () => {
    expect(mistakes(small(), { HTTPS_PROXY: 'socks5://u:p@proxy:1080' })).toEqual([
      'HTTPS_PROXY: expected a proxy such as http://proxy.example.com:3128 in this environment variable',
    ]);
  });
});

describe('many mistakes', () => {
  it('are told all at once, each at its path', () => {
    const lines = mistakes(
      changed(
        ['graph.notificationUrl', 'http://x'],
        ['graph.clientSecret', '${GONE}'],
        ['graph.ca', 'gone.pem'],
        ['rooms.1', { mailbox: 'boardroom@example.com', sipp: 'x' }],
        ['clusters.0.numbers.quantity', 0],
        ['clusters.0.callBridges.1', { address: 'https://cms1.example.com:445', username: 'api' }],
        ['conference', { setup: 5 }],
        ['http', { admin: { host: '::' } }],
      ),
    );
    expect(lines.map((line) => line.slice(0, line.indexOf(': '))).sort()).toEqual([
      'clusters[0].callBridges[1].address',
      'clusters[0].callBridges[1].password',
      'clusters[0].numbers.quantity',
      'conference.setup',
      'graph.ca',
      'graph.clientSecret',
      'graph.notificationUrl',
      'http.admin.host',
      'rooms[1].mailbox',
      'rooms[1].sipp',
    ]);
  });

  it('are described with their file and number', () => {
    const problems = [
      { path: 'log.level', message: 'expected x' },
      { path: '', message: 'the file is empty' },
    ];
    expect(describeConfigError('/etc/rb.yaml', new ConfigError(problems))).toBe(
      '/etc/rb.yaml: 2 problems\n  log.level: expected x\n  the file is empty',
    );
  });
});
