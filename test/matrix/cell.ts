/** One cell of the matrix: a conference to which one failure happens, seen from the call bridges' own record. */
import type { CmsBridge } from '../simulators/cms/bridge.ts';
import { type Asked, strike } from '../world/cms-side.ts';
import { type MeetingJson, until } from '../world/world.ts';
import { type Column, faultOf } from './columns.ts';
import type { Estate, Tenancy } from './estate.ts';
import type { Row } from './rows.ts';
import type { Scope } from './scopes.ts';

export interface Cell {
  readonly row: Row;
  readonly column: Column;
  readonly scope: Scope;
}

/** What was seen of it. */
export interface Played {
  readonly cell: Cell;
  readonly tenancy: Tenancy;
  /** The request with which it began. */
  readonly struck: Asked;
  readonly victim: CmsBridge;
  /** Once it was closed, with the struck call bridge away unless it had returned by then. */
  readonly closed: MeetingJson;
  /** Calls that ran at that time, by the name of their call bridge. */
  readonly leftAtClose: readonly string[];
  /** Once all call bridges were back and its slot was given back. */
  readonly released: MeetingJson;
}

/** After its end, however loaded the machine is. */
const late = 90_000;
/** Before the start: enough for a call bridge to be looked at, and looked at again. */
const probed = 8_000;
/** Seen once between two of the product's looks at a call bridge: it is not just starting. */
const askEvery = 500;

export async function play(estate: Estate, cell: Cell, tenancy: Tenancy): Promise<Played> {
  const { row, column, scope } = cell;
  const { cms, number, sip, key, start } = tenancy;
  const patience = () => start + scope.length + scope.extension + late - Date.now();
  const space = cms.space(number);
  if (row.phase === 'while it runs') {
    await cms.waitFor(() => cms.events.some(({ kind }) => kind === 'legConnected'), patience());
  }
  // Not much earlier, so that what comes back comes back while it runs.
  if (row.name === 'status') await pause(start - probed - Date.now());
  const pending: Promise<unknown>[] = [];
  const heal = (bridge: CmsBridge, after: number) => {
    pending.push(pause(after).then(() => bridge.clearFault()));
  };
  let victim: CmsBridge | undefined;
  const trap = strike(cms, row.step(cms, number, sip), faultOf(column), (bridge) => {
    victim = bridge;
    for (const one of scope.all ? cms.bridges : [bridge]) {
      one.setFault(faultOf(column));
      if (one !== bridge && scope.othersAfter !== undefined) heal(one, scope.othersAfter);
    }
    if (scope.firstAfter !== undefined) heal(bridge, scope.firstAfter);
  });
  await cms.waitFor(() => victim !== undefined, patience());
  const that = (what: string) =>
    until(
      async () => {
        const meeting = await estate.meeting(key);
        const has = meeting?.timeline?.some((entry) => entry.what === what) ?? false;
        if (!has) await pause(askEvery);
        return has ? meeting : undefined;
      },
      patience(),
      () => `it was never ${what}`,
    );
  await until(async () => ((await estate.state(key)) === 'closed' ? true : undefined), patience());
  const closed = await that('closed');
  const leftAtClose = cms.bridges.flatMap((bridge) =>
    bridge.calls().flatMap(({ coSpace }) => (coSpace === space?.id ? [bridge.name] : [])),
  );
  await Promise.all(pending);
  for (const bridge of cms.bridges) await bridge.clearFault();
  await that('released');
  await cms.waitFor(() => cms.bridges.every((bridge) => bridge.calls().length === 0), patience());
  const released = await that('released');
  const struck = trap.struck();
  if (struck === undefined || victim === undefined) throw new Error('nothing happened');
  return { cell, tenancy, struck, victim, closed, leftAtClose, released };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
