/** `roombridge live`: what runs now, who is in it and what is wrong, in the terminal. Reads only. */
import type { Overview, Trouble } from './conference/attendance/overview.ts';
import type { ParticipantView, Picture } from './conference/attendance/picture.ts';
import { askRunning, type Reach } from './running.ts';
import { harmless } from './terminal.ts';

const troubles: Readonly<Record<Trouble, string>> = {
  'call-bridge-lost': 'its call bridge is lost',
  'room-missing': 'a room is not in',
  'no-host': 'all wait for a host',
  unknown: 'it is not known who is in',
  incomplete: 'something may be missing here',
};

const states: Readonly<Record<ParticipantView['state'], string>> = {
  ringing: 'rings',
  connected: '',
  'on-hold': 'on hold',
  'in-lobby': 'waits in the lobby',
  left: 'left',
};

export interface LiveOptions {
  /** The conference of this number only. */
  readonly number?: string | undefined;
  /** Also those who have left. */
  readonly all?: boolean | undefined;
}

/** Conferences whose participants are told; of more only the line is. */
const toldInFull = 25;

/** @throws NotDone */
export async function tellLive(reach: Reach, { number, all = false }: LiveOptions): Promise<string> {
  const { at, meetings } = (await askRunning(reach, '/api/live')) as { at: string; meetings: Overview[] };
  const wanted = meetings.filter((one) => number === undefined || one.number === number);
  if (wanted.length === 0) return number === undefined ? 'nothing runs now' : `nothing runs at ${number} now`;
  const wrong = wanted.filter((one) => one.troubles.length > 0).length;
  const many = wanted.length === 1 ? '1 conference runs' : `${wanted.length} conferences run`;
  const head = `${timeOf(at)}  ${many}${wrong === 0 ? ', nothing is wrong' : `, ${wrong} with trouble`}`;
  const blocks = await Promise.all(
    wanted.slice(0, toldInFull).map(async (meeting) => {
      const watch = number === undefined ? '' : '?watch=true';
      const path = `/api/meetings/${encodeURIComponent(meeting.key)}/participants${watch}`;
      const { participants } = (await askRunning(reach, path)) as Picture;
      return [headOf(meeting), ...rows(participants.filter(({ state }) => all || state !== 'left'))].join(
        '\n',
      );
    }),
  );
  return [head, ...blocks, ...wanted.slice(toldInFull).map(headOf)].join('\n\n');
}

function headOf({
  title,
  number,
  callBridge,
  end,
  extendedUntil,
  present,
  troubles: found,
}: Overview): string {
  const until = extendedUntil === null ? `until ${timeOf(end)}` : `extended until ${timeOf(extendedUntil)}`;
  const where = callBridge === null ? '' : ` on ${callBridge.replace(/^https:\/\//, '')}`;
  const line = `${number ?? ''}  ${harmless(title)}  ${present} in${where}, ${until}`;
  return [line, ...found.map((one) => `  ! ${troubles[one]}`)].join('\n');
}

function rows(participants: readonly ParticipantView[]): string[] {
  const cells = participants.map((one) => [
    one.room === null ? harmless(one.name ?? one.address ?? 'somebody') : `${one.room} (room)`,
    one.role ?? '',
    [states[one.state], one.because === null ? '' : one.because].filter((text) => text !== '').join(': '),
    one.left === null ? sinceOf(one.joined) : timeOf(one.left),
    [
      one.audioMuted === true ? 'muted' : '',
      one.videoMuted === true ? 'no picture' : '',
      one.presenting === true ? 'presents' : '',
      qualityOf(one),
    ]
      .filter((text) => text !== '')
      .join(', '),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => `  ${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}

function qualityOf({ quality }: ParticipantView): string {
  if (quality === null) return '';
  const { packetLoss, jitter, roundTripTime, width, height } = quality;
  return [
    packetLoss === undefined ? '' : `${packetLoss} % lost`,
    jitter === undefined ? '' : `jitter ${jitter} ms`,
    roundTripTime === undefined ? '' : `round trip ${roundTripTime} ms`,
    width === undefined || height === undefined ? '' : `${width}×${height}`,
  ]
    .filter((text) => text !== '')
    .join(', ');
}

function sinceOf(at: string | null): string {
  return at === null ? '' : `since ${timeOf(at)}`;
}

function timeOf(at: string): string {
  return `${at.slice(11, 19)}Z`;
}
