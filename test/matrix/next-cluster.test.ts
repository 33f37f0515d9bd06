/**
 * Every kind of failure of every call bridge of a cluster, for good, at a step of the start: the next cluster takes the
 * meeting under a number of its own. One conference, its room dialled once, its organizer told, nothing left anywhere.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asked, callsOf, dialsTo, noted, opening, strike } from '../world/cms-side.ts';
import { type MeetingJson, until } from '../world/world.ts';
import { columns, faultOf } from './columns.ts';
import { Estate, type Tenancy } from './estate.ts';
import { rows } from './rows.ts';
import { drawTable, type Mark } from './table.ts';
import { decided, storyOf } from './verdict.ts';

const length = 25_000;
/** After its end, however loaded the machine is. */
const late = 120_000;

const marks: Mark[] = [];
afterAll(() => {
  process.stdout.write(`\n${drawTable(marks)}\n\n`);
});

const cells = rows
  .filter(({ name }) => ['status', 'PUT open', 'POST call'].includes(name))
  .flatMap((row) => columns.map((column) => ({ row, column })));
type Cell = (typeof cells)[number];

interface Moved {
  readonly struckAt: number;
  readonly released: MeetingJson;
  readonly invitation: string;
}

describe('at every call bridge of a cluster, for good', () => {
  const outcomes = new Map<Cell, { readonly tenancy: Tenancy; readonly moved: Moved | Error }>();
  let estate: Estate;

  beforeAll(async () => {
    estate = await Estate.create({ count: cells.length, extension: 0, refuge: true });
    await estate.begin();
    const tenancies = await estate.book(length);
    await Promise.all(
      cells.map(async (cell, i) => {
        const tenancy = tenancies[i];
        if (tenancy === undefined) return;
        const moved = await play(estate, cell, tenancy).catch((error: Error) => error);
        outcomes.set(cell, { tenancy, moved });
      }),
    );
  }, 900_000);
  afterAll(() => estate.destroy());

  for (const cell of cells) {
    test(`that ${cell.column.sentence} from ${cell.row.sentence} on`, () => {
      const { tenancy, moved } = outcomes.get(cell) ?? {};
      const wrong =
        tenancy === undefined || moved === undefined
          ? ['it was not played']
          : moved instanceof Error
            ? [moved.message]
            : complaints(estate, cell, tenancy, moved);
      const { row, column } = cell;
      marks.push({ row: row.name, column: column.name, scope: 'next cluster', held: wrong.length === 0 });
      expect(wrong, tenancy && storyOf(tenancy.cms.events, tenancy.start)).toEqual([]);
    });
  }
});

async function play(estate: Estate, { row, column }: Cell, tenancy: Tenancy): Promise<Moved> {
  const { cms, number, sip, key, start, event } = tenancy;
  const patience = () => start + length + late - Date.now();
  // Just before the start there is time for a look at its call bridges, and none for another place in peace.
  if (row.name === 'status') await new Promise((resolve) => setTimeout(resolve, start - 8_000 - Date.now()));
  let struckAt: number | undefined;
  strike(cms, row.step(cms, number, sip), faultOf(column), () => {
    struckAt = Date.now();
    for (const bridge of cms.bridges) bridge.setFault(faultOf(column));
  });
  const that = (isAsWished: (meeting: MeetingJson) => boolean) =>
    until(async () => {
      const meeting = await estate.meeting(key);
      return meeting !== undefined && isAsWished(meeting) ? meeting : undefined;
    }, patience());
  await that((meeting) => noted(meeting, 'closed').length > 0);
  const invitation = estate.invitation(event);
  // What may have begun there can be hung up from now on.
  for (const bridge of cms.bridges) await bridge.clearFault();
  await cms.waitFor(() => cms.bridges.every((bridge) => bridge.calls().length === 0), patience());
  const isAtRest = () => {
    const { name, nonMemberAccess } = cms.space(number) ?? {};
    return name === `TMS_Scheduled_Meeting_${number}` && nonMemberAccess === false;
  };
  await cms.waitFor(isAtRest, patience());
  const released = await that((meeting) => noted(meeting, 'released').length > 0);
  if (struckAt === undefined) throw new Error('nothing happened');
  return { struckAt, released, invitation };
}

/** In words, each thing that is not as it must be. */
function complaints(estate: Estate, { row }: Cell, tenancy: Tenancy, moved: Moved): string[] {
  const { cms, sip, start } = tenancy;
  const { refuge } = estate;
  const { released, invitation, struckAt } = moved;
  const found: string[] = [];
  const number = String(noted(released, 'opened')[0]?.number ?? '');
  for (const what of ['rehomed', 'opened', 'dialled', 'closed', 'released']) {
    const times = noted(released, what).length;
    if (times !== 1) found.push(`${times} times ${what} on the timeline`);
  }
  if (refuge.space(number) === undefined) return [...found, `opened as ${number}`];
  if (callsOf(refuge, number).length !== 1) found.push(`${callsOf(refuge, number).length} conferences`);
  if (dialsTo(refuge, sip) !== 1 || dialsTo(cms, sip) !== 0)
    found.push(`dialled ${dialsTo(refuge, sip)} times, and ${dialsTo(cms, sip)} times at its first cluster`);
  const out = refuge.events.find(({ kind, remoteParty }) => kind === 'legEnded' && remoteParty === sip);
  if (out === undefined || out.at < start + length) found.push('its room was put out too early, or never');
  const opened = asked(refuge, opening(refuge, number))[0]?.at ?? Number.POSITIVE_INFINITY;
  // Tried once more where something was heard at all, and a call asked for after the space was put.
  const took = Math.round(opened - Math.max(struckAt, row.name === 'status' ? start : 0));
  if (took > 2 * decided) found.push(`the next cluster was asked after ${took} ms`);
  if (!invitation.includes(number)) found.push('its invitation does not say the new number');
  if (refuge.space(number)?.nonMemberAccess !== false) found.push('its space is not locked');
  return found;
}
