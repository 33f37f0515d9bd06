/** A world for the product to live in: Exchange and bridges simulated on the wire, Redis real, the product a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestAuthority } from '../simulators/certificates.ts';
import { CmsCluster } from '../simulators/cms/cluster.ts';
import type { CmsClusterOptions } from '../simulators/cms/options.ts';
import { GraphSimulator } from '../simulators/graph/simulator.ts';

export interface WorldOptions {
  readonly rooms?: readonly { readonly mailbox: string; readonly name?: string; readonly sip?: string }[];
  readonly callBridges?: readonly string[];
  readonly quantity?: number;
  /** A second cluster behind the first: its call bridges. */
  readonly apac?: readonly string[];
  /** Merged into the configuration's `conference`. */
  readonly conference?: Readonly<Record<string, unknown>>;
  /** Else the product starts its own. */
  readonly redisUrl?: string;
  readonly latency?: number;
  readonly log?: { readonly level: string; readonly format: string };
  readonly graph?: Readonly<Record<string, unknown>>;
  /** How the simulated call bridges behave. */
  readonly cms?: Partial<CmsClusterOptions>;
  /** Starts call bridges in another process, with this certificate, to be configured in place of those of this one. */
  readonly callBridgesElsewhere?: (tls: {
    readonly key: string;
    readonly cert: string;
    readonly ca: string;
  }) => Promise<readonly CallBridgeAccess[]>;
  /** For Node.js, before the product's own arguments. */
  readonly nodeArguments?: readonly string[];
  /** Path of the command line to start; default `builtCli()`. */
  readonly cli?: string;
  /** In the world's folder: what products say is also written there. */
  readonly logFile?: string;
  /** Products get no signal that a terminal sends to the group of the one who started them. */
  readonly ownGroup?: boolean;
  /** Merged into the configuration, section by section. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface StartOptions {
  /** Beside this process' own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Merged into the configuration for this start. */
  readonly change?: Readonly<Record<string, unknown>>;
  /** Told the process at once, long before it runs. */
  readonly spawned?: (pid: number) => void;
}

export interface CallBridgeAccess {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface MeetingJson {
  key: string;
  state: string;
  reason: string | null;
  title: string;
  organizer: string | null;
  start: string;
  end: string;
  rooms: string[];
  cluster: string | null;
  callBridge: string | null;
  number: string | null;
  uri: string | null;
  passcode?: string | null;
  hosts?: { policy: string; number: string; uri: string; passcode: string | null };
  extendedUntil: string | null;
  timeline?: { at: string; what: string; [detail: string]: unknown }[];
}

export const tenantId = '5f0f6a2e-0000-4000-8000-000000000001';
export const clientId = '5f0f6a2e-0000-4000-8000-000000000002';
export const clientSecret = 'a-secret-of-the-simulated-tenant';
export const organizer = 'tim@example.com';
export const base = 80991000;
export const apacBase = 70001000;

const defaultRooms = [
  { mailbox: 'boardroom@example.com', name: 'Board room', sip: 'boardroom@video.example.com' },
  { mailbox: 'huddle@example.com', name: 'Huddle', sip: 'huddle@video.example.com' },
];

/** Not compressed: what is asked for all the time by many tests at once. Whoever never answers is not waited for. */
const asItIs = () => ({
  headers: { 'accept-encoding': 'identity' },
  signal: AbortSignal.timeout(30_000),
});

/** On a busy machine Redis may take longer than the product waits for it before it says so: then asked again. */
async function ask(url: string): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(url, asItIs());
    if (answer.status !== 503 || tries === 20) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Twice what the product promises from SIGTERM to its exit. */
const endsWithin = 20_000;

/** One running product. */
export interface Product {
  readonly admin: string;
  readonly pid: number;
  readonly output: () => string;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

export class World {
  readonly graph: GraphSimulator;
  readonly cms: CmsCluster;
  readonly #apac: CmsCluster | undefined;
  readonly folder: string;
  readonly options: WorldOptions;
  /** As configured: those of `cms`, unless they are elsewhere. */
  readonly #callBridges: readonly CallBridgeAccess[];
  readonly #publicPort: number;
  readonly #products = new Set<Product>();
  readonly #children = new Set<ChildProcess>();

  private constructor(
    graph: GraphSimulator,
    cms: CmsCluster,
    apac: CmsCluster | undefined,
    callBridges: readonly CallBridgeAccess[],
    folder: string,
    port: number,
    options: WorldOptions,
  ) {
    this.#callBridges = callBridges;
    this.graph = graph;
    this.cms = cms;
    this.#apac = apac;
    this.folder = folder;
    this.options = options;
    this.#publicPort = port;
  }

  static async create(options: WorldOptions = {}): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'roombridge-world-'));
    try {
      return await World.#createIn(folder, options);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  static async #createIn(folder: string, options: WorldOptions): Promise<World> {
    const authority = createTestAuthority(folder);
    const { key, cert } = authority.issue(['localhost', '127.0.0.1']);
    writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
    writeFileSync(join(folder, 'cert.pem'), cert);
    const rooms = options.rooms ?? defaultRooms;
    const graph = await GraphSimulator.start({
      tls: { key, cert },
      ca: authority.ca,
      ...{ tenantId, clientId, clientSecret },
      rooms: rooms.map(({ mailbox, name }) => ({ mailbox, ...(name === undefined ? {} : { name }) })),
      people: [
        { mailbox: organizer, name: 'Tim Kratzke' },
        { mailbox: 'ann@example.com', name: 'Ann Example' },
      ],
      ...options.graph,
    });
    const named = (names: readonly string[]) =>
      names.map((name) => ({ name, username: 'api', password: `${name}-pw` }));
    const cms = await CmsCluster.start({
      tls: { key, cert },
      callBridges: named(options.callBridges ?? ['cms1', 'cms2']),
      ...(options.latency === undefined ? {} : { latency: options.latency }),
      ...options.cms,
    });
    const apac =
      options.apac && (await CmsCluster.start({ tls: { key, cert }, callBridges: named(options.apac) }));
    const callBridges = await options.callBridgesElsewhere?.({ key, cert, ca: authority.ca });
    return new World(graph, cms, apac, callBridges ?? cms.bridges, folder, await freePort(), options);
  }

  /** The second cluster. */
  get apac(): CmsCluster {
    if (this.#apac === undefined) throw new Error('this world has one cluster');
    return this.#apac;
  }

  /** Writes a configuration file; two processes with roles need two, for each has its own admin port. */
  configFile(name: string, adminPort = 0, change: Readonly<Record<string, unknown>> = {}): string {
    const rooms = this.options.rooms ?? defaultRooms;
    const config = {
      graph: {
        ...{ tenantId, clientId, clientSecret },
        ...{ loginUrl: this.graph.url, apiUrl: this.graph.url },
        notificationUrl: `https://localhost:${this.#publicPort}`,
        ca: 'ca.pem',
      },
      rooms,
      clusters: [
        {
          name: 'emea',
          domain: 'meet.example.com',
          numbers: { base, quantity: this.options.quantity ?? 20 },
          ca: 'ca.pem',
          callBridges: accessOf(this.#callBridges),
        },
        ...(this.#apac === undefined
          ? []
          : [
              {
                name: 'apac',
                domain: 'apac.example.com',
                numbers: { base: apacBase, quantity: this.options.quantity ?? 20 },
                ca: 'ca.pem',
                callBridges: accessOf(this.#apac.bridges),
              },
            ]),
      ],
      conference: { setup: '0s', teardown: '0s', lead: '2s', ...this.options.conference },
      ...(this.options.redisUrl === undefined ? {} : { redis: { url: this.options.redisUrl } }),
      dataDir: './data',
      http: {
        public: {
          host: '127.0.0.1',
          port: this.#publicPort,
          tls: { certificate: 'cert.pem', privateKey: 'key.pem' },
        },
        admin: { host: '127.0.0.1', port: adminPort },
      },
      log: this.options.log ?? { level: 'debug', format: 'json' },
    };
    const file = join(this.folder, name);
    // JSON is YAML.
    const changed = merged(merged(config, this.options.config ?? {}), change);
    writeFileSync(file, JSON.stringify(changed, undefined, 2));
    return file;
  }

  /** Starts the built product as a process and waits until it says that it runs. */
  async start(
    role: 'all' | 'receiver' | 'worker' = 'all',
    name = 'config',
    { env = {}, change = {}, spawned }: StartOptions = {},
  ): Promise<Product> {
    mkdirSync(this.folder, { recursive: true });
    const options = this.options.nodeArguments ?? [];
    const args = [
      ...options,
      this.options.cli ?? builtCli(),
      'start',
      '--config',
      this.configFile(`${name}.yaml`, 0, change),
      '--role',
      role,
    ];
    const { logFile, ownGroup = false } = this.options;
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: ownGroup,
      env: { ...process.env, ...env },
    });
    this.#children.add(child);
    if (child.pid !== undefined) spawned?.(child.pid);
    child.once('exit', () => this.#children.delete(child));
    if (logFile !== undefined) {
      const keep = (chunk: Buffer) => appendFileSync(join(this.folder, logFile), chunk);
      child.stdout?.on('data', keep);
      child.stderr?.on('data', keep);
    }
    const product = await untilRunning(child);
    this.#products.add(product);
    return product;
  }

  /** The product's answer at its admin listener. */
  async api<T>(product: Product, path: string): Promise<T> {
    const answer = await ask(product.admin + path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async meeting(product: Product, key: string): Promise<MeetingJson | undefined> {
    const answer = await ask(`${product.admin}/api/meetings/${encodeURIComponent(key)}`);
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`${key}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as MeetingJson;
  }

  async meetings(product: Product, query = ''): Promise<MeetingJson[]> {
    return (await this.api<{ meetings: MeetingJson[] }>(product, `/api/meetings${query}`)).meetings;
  }

  /** Waits until every room has been read and is subscribed to. */
  async allRead(product: Product, timeout = 30_000): Promise<void> {
    type Room = { lastSync: string | null; subscription: object | null };
    await until(async () => {
      const { rooms } = await this.api<{ rooms: Room[] }>(product, '/api/rooms');
      return rooms.every(({ lastSync, subscription }) => lastSync && subscription) || undefined;
    }, timeout);
  }

  /** Waits for a meeting of the product to be as wished. */
  async meetingThat(
    product: Product,
    key: string,
    isAsWished: (meeting: MeetingJson) => boolean,
    timeout = 15_000,
  ): Promise<MeetingJson> {
    let last: MeetingJson | undefined;
    return await until(
      async () => {
        last = await this.meeting(product, key);
        return last !== undefined && isAsWished(last) ? last : undefined;
      },
      timeout,
      () => `meeting ${key} is ${JSON.stringify(last)}`,
    );
  }

  /** Ends every product, also one that is still starting. One that does not end when it is told to is killed, and told of. */
  async stopProducts(): Promise<void> {
    const stubborn: number[] = [];
    const ends = [...this.#children].map(async (child) => {
      const exit = new Promise((resolve) => child.once('exit', resolve));
      const timer = setTimeout(() => {
        stubborn.push(child.pid ?? 0);
        child.kill('SIGKILL');
      }, endsWithin);
      child.kill('SIGTERM');
      await exit;
      clearTimeout(timer);
    });
    await Promise.all(ends);
    for (const product of this.#products) await product.ended;
    const said = [...this.#products]
      .filter(({ pid }) => stubborn.includes(pid))
      .map(({ output }) => output());
    if (stubborn.length > 0) {
      throw new Error(`not ended ${endsWithin} ms after SIGTERM: ${said.map((text) => text.slice(-5_000))}`);
    }
  }

  async destroy(): Promise<void> {
    await this.stopProducts();
    await this.graph.stop();
    await this.cms.stop();
    await this.#apac?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Asks again every 50 ms, for what no event tells. */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  timeout: number,
  describe: () => string = () => '',
): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`not within ${timeout} ms: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The built command line, from the sources' place or from the build's; `ROOMBRIDGE_DIST` names another build. */
export function builtCli(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, process.env.ROOMBRIDGE_DIST ?? 'dist', 'bin/roombridge.js');
}

function merged(
  config: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const isSection = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = Object.entries(change).map(([key, value]) => {
    const before = config[key];
    return [key, isSection(before) && isSection(value) ? merged(before, value) : value];
  });
  return { ...config, ...Object.fromEntries(entries) };
}

function accessOf(callBridges: readonly CallBridgeAccess[]) {
  return callBridges.map(({ url, username, password }) => ({ address: url, username, password }));
}

/** Below those that the system gives out by itself: a product that is started again finds it free again. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

function untilRunning(child: ChildProcess): Promise<Product> {
  let output = '';
  const ended = new Promise<number | string>((resolve) =>
    child.on('exit', (code, signal) => resolve(code ?? signal ?? -1)),
  );
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the product does not come up:\n${output}`)), 60_000);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const admin = /"admin":"([^"]+)"/.exec(output)?.[1];
      if (admin === undefined || !output.includes('roombridge is running')) return;
      clearTimeout(timer);
      const kill = (signal: NodeJS.Signals) => void child.kill(signal);
      resolve({ admin, pid: child.pid ?? 0, output: () => output, ended, kill });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`the product ended with ${code}:\n${output}`));
    });
  });
}
