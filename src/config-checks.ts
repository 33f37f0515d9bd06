/** What one value of the configuration can't tell alone: pairs that exclude, repeat or overlap one another. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { accessWays } from './conference/access.ts';
import { fileFault, nearest, type Path, type Problems, pathText } from './config-problems.ts';
import { checkRedis } from './config-redis.ts';
import {
  accessPolicy,
  address,
  adminListener,
  clusterName,
  domain,
  mailbox,
  numbers,
  publicListener,
  valueAt,
} from './config-schema.ts';
import { checkSignIn } from './config-signin.ts';
import { checkTelling } from './config-tickets.ts';
import { canBeAsked } from './meeting/asking.ts';

/** Adds its problems beside those of the single values: it reads what is valid and passes over the rest. */
export function checkTogether(root: unknown, folder: string, problems: Problems): void {
  checkCredential(root, problems);
  const rooms = indexes(root, ['rooms']);
  refuseRepeated(
    root,
    rooms.map((at) => [...at, 'mailbox']),
    mailbox,
    'the same mailbox as',
    problems,
  );
  const clusters = indexes(root, ['clusters']);
  refuseRepeated(
    root,
    clusters.map((at) => [...at, 'name']),
    clusterName,
    'the same name as',
    problems,
  );
  const bridges = clusters.flatMap((at) => indexes(root, [...at, 'callBridges']));
  refuseRepeated(
    root,
    bridges.map((at) => [...at, 'address']),
    address,
    'the same call bridge as',
    problems,
    (value) => `: ${new URL(value).host} has already been added there`,
  );
  checkRanges(root, clusters, problems);
  checkAccess(root, clusters, rooms, problems);
  checkAsked(root, problems);
  checkWays(root, problems);
  checkListeners(root, problems);
  checkRedis(valueAt(root, ['redis']), problems);
  checkSignIn(valueAt(root, ['signIn']), valueAt(root, ['http', 'admin']), problems);
  checkTelling(valueAt(root, ['tickets']), problems);
  checkFolder(root, ['dataDir'], folder, problems);
  checkFolder(root, ['invitation', 'templates'], folder, problems);
}

/** Adds its problem where Graph's section names no credential, or two. */
export function checkCredential(root: unknown, problems: Problems): void {
  const graph = valueAt(root, ['graph']);
  if (typeof graph !== 'object' || graph === null || Array.isArray(graph)) return;
  const given = ['clientSecret', 'clientCertificate'].filter((key) => Object.hasOwn(graph, key));
  if (given.length === 1) return;
  const got = given.length === 0 ? 'neither' : 'both';
  problems.add(['graph'], `expected exactly one of clientSecret and clientCertificate, got ${got}`);
}

function refuseRepeated(
  root: unknown,
  paths: Path[],
  schema: z.ZodType<string>,
  same: string,
  problems: Problems,
  more: (value: string) => string = () => '',
): void {
  const seen = new Map<string, Path>();
  for (const path of paths) {
    const value = valid(schema, root, path, problems)?.toLowerCase();
    const first = value === undefined ? undefined : seen.get(value);
    if (first !== undefined) problems.add(path, `${same} ${pathText(first)}${more(value ?? '')}`);
    else if (value !== undefined) seen.set(value, path);
  }
}

function checkRanges(root: unknown, clusters: Path[], problems: Problems): void {
  const ranges = clusters.flatMap((at) => {
    const own = valid(domain, root, [...at, 'domain'], problems)?.toLowerCase();
    const range = valid(numbers, root, [...at, 'numbers'], problems);
    if (own === undefined || range === undefined) return [];
    const { base, quantity, hosts } = range;
    const path = [...at, 'numbers'];
    const further = hosts === undefined ? [] : [{ path: [...path, 'hosts'], own, quantity, ...hosts }];
    return [{ path, own, base, quantity }, ...further];
  });
  for (const [index, range] of ranges.entries()) {
    const other = ranges
      .slice(0, index)
      .find(
        ({ own, base, quantity }) =>
          own === range.own && base < range.base + range.quantity && range.base < base + quantity,
      );
    if (other !== undefined)
      problems.add(range.path, `overlaps ${pathText(other.path)}, which has the same domain`);
  }
}

/** Policies are named by their names, once each; one whose hosts dial numbers of their own needs such numbers. */
function checkAccess(root: unknown, clusters: Path[], rooms: Path[], problems: Problems): void {
  const own = indexes(root, ['access']);
  refuseRepeated(
    root,
    own.map((at) => [...at, 'name']),
    accessPolicy.shape.name,
    'the same name as',
    problems,
  );
  const policies = own.flatMap((at) => valid(accessPolicy, root, at, problems) ?? []);
  const ways = new Map<string, string>(accessWays.map((way) => [way, way]));
  for (const { name, way } of policies) ways.set(name, way);
  const named = [['conference', 'access'], ...rooms.map((at) => [...at, 'access'])];
  for (const path of named) {
    const name = valueAt(root, path);
    if (typeof name !== 'string' || problems.has(path) || ways.has(name)) continue;
    const close = nearest(name, [...ways.keys()]);
    const hint = close === undefined ? '' : `; did you mean ${close}?`;
    problems.add(path, `expected one of ${[...ways.keys()].join(', ')}, got another name${hint}`);
  }
  const isAsked = policies.filter(({ askedBy }) => canBeAsked(askedBy));
  const used = [...named.map((path) => valueAt(root, path)), ...isAsked.map(({ name }) => name)];
  const apart = used.find((name) => typeof name === 'string' && ways.get(name) === 'separate-numbers');
  if (apart === undefined) return;
  for (const at of clusters) {
    const path = [...at, 'numbers'];
    if (typeof valueAt(root, path) !== 'object' || valueAt(root, [...path, 'hosts']) !== undefined) continue;
    problems.add([...path, 'hosts'], `expected a base for the numbers of hosts, which ${apart} needs`);
  }
}

/** A room that waits to be asked has to have words by which it can be. */
function checkAsked(root: unknown, problems: Problems): void {
  const isEmpty = (key: string) => {
    const words = valueAt(root, ['conference', 'askedBy', key]);
    return Array.isArray(words) && words.length === 0;
  };
  // Keywords have a default, categories have none.
  const noCategory =
    isEmpty('categories') || valueAt(root, ['conference', 'askedBy', 'categories']) === undefined;
  if (!isEmpty('keywords') || !noCategory) return;
  for (const room of indexes(root, ['rooms'])) {
    if (valueAt(root, [...room, 'conference']) === 'whenAsked')
      problems.add([...room, 'conference'], 'whenAsked needs a word or a category in conference.askedBy');
  }
}

/** A way that is asked for by name must be open; the default takes what there is. */
function checkWays(root: unknown, problems: Problems): void {
  const path = ['invitation', 'ways'];
  const ways = valueAt(root, path);
  if (problems.has(path) || !Array.isArray(ways)) return;
  if (ways.includes('mail') && valueAt(root, ['invitation', 'mail']) === undefined)
    problems.add(path, 'mail needs invitation.mail.from, the mailbox that mails come from');
  const repeated = ways.find((way, index) => ways.indexOf(way) !== index);
  if (repeated !== undefined) problems.add(path, `${String(repeated)} stands there twice`);
}

/** Two listeners on one port, also where one of them listens on every address. */
function checkListeners(root: unknown, problems: Problems): void {
  const open = listener(root, 'public', z.object(publicListener), problems);
  const admin = listener(root, 'admin', z.object(adminListener), problems);
  if (open === undefined || admin === undefined || open.port === 0 || open.port !== admin.port) return;
  const everywhere = ['0.0.0.0', '::'].includes(open.host);
  if (everywhere || open.host.toLowerCase() === admin.host.toLowerCase()) {
    problems.add(['http', 'admin', 'port'], 'the same address and port as http.public');
  }
}

function listener<T>(root: unknown, name: string, schema: z.ZodType<T>, problems: Problems): T | undefined {
  const path = ['http', name];
  return valueAt(root, path) === undefined ? schema.parse({}) : valid(schema, root, path, problems);
}

/** The program makes `dataDir` at its start, which tells why when it can't; everything else must be there. */
function checkFolder(root: unknown, path: Path, folder: string, problems: Problems): void {
  const value = valueAt(root, path);
  if (typeof value !== 'string' || value === '') return;
  try {
    if (!statSync(resolve(folder, value)).isDirectory()) problems.add(path, 'expected a folder, got a file');
  } catch (error) {
    if (path[0] !== 'dataDir') problems.add(path, `the folder ${fileFault(error)}`);
  }
}

function valid<T>(schema: z.ZodType<T>, root: unknown, path: Path, problems: Problems): T | undefined {
  return problems.has(path) ? undefined : schema.safeParse(valueAt(root, path)).data;
}

function indexes(root: unknown, path: Path): Path[] {
  const list = valueAt(root, path);
  return Array.isArray(list) ? list.map((_, index) => [...path, index]) : [];
}
