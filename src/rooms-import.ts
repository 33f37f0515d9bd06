/** `roombridge rooms import`: the rooms of Places or of a CSV file as the configuration's `rooms:`; it invents nothing. */
import { readFileSync } from 'node:fs';
import { type GraphConfig, loadGraphConfig } from './config.ts';
import { fileFault, pathText } from './config-problems.ts';
import { room as roomSchema } from './config-schema.ts';
import { GraphClient } from './graph/client.ts';
import { GraphFault } from './graph/fault.ts';
import { listPlaces, type Place } from './graph/places.ts';
import { SignIn } from './graph/sign-in.ts';
import { createDispatcher } from './outbound.ts';
import { type Column, CsvFault, readCsvRooms } from './rooms-csv.ts';
import { type ListedRoom, readConfiguredRooms, roomsYaml } from './rooms-yaml.ts';

export interface RoomsSource {
  /** SMTP address of a room list. */
  readonly list?: string;
  readonly csv?: string;
}

export interface ImportedRooms {
  readonly yaml: string;
  /** What was left out and why, one line each. */
  readonly notes: readonly string[];
  /** Nothing was wrong with what was left out. */
  readonly complete: boolean;
}

/** Room 2 before room 10. */
const order = new Intl.Collator('en', { numeric: true });

interface Found {
  readonly rooms: readonly ListedRoom[];
  readonly notes: readonly string[];
  readonly faults: readonly string[];
}

/**
 * The configuration's file needs no rooms or clusters yet; for a CSV file not even Graph.
 * @throws ConfigError where the configuration cannot be read; Error with words for an administrator where the source cannot
 */
export async function importRooms(
  file: string,
  env: NodeJS.ProcessEnv,
  { list, csv }: RoomsSource,
): Promise<ImportedRooms> {
  const graph = csv === undefined ? loadGraphConfig(file, env) : undefined;
  const found = graph === undefined ? fromCsv(csv ?? '') : await fromPlaces(graph, list);
  const configured = readConfiguredRooms(readFileSync(file, 'utf8'));
  const from = csv ?? (list === undefined ? 'Places' : `Places, room list ${list}`);
  return {
    yaml: roomsYaml(found.rooms, configured, from),
    notes: [...found.faults, ...found.notes],
    complete: found.faults.length === 0,
  };
}

async function fromPlaces(
  { graph, proxy }: Pick<Parameters<typeof createDispatcher>[0], 'proxy'> & { readonly graph: GraphConfig },
  list: string | undefined,
): Promise<Found> {
  const ca = graph.ca === undefined ? {} : { ca: graph.ca };
  const dispatcher = createDispatcher({ proxy, ...ca, connections: 2, connectTimeout: 5_000 });
  try {
    const client = new GraphClient({ graph, dispatcher, signIn: new SignIn({ graph, dispatcher }) });
    return sorted(await listPlaces(client, list));
  } catch (error) {
    throw error instanceof GraphFault ? new Error(whyNoPlaces(error, graph.clientId, list)) : error;
  } finally {
    await dispatcher.destroy();
  }
}

function whyNoPlaces(fault: GraphFault, clientId: string, list: string | undefined): string {
  if (fault.status === 403) {
    return (
      `Places may not be read (403${fault.code === undefined ? '' : `: ${fault.code}`}): grant the application ${clientId} ` +
      'the application permission Place.Read.All of Microsoft Graph, with admin consent; or use --csv'
    );
  }
  if (fault.kind === 'absent' && list !== undefined) {
    return `${list} is no room list (404): Get-DistributionGroup -RecipientTypeDetails RoomList shows them; a new one takes up to two days`;
  }
  return fault.message;
}

function sorted(places: readonly Place[]): Found {
  const notes: string[] = [];
  const faults: string[] = [];
  const rooms = new Map<string, ListedRoom>();
  for (const place of places) {
    const called = place.name ?? 'a place without a name';
    if (place.mailbox === undefined) {
      notes.push(`left out: ${called} has no mailbox`);
      continue;
    }
    const { mailbox, name } = place;
    const valid = validated({ mailbox, ...(name === undefined ? {} : { name }) }, remarkOf(place));
    if (Array.isArray(valid)) faults.push(...valid.map((fault) => `left out: ${called}: ${fault}`));
    else rooms.set(valid.mailbox, valid);
  }
  return { rooms: byMailbox(rooms), notes, faults };
}

function fromCsv(file: string): Found {
  const faults: string[] = [];
  const rooms = new Map<string, ListedRoom & { readonly line: number }>();
  const { rooms: listed, unknown } = read(file);
  for (const { line, values } of listed) {
    const { capacity, building, floor, ...rest } = Object.fromEntries(values) as Partial<
      Record<Column, string>
    >;
    const seats = Number(capacity);
    const remark = remarkOf({
      ...(building === undefined ? {} : { building }),
      ...(floor === undefined ? {} : { floor }),
      ...(Number.isInteger(seats) && seats > 0 ? { capacity: seats } : {}),
    });
    const valid = validated(rest, remark);
    const first = Array.isArray(valid) ? undefined : rooms.get(valid.mailbox);
    if (Array.isArray(valid)) faults.push(...valid.map((fault) => `line ${line} left out: ${fault}`));
    else if (first !== undefined)
      faults.push(`line ${line} left out: the same mailbox as in line ${first.line}`);
    else rooms.set(valid.mailbox, { ...valid, line });
  }
  const notes = unknown.map((heading) => `column ${heading} is not known and was left out`);
  return { rooms: byMailbox(rooms).map(({ line: _, ...room }) => room), notes, faults };
}

function read(file: string): ReturnType<typeof readCsvRooms> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Error(`${file} ${fileFault(error)}`);
  }
  try {
    return readCsvRooms(bytes);
  } catch (error) {
    throw error instanceof CsvFault ? new Error(`${file}: ${error.message}`) : error;
  }
}

/** As the configuration would take it, or what it would complain of. */
function validated(
  values: Readonly<Record<string, string>>,
  remark: string | undefined,
): ListedRoom | string[] {
  const reference = Object.keys(values).find((key) => values[key]?.includes('${'));
  if (reference !== undefined)
    return [`${reference}: it holds "\${", which the configuration takes for a reference`];
  const { success, data, error } = roomSchema.safeParse(values);
  if (!success) {
    return error.issues.map(({ path, message }) => `${pathText(path.map(String))}: ${message}`);
  }
  // Defaults are not written down: what the source does not say stays open.
  const said = Object.entries(data).filter(([key]) => Object.hasOwn(values, key));
  return { ...Object.fromEntries(said), mailbox: data.mailbox, ...(remark === undefined ? {} : { remark }) };
}

function remarkOf({
  building,
  floor,
  capacity,
}: Pick<Place, 'building' | 'floor' | 'capacity'>): string | undefined {
  const parts = [
    ...(building === undefined ? [] : [building]),
    ...(floor === undefined ? [] : [`floor ${floor}`]),
    ...(capacity === undefined ? [] : [capacity === 1 ? 'for 1 person' : `for ${capacity} people`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function byMailbox<T extends ListedRoom>(rooms: ReadonlyMap<string, T>): T[] {
  return [...rooms.values()].sort((a, b) => order.compare(a.mailbox, b.mailbox));
}
