/**
 * A booking from its notification to its end, with everything that may go wrong in it, of an installation in which every
 * secret is marked; afterwards all is looked through that it has left behind, and that others see of it. Where a secret may
 * stand, and why, is the table below; it stands nowhere else.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EntraSimulator } from '../simulators/entra/provider.ts';
import { Receiver, secret as signingSecret } from '../workers/receiver.ts';
import { run } from '../world/command.ts';
import { inSeconds } from '../world/graph-side.ts';
import { Marks, type Permit, type Place } from '../world/marks.ts';
import { OfAdmin } from '../world/of-admin.ts';
import { embeddedServer, filePlaces, openToOthers, processPlaces, redisPlaces } from '../world/traces.ts';
import {
  clientId,
  clientSecret,
  freePort,
  type MeetingJson,
  organizer,
  tenantId,
  until,
  World,
} from '../world/world.ts';

const permits: readonly Permit[] = [
  // What a conference is joined by is written down with it, and shown to who may see meetings: they are asked for it.
  ...(['guest PIN', 'host PIN'] as const).flatMap((secret): Permit[] => [
    { secret, where: /^redis roombridge:meeting:/, because: 'the conference opens with it' },
    { secret, where: /^api \/api\/meetings\/[^/]+$/, because: 'people call those who see meetings for help' },
    { secret, where: /^file redis\/appendonlydir\//, because: 'it is what Redis has' },
  ]),
  {
    secret: 'guest PIN',
    where: /^redis roombridge:told:/,
    because: 'it was told, and is compared with what is so',
  },
  { secret: 'guest PIN', where: /^api .*\/invitation$/, because: 'that is what the invitation says' },
  {
    secret: 'secret of a space',
    where: /^redis roombridge:meeting:/,
    because: 'a running space is known by it',
  },
  { secret: 'secret of a space', where: /^file redis\/appendonlydir\//, because: 'it is what Redis has' },
  {
    secret: 'clientState of a room',
    where: /^redis roombridge:subscriptions$/,
    because: 'Graph is known by it',
  },
  { secret: 'clientState of a room', where: /^file redis\/appendonlydir\//, because: 'it is what Redis has' },
  { secret: 'client secret', where: /^environment of the product$/, because: 'it was given that way' },
  {
    secret: 'secret of the sign-in',
    where: /^environment of the product$/,
    because: 'it was given that way',
  },
  {
    secret: 'password of Redis',
    where: /^file redis\/server\.json$/,
    because: 'other processes find it there',
  },
  { secret: 'password of Redis', where: /^file redis\/redis\.conf$/, because: 'the server reads it there' },
  {
    secret: 'token of the machine',
    where: /^file admin-token$/,
    because: 'commands of its user find it there',
  },
  { secret: 'link to set a password', where: /^page GET \/sign-in\/set-up$/, because: 'it opens that page' },
];

/** Thrown by nobody who could catch it, with what errors of libraries have carried. */
const uncaught = `data:text/javascript,${encodeURIComponent(`
  process.on('SIGWINCH', () => {
    const secret = process.env.GRAPH_SECRET;
    const error = new Error('nobody catches it');
    throw Object.assign(error, {
      command: { name: 'auth', args: [secret] },
      options: { headers: { authorization: 'Bearer ' + secret } },
      cause: Object.assign(new Error('why'), { config: { auth: secret }, body: 'client_secret=' + secret }),
    });
  });
`)}`;

const fromEnvironment = (name: string) => `\${${name}}`;
const patience = 60_000;

test('no secret stands where it should not', { timeout: 240_000 }, async () => {
  const marks = new Marks();
  const places: Place[] = [];
  const reports = mkdtempSync(join(tmpdir(), 'roombridge-reports-'));
  const receiver = await Receiver.open();
  const port = await freePort();
  const admin = { port, url: `http://localhost:${port}` };
  const world = await World.create({
    log: { level: 'trace', format: 'json' },
    nodeArguments: ['--import', uncaught, '--report-on-signal', `--report-directory=${reports}`],
    rooms: [{ mailbox: 'board@example.com', sip: 'board@video.example.com', access: 'two-pins' } as never],
    conference: { passcodeLength: 12, extension: { times: 0 } },
    cms: {
      callBridges: [1, 2].map((n) => ({
        name: `cms${n}`,
        username: 'api',
        password: `password-of-call-bridge-${n}`,
      })),
    },
  });
  const read = (file: string) => readFileSync(join(world.folder, file), 'utf8');
  const entra = await EntraSimulator.open({
    ...{ tls: { key: read('key.pem'), cert: read('cert.pem') }, tenantId, clientId },
    ...{ clientSecret: 'a-secret-of-the-sign-in', redirect: `${admin.url}/sign-in/callback` },
  });
  entra.knobs.person = { roles: ['staff'] };
  const change = {
    graph: { clientSecret: fromEnvironment('GRAPH_SECRET') },
    http: { admin },
    signIn: {
      ...{
        issuer: entra.issuer,
        clientId,
        clientSecret: fromEnvironment('SIGN_IN_SECRET'),
        ca: 'ca.pem',
        local: true,
      },
      roles: { viewer: ['staff'] },
    },
    tickets: { tell: [{ url: `${receiver.url}/path-that-is-a-secret`, secret: signingSecret }] },
  };
  const env = { GRAPH_SECRET: clientSecret, SIGN_IN_SECRET: 'a-secret-of-the-sign-in' };
  const dataDir = join(world.folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  try {
    marks.mark('client secret', clientSecret);
    marks.mark('secret of the sign-in', 'a-secret-of-the-sign-in');
    marks.mark('password of a call bridge', ...world.cms.bridges.map(({ password }) => password));
    marks.mark('secret of a webhook', signingSecret, 'path-that-is-a-secret');
    marks.mark(
      'key of a certificate',
      ...read('key.pem')
        .split('\n')
        .filter((line) => line.length > 40),
    );

    let product = await world.start('all', 'config', { change, env });
    const file = world.configFile('command.yaml', port, change);
    const command = async (...args: string[]) => {
      const { stdout, stderr } = await run([...args, '--config', file], { env });
      places.push({ place: `command ${args[0]}`, text: stderr + (args[1] === 'create' ? '' : stdout) });
      return stdout;
    };
    marks.mark('token of the machine', readFileSync(join(dataDir, 'admin-token'), 'utf8').trim());
    marks.mark('password of Redis', embeddedServer(dataDir).password);

    // Somebody comes in by each way, and others do not.
    const browser = new OfAdmin(admin.url, places, marks);
    await browser.byProvider(read('ca.pem'));
    const link = /link=(\S+)/.exec(await command('admin', 'create', '--name', 'ann'))?.[1] ?? '';
    marks.mark('link to set a password', link);
    const script = await browser.bySetting(link, 'correct horse battery staple');
    await browser.follow(script);
    await browser.refused();

    // A meeting is booked, while much fails.
    const [cms1, cms2] = [world.cms.bridge('cms1'), world.cms.bridge('cms2')];
    world.graph.fail({ kind: 'status', status: 401, times: 2, path: /calendarView/ });
    cms1.setFault({ kind: 'garbage', match: { path: /system/ }, times: 3 });
    cms2.setFault({ kind: 'unauthorized', match: { path: /system/ }, times: 3 });
    const start = inSeconds(9);
    const { iCalUId: key } = world.graph.outlook.book({
      ...{ organizer, rooms: ['board@example.com'], subject: 'Budget', start },
      end: new Date(start.getTime() + 14_000),
      body: {
        contentType: 'html',
        content: '<p>https://example.zoom.us/j/99?pwd=joining-password-of-others</p>',
      },
    });
    marks.mark('joining password of others', 'joining-password-of-others');
    const path = `/api/meetings/${encodeURIComponent(key)}`;
    let last: unknown;
    const that = (isAsWished: (meeting: MeetingJson) => boolean) =>
      until(
        async () => {
          const meeting = await browser.json<MeetingJson>(path, script).catch((error: unknown) => {
            last = error;
          });
          if (meeting) last = meeting;
          return meeting && isAsWished(meeting) ? meeting : undefined;
        },
        patience,
        () => `${JSON.stringify(last) ?? last} ${product.output().slice(-3_000)}`,
      );
    const open = await that(({ state }) => state === 'open');
    marks.mark('guest PIN', open.passcode ?? '');
    marks.mark('host PIN', open.hosts?.passcode ?? '');
    for (const [name, passcode] of [
      ['Ann', open.passcode],
      ['Tim', open.hosts?.passcode],
    ])
      expect(world.cms.join(open.number ?? '', { name: name ?? '', passcode: passcode ?? '' })).toMatchObject(
        {
          joined: true,
        },
      );
    await command('check');
    await browser.json(`${path}/participants`, script);

    // The machine is asked for a report, and then the process dies of what nobody catches.
    product.kill('SIGUSR2');
    await until(async () => readdirSync(reports).length > 0 || undefined, patience);
    const server = embeddedServer(dataDir);
    places.push(...processPlaces('the product', product.pid), ...processPlaces('its Redis', server.pid));
    product.kill('SIGWINCH');
    expect(await product.ended).toBe(1);
    expect(product.output()).toContain('nobody catches it');
    places.push({ place: 'log', text: product.output() });
    product = await world.start('all', 'config', { change, env });
    await that(({ state }) => state === 'closed');

    await browser.lookAtAll(script, { key, name: 'emea', mailbox: 'board@example.com', address: cms1.url });
    marks.mark('token for Graph', ...world.graph.tokens);
    const states = [...world.graph.subscriptions.values()].map(({ clientState }) => clientState ?? '');
    marks.mark('clientState of a room', ...states);
    const sent = world.cms.log.flatMap(({ form }) => form);
    const all = (name: string) => [
      ...new Set(sent.filter(([field]) => field === name).map(([, value]) => value)),
    ];
    marks.mark('secret of a space', ...all('secret').filter((value) => value !== ''));
    marks.mark(
      'address for records',
      ...all('uri').flatMap((uri) => /\/cms\/cdr\/(.+)$/.exec(uri)?.[1] ?? []),
    );
    const queries = world.cms.log.map(({ query }) => new URLSearchParams(query).get('authToken') ?? '');
    marks.mark('token for events', ...new Set(queries.filter((token) => token !== '')));

    places.push(...(await redisPlaces(embeddedServer(dataDir))));
    places.push(...filePlaces(dataDir), ...filePlaces(reports));
    product.kill('SIGTERM');
    expect(await product.ended).toBe(0);
    places.push({ place: 'log', text: product.output() });
    expect(openToOthers(dataDir)).toEqual([]);
    expect(marks.found(places, permits)).toEqual({ leaks: [], unused: [] });
  } finally {
    await world.destroy();
    await entra[Symbol.asyncDispose]();
    await receiver.close();
    rmSync(reports, { recursive: true });
  }
});
