/** What must hold in every cell of the matrix, and what in a cell does not: read off the call bridges' own record. */
import type { CmsEvent } from '../simulators/cms/journal.ts';
import { asked, dialsTo, locking, noted, opening } from '../world/cms-side.ts';
import type { Played } from './cell.ts';

/** The decision for the next step takes three seconds; the rest is for a machine that has other things to do. */
export const decided = 3_000 + 3_000;

/** In words, each thing that is not as it must be; none for a cell that holds. */
export function complaints(played: Played): string[] {
  return [
    ...ofConference(played),
    ...ofRoom(played),
    ...ofDecision(played),
    ...ofEnd(played),
    ...ofTimeline(played),
  ];
}

/** One conference, without a gap, under the number that was told, until it is locked. */
function ofConference({ tenancy, released }: Played): string[] {
  const { cms, number } = tenancy;
  const space = cms.space(number)?.id;
  const found: string[] = [];
  let running = 0;
  let begun = 0;
  for (const event of cms.events) {
    if (event.kind === 'callStarted') {
      if (event.coSpace !== space) found.push(`a call was made elsewhere: ${event.coSpace}`);
      if (running === 0) begun += 1;
      running += 1;
    }
    if (event.kind === 'callEnded') running -= 1;
  }
  if (begun !== 1) found.push(`${begun} conferences one after the other`);
  for (const { number: told } of noted(released, 'opened')) {
    if (told !== number) found.push(`opened as ${told} instead of ${number}`);
  }
  return found;
}

/** Dialled once, and in until nobody may be in any more. */
function ofRoom({ tenancy, cell }: Played): string[] {
  const { cms, number, sip, start } = tenancy;
  const found: string[] = [];
  const dials = dialsTo(cms, sip);
  // What a call bridge will still carry out, after it was asked and gave no sign, nobody can know.
  const isDialledLate = cell.column.kind === 'late' && cell.row.name === 'POST leg';
  if (dials < 1 || dials > (isDialledLate ? 2 : 1)) found.push(`its room was dialled ${dials} times`);
  let legs = 0;
  const out = cms.events.find(({ kind, remoteParty }) => {
    if (remoteParty !== sip) return false;
    if (kind === 'legDialled') legs += 1;
    if (kind === 'legEnded') legs -= 1;
    return kind === 'legEnded' && legs === 0;
  });
  const locked = asked(cms, locking(cms, number))[0];
  if (out === undefined) found.push('its room was never put out');
  else if (locked === undefined || out.at < locked.at)
    found.push('its room was put out before the space was locked');
  const end = start + cell.scope.length + cell.scope.extension;
  if (out !== undefined && out.at < end)
    found.push(`its room was put out ${Math.round(end - out.at)} ms too early`);
  return found;
}

/** It is decided in time who is to do what the first call bridge has not done. */
function ofDecision({ cell, tenancy, struck, victim, released }: Played): string[] {
  const { cms, number, sip, start } = tenancy;
  const { row, scope } = cell;
  const elsewhere = ({ bridge }: { bridge: string }) => bridge !== victim.name;
  if (row.handedOn !== undefined) {
    const step = row.before?.(cms, number) ?? row.step(cms, number, sip);
    const asks = asked(cms, step).filter(elsewhere);
    const next = asks.find(({ at }) => at > struck.at)?.at;
    // What nobody can take is put off, and that is said.
    const putOff = noted(released, 'retrying').map(({ at }) => Date.parse(at));
    const decision = scope.all ? putOff.find((at) => at >= Math.floor(struck.at)) : next;
    if (decision === undefined) return [`nobody else was to do the ${row.name}`];
    const took = Math.round(decision - struck.at);
    // Every call bridge has its time.
    return took > decided * (scope.all ? 2 : 1) ? [`the next step was decided after ${took} ms`] : [];
  }
  if (row.name !== 'status' || scope.all) return [];
  // One that is known to be bad costs a start nothing.
  const opened = asked(cms, opening(cms, number)).find(elsewhere);
  const late = Math.round((opened?.at ?? Number.POSITIVE_INFINITY) - start);
  return late > decided ? [`it was opened ${late} ms late`] : [];
}

/** Locked, and nothing left: at first wherever a call bridge could be reached, in the end everywhere. */
function ofEnd({ cell, tenancy, victim, leftAtClose }: Played): string[] {
  const { cms, number } = tenancy;
  const found: string[] = [];
  const strangers = leftAtClose.filter((name) => name !== victim.name);
  if (strangers.length > 0 && !cell.scope.all) found.push(`closed, and a call was left on ${strangers}`);
  const space = cms.space(number);
  if (space?.nonMemberAccess !== false || space.passcode !== '') found.push('its space is not locked');
  if (space?.name !== `TMS_Scheduled_Meeting_${number}`) found.push(`its space is called ${space?.name}`);
  const left = cms.bridges.flatMap((bridge) => bridge.calls());
  if (left.length > 0) found.push(`${left.length} calls are left`);
  return found;
}

/** What happened is said, in its word, once. */
function ofTimeline({ cell, victim, released, closed, leftAtClose }: Played): string[] {
  const { row, scope } = cell;
  const found: string[] = [];
  for (const what of ['opened', 'dialled', 'extended', 'closed', 'released']) {
    const times = noted(released, what).length;
    if (times !== 1) found.push(`${times} times ${what} on the timeline`);
  }
  if (noted(released, 'closed')[0]?.reason !== 'limit')
    found.push(`closed because of ${noted(released, 'closed')[0]?.reason}`);
  const left = noted(released, 'failed-over').filter(({ callBridge }) => callBridge === victim.url);
  if (row.handedOn !== undefined && !left.some(({ step }) => step === row.handedOn))
    found.push(`no word of leaving the call bridge at ${row.handedOn}`);
  if (row.name === 'status' && !scope.all && left.some(({ step }) => step === 'open'))
    found.push('the start was tried at a call bridge known to be bad');
  if (scope.all && row.name !== 'DELETE call' && noted(released, 'retrying').length === 0)
    found.push('no word of repeating the step');
  if (row.name === 'DELETE call' || leftAtClose.includes(victim.name)) {
    const undone = noted(closed, 'retrying').filter(({ callBridge }) => callBridge === victim.url);
    if (undone.length === 0) found.push('no word of the call that was left');
  }
  return found;
}

/** When the calls of a cell began and ended, for whoever has to find out. */
export function storyOf(events: readonly CmsEvent[], since: number): string {
  return events
    .map(
      ({ at, kind, bridge, reason = '' }) =>
        `${((at - since) / 1_000).toFixed(1)} ${bridge} ${kind} ${reason}`,
    )
    .join('; ');
}
