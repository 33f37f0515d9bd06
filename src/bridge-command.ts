/** `roombridge bridge`: takes a call bridge of the running product out of service, and back. */
import type { WhatIf } from './cluster/what-if.ts';
import type { ListenerConfig } from './config.ts';
import { askRunning } from './running.ts';

interface Drain {
  readonly from: string;
  readonly until: string | null;
  readonly moveRunning: string | null;
}

/** Every call bridge with what is said of it. @throws NotDone */
export async function listCallBridges(admin: ListenerConfig): Promise<string> {
  const { callBridges } = (await askRunning(admin, '/api/call-bridges')) as {
    callBridges: readonly { address: string; cluster: string; drain: Drain | null }[];
  };
  return callBridges
    .map(
      ({ address, cluster, drain }) =>
        `${address}  ${cluster}  ${drain === null ? 'in service' : told(drain)}`,
    )
    .join('\n');
}

/** @throws NotDone, with the number of meetings where some would be left without a place */
export async function drainCallBridge(
  admin: ListenerConfig,
  address: string,
  order: {
    readonly at?: string;
    readonly until?: string;
    readonly moveRunning?: string;
    readonly force?: boolean;
  },
): Promise<string> {
  const answer = (await askRunning(admin, pathOf(address, 'drain'), order)) as {
    readonly drain: Drain;
    readonly effect: WhatIf;
  };
  return [`${address}  ${told(answer.drain)}`, '', describe(answer.effect)].join('\n');
}

/** @throws NotDone */
export async function resumeCallBridge(admin: ListenerConfig, address: string): Promise<string> {
  const { resumed } = (await askRunning(admin, pathOf(address, 'resume'), {})) as { resumed: boolean };
  return resumed ? `${address}  in service again` : `${address}  was in service`;
}

/** What would become of what starts there in that time. @throws NotDone */
export async function askWhatIf(
  admin: ListenerConfig,
  address: string,
  window: { readonly from: string; readonly to: string },
): Promise<string> {
  const query = new URLSearchParams(window);
  return describe((await askRunning(admin, `${pathOf(address, 'what-if')}?${query}`)) as WhatIf);
}

function pathOf(address: string, what: string): string {
  return `/api/call-bridges/${encodeURIComponent(address)}/${what}`;
}

function told({ from, until, moveRunning }: Drain): string {
  const end = until === null ? '' : ` to ${until}`;
  const running = moveRunning === null ? '' : `; what runs is moved at ${moveRunning}`;
  return `takes no starts from ${from}${end}${running}`;
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
