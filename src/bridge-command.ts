/** `roombridge bridges`: how the call bridges of the running product are, and taking one out of service and back. */
import type { z } from 'zod';
import type { WhatIf } from './cluster/what-if.ts';
import type { callBridge, callBridgeList, cluster } from './http/api/clusters.ts';
import { rowsIn, tellJson, tellTable } from './listing.ts';
import { askRunning, type Reach } from './running.ts';
import type { Column } from './table.ts';
import { harmless, type Out, timesIn } from './terminal.ts';

type Drain = NonNullable<z.infer<typeof callBridgeList>['callBridges'][number]['drain']>;

interface Row extends z.infer<typeof callBridge> {
  readonly cluster: string;
  readonly drain: Drain | null;
}

const tones = { up: 'green', doubtful: 'yellow', down: 'red', unknown: 'yellow' } as const;

function columnsIn(zone: string): readonly Column<Row>[] {
  const { at } = timesIn(zone);
  return [
    { title: 'call bridge', of: ({ address }) => address },
    { title: 'cluster', of: (row) => row.cluster, cut: { turn: 4, least: 7 } },
    { title: 'is', of: ({ state }) => state, tone: ({ state }) => tones[state] },
    { title: `since (${zone})`, of: ({ since }) => at(since), cut: { turn: 2, least: 0 } },
    {
      title: 'service',
      of: ({ drain }) => (drain === null ? 'in service' : told(drain, at)),
      tone: ({ drain }) => (drain === null ? undefined : 'yellow'),
      cut: { turn: 5, least: 10 },
    },
    { title: 'calls', of: ({ callLegsActive }) => callLegsActive ?? null, isRight: true },
    { title: 'load', of: loadOf, isRight: true },
    { title: 'version', of: ({ softwareVersion }) => softwareVersion ?? null, cut: { turn: 1, least: 0 } },
    { title: 'trouble', of: wrongWith, tone: () => 'red', cut: { turn: 3, least: 12 } },
  ];
}

function loadOf({ load }: Row): string {
  if (load === undefined) return '';
  return load.limit === undefined || load.limit === 0
    ? String(load.now)
    : `${Math.round((100 * load.now) / load.limit)} %`;
}

function wrongWith({ ok, why, openTickets }: Row): string {
  const tickets = openTickets.length === 0 ? '' : `tickets ${openTickets.join(', ')}`;
  return [ok ? '' : (why ?? ''), tickets].filter((text) => text !== '').join('; ');
}

/** Every call bridge, with what is said of it; as JSON both answers of the API in one. @throws NotDone */
export async function tellCallBridges(
  reach: Reach,
  { json = false }: { readonly json?: boolean },
  out: Out,
): Promise<void> {
  const [clusters, callBridges] = await Promise.all([
    askRunning(reach, '/api/clusters'),
    askRunning(reach, '/api/call-bridges'),
  ]);
  if (json) return await tellJson(out, { ...(clusters as object), ...(callBridges as object) });
  const drains = new Map(
    rowsIn<{ address: string; drain: Drain | null }>(callBridges, 'callBridges').map((one) => [
      one.address,
      one.drain,
    ]),
  );
  const found = rowsIn<z.infer<typeof cluster>>(clusters, 'clusters');
  const rows = found.flatMap(({ name, callBridges: own }) =>
    own.map((one): Row => ({ ...one, cluster: name, drain: drains.get(one.address) ?? null })),
  );
  await tellTable(out, columnsIn(out.screen.zone), [rows], 'there is no call bridge');
  const lines = found.map(({ name, domain, slots }) => {
    const use = `${slots.heldNow} of ${slots.made} slots held now, ${slots.reservations} reserved in all`;
    return harmless(
      `${name} (${domain}): ${use}${slots.ok ? '' : `; ${slots.why ?? 'the slots do not stand'}`}`,
    );
  });
  await out.write(['', ...lines, ''].join('\n'));
}

/** @throws NotDone, with the number of meetings where some would be left without a place */
export async function drainCallBridge(
  reach: Reach,
  address: string,
  order: {
    readonly at?: string;
    readonly until?: string;
    readonly moveRunning?: string;
    readonly force?: boolean;
  },
): Promise<string> {
  const answer = (await askRunning(reach, pathOf(address, 'drain'), order)) as {
    readonly drain: Drain;
    readonly effect: WhatIf;
  };
  return [`${address}  ${told(answer.drain)}`, '', describe(answer.effect)].join('\n');
}

/** @throws NotDone */
export async function resumeCallBridge(reach: Reach, address: string): Promise<string> {
  const { resumed } = (await askRunning(reach, pathOf(address, 'resume'), {})) as { resumed: boolean };
  return resumed ? `${address}  in service again` : `${address}  was in service`;
}

/** What would become of what starts there in that time. @throws NotDone */
export async function askWhatIf(
  reach: Reach,
  address: string,
  window: { readonly from: string; readonly to: string },
): Promise<string> {
  const query = new URLSearchParams(window);
  return describe((await askRunning(reach, `${pathOf(address, 'what-if')}?${query}`)) as WhatIf);
}

function pathOf(address: string, what: string): string {
  return `/api/call-bridges/${encodeURIComponent(address)}/${what}`;
}

/** Times are as the API has them unless they are written otherwise. */
function told(
  { from, until, moveRunning }: Drain,
  at: (instant: string) => string = (instant) => instant,
): string {
  const end = until === null ? '' : ` to ${at(until)}`;
  const running = moveRunning === null ? '' : `; what runs is moved at ${at(moveRunning)}`;
  return `takes no starts from ${at(from)}${end}${running}`;
}

function describe({ days, elsewhere, ...all }: WhatIf): string {
  const where = Object.entries(elsewhere).map(([cluster, count]) => `${count} on ${cluster}`);
  const rows = [
    ['day', 'meetings', 'same number', 'new number', 'nowhere'],
    ...[...days, { day: 'all', ...all }].map(({ day, meetings, sameNumber, newNumber, nowhere }) => [
      day,
      ...[meetings, sameNumber, newNumber, nowhere].map(String),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const table = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...table, ...(where.length === 0 ? [] : [`new numbers: ${where.join(', ')}`])].join('\n');
}
