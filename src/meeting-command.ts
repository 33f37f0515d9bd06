/** `roombridge meeting`: what has a number, and with `--verify` whether the bridge has it as it should. Reads only. */
import type { Config } from './config.ts';
import { meetingAt, type NumberedMeeting } from './meeting-at.ts';
import type { Reach } from './running.ts';
import { isRight, told } from './slot/verification.ts';
import { harmless, jsonText } from './terminal.ts';

export interface MeetingOptions {
  /** Of the call bridges that are read back, where they are to be. */
  readonly verify?: Config | undefined;
  /** What the API answers, with the passcodes as it has them. */
  readonly json?: boolean | undefined;
}

/** @returns whether all is as it should be, for the exit code. @throws NotDone */
export async function tellMeeting(
  reach: Reach,
  number: string,
  { verify, json = false }: MeetingOptions,
): Promise<{ readonly text: string; readonly well: boolean }> {
  const meeting = await meetingAt(reach, number);
  if (json) return { text: jsonText(meeting), well: true };
  // What is read back is passed on, and not meant to let anybody in.
  const lines = describe(meeting, { passcodes: verify === undefined });
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
