/** What a call bridge complains of itself. */
import type { CmsClient, RequestOptions } from './client.ts';
import { collect, walk } from './paging.ts';

export interface Alarm {
  /** One of the bridge's own words, e.g. `recorderUnavailable`; releases know more of them than others. */
  readonly type: string;
  readonly activeSeconds: number | undefined;
  /** A word of the bridge, e.g. `connectFailure`. */
  readonly reason: string | undefined;
  /** The name or id of what it concerns, where it concerns something. */
  readonly about: string | undefined;
}

const subjects = ['callBridgeName', 'callBridge', 'recorder', 'turnServer', 'fileName', 'call'];

/** @throws CmsFault */
export function listAlarms(client: CmsClient, options?: RequestOptions): Promise<Alarm[]> {
  const alarms = walk(client, { path: 'system/alarms', list: 'alarms', item: 'alarm' }, options);
  return collect(alarms, (_, alarm) => {
    // Some releases put the details in attributes.
    const of = (name: string) => alarm.text(name) ?? alarm.attributes[name];
    const seconds = of('activeTimeSeconds') ?? '';
    return {
      type: of('type') ?? 'unknown',
      activeSeconds: /^\d+$/.test(seconds) ? Number(seconds) : undefined,
      reason: of('failureReason'),
      about: subjects.map(of).find((value) => value !== undefined && value !== ''),
    };
  });
}
