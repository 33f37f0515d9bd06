/** A room's time zone and language: what its mailbox says beside what the configuration does. */
import { findWindows } from 'windows-iana';
import { setZone } from './check-powershell.ts';
import type { Notes } from './check-report.ts';
import type { Config, RoomConfig } from './config.ts';
import type { GraphClient } from './graph/client.ts';
import { GraphFault } from './graph/fault.ts';
import { type MailboxSettings, readMailboxSettings } from './graph/mailbox-settings.ts';

export interface RegionDeps {
  readonly config: Config;
  readonly client: GraphClient;
  /** Whether mailbox settings may be read, as far as is known: the first refusal is enough. */
  readonly settings: { permitted: boolean };
}

export async function describeRegion(deps: RegionDeps, room: RoomConfig, notes: Notes): Promise<void> {
  const { mailbox } = room;
  const settings = await read(deps, mailbox);
  if (settings === undefined) return;
  const { timeZone, locale } = settings;
  const region = [timeZone, locale].filter((one) => one !== undefined);
  if (region.length > 0) notes.well.push(region.join(', '));
  if (timeZone === undefined) {
    const fallback = deps.config.invitation.timeZone;
    if (room.timeZone !== undefined || fallback !== 'UTC') return;
    notes.amiss.push('neither its mailbox nor the configuration names its time zone: UTC is taken');
    const about = 'gives rooms their time zone; or name it in rooms[].timeZone or invitation.timeZone';
    notes.remedies.push({ about, command: setZone(), mailbox });
  } else if (room.timeZone !== undefined && !sameClock(room.timeZone, timeZone)) {
    notes.amiss.push(`its mailbox says ${timeZone}, the configuration ${room.timeZone}`);
    const about = 'gives rooms the time zone of the configuration, if that is the right one';
    notes.remedies.push({ about, command: setZone(findWindows(room.timeZone)[0]), mailbox });
  }
}

async function read({ client, settings }: RegionDeps, mailbox: string): Promise<MailboxSettings | undefined> {
  if (!settings.permitted) return undefined;
  try {
    return await readMailboxSettings(client, mailbox);
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    if (error.status === 403) settings.permitted = false;
    return undefined;
  }
}

/** In summer and in winter; a zone has many names. */
function sameClock(a: string, b: string): boolean {
  const clock = (timeZone: string) =>
    [0, 182]
      .map((days) => new Date(Date.now() + days * 86_400_000))
      .map((day) =>
        new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(day),
      )
      .map((parts) => parts.find(({ type }) => type === 'timeZoneName')?.value)
      .join();
  return clock(a) === clock(b);
}
