/**
 * `roombridge meeting`: what has a number, with `--verify` whether the bridge has it as it should, with `--trace` all that
 * happened to it. Reads only.
 */
import type { z } from 'zod';
import type { Config } from './config.ts';
import type { exchange } from './http/api/exchanges.ts';
import { pagesOf } from './listing.ts';
import { meetingAt, type NumberedMeeting } from './meeting-at.ts';
import type { Reach } from './running.ts';
import { isRight, told } from './slot/verification.ts';
import { harmless, jsonText } from './terminal.ts';

export interface MeetingOptions {
  /** Of the call bridges that are read back, where they are to be. */
  readonly verify?: Config | undefined;
  /** Also everything that happened to it, with what was asked of call bridges and Graph. */
  readonly trace?: boolean | undefined;
  /** What the API answers, with the passcodes as it has them. */
  readonly json?: boolean | undefined;
}

/** @returns whether all is as it should be, for the exit code. @throws NotDone */
export async function tellMeeting(
  reach: Reach,
  number: string,
  { verify, trace = false, json = false }: MeetingOptions,
): Promise<{ readonly text: string; readonly well: boolean }> {
  const meeting = await meetingAt(reach, number);
  if (json) return { text: jsonText(meeting), well: true };
  // What is read back is passed on, and not meant to let anybody in.
  const lines = describe(meeting, { passcodes: verify === undefined && !trace });
  if (trace) lines.push('', ...(await traced(reach, meeting)));
  if (verify === undefined) return { text: lines.join('\n'), well: true };
  const { onTheBridge } = await import('./meeting-verify.ts');
  const found = await onTheBridge(verify, meeting);
  const wrong = found.filter((line) => !isRight(line)).length;
  const verdict = wrong === 0 ? 'all is as it should be' : `${wrong} of ${found.length} differ`;
  return { text: [...lines, '', ...found.map(told), '', verdict].join('\n'), well: wrong === 0 };
}

function describe(meeting: NumberedMeeting, { passcodes }: { readonly passcodes: boolean }): string[] {
  const { title, state, start, end, rooms, uri, callBridge, passcode, hosts } = meeting;
  const enter = (one: string | null) => (passcodes && one !== null ? ` and enter ${one}` : '');
  return [
    `${harmless(title)}  ${state}${callBridge === null || state !== 'open' ? '' : ` on ${callBridge}`}`,
    `${start} to ${end}  ${rooms.join(', ')}`,
    `people dial ${uri}${enter(passcode)}`,
    ...(hosts === undefined
      ? []
      : [`hosts dial ${hosts.uri}${enter(hosts.passcode)}, by the policy ${hosts.policy}`]),
  ];
}

/** What happened, and what was asked and answered meanwhile, in the order of time. */
async function traced(reach: Reach, { key, timeline }: NumberedMeeting): Promise<string[]> {
  const lines = timeline.map(({ at, what, work = '', ...details }) => {
    const said = Object.entries(details).map(([name, value]) => `${name}=${value}`);
    return { at, line: [at, work.padEnd(13), what, ...said].join(' ') };
  });
  for await (const page of pagesOf<z.infer<typeof exchange>>(reach, {
    ...{ path: `/api/meetings/${encodeURIComponent(key)}/exchanges`, query: { limit: '300' } },
    ...{ rows: 'exchanges', cursor: 'after' },
  }))
    lines.push(...page.map((one) => ({ at: one.at, line: exchangeLine(one) })));
  return lines.sort((a, b) => a.at.localeCompare(b.at)).map(({ line }) => harmless(line));
}

function exchangeLine(one: z.infer<typeof exchange>): string {
  const { at, work, callBridge = 'graph', method, path, query, sent, answer, status = '-', took } = one;
  const fields = (all: Readonly<Record<string, string | null>>) =>
    Object.entries(all).map(([name, value]) => `${name}=${value ?? '(hidden)'}`);
  const outcome = [status, one.fault, one.reason, `${took}ms`, one.clientRequestId, one.requestId];
  const asked = [callBridge, method, path, ...fields({ ...query, ...sent })];
  return [at, work, '  ', ...asked, '->', ...outcome.filter(Boolean), ...fields(answer ?? {})].join(' ');
}
