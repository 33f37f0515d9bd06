/** What call detail records mean in our words. */
import { leavingReasonOf, type News, type Traits } from '../../conference/attendance/news.ts';
import type { Heard } from '../../conference/attendance/ordering.ts';
import { given } from './fields.ts';
import type { LegEnd, LegStart, LegUpdate } from './legs.ts';
import type { CdrRecord, RecordBatch } from './records.ts';

/** @param heard when it came in, epoch ms */
export function heardIn({ session, records }: RecordBatch, heard: number): Heard[] {
  return records.map((record) => {
    const news = newsOf(record, { at: record.at ?? heard, heard });
    const { index, missing } = record;
    return { heard, news, ...(index === undefined ? {} : { record: { session, index, missing } }) };
  });
}

type Told = { readonly at: number; readonly heard: number };

function newsOf(record: CdrRecord, told: Told): News[] {
  switch (record.what) {
    case 'call-start': {
      const { call, coSpace } = record;
      return [{ ...told, kind: 'call', call, ...(coSpace === undefined ? {} : { space: coSpace }) }];
    }
    case 'call-end':
      return [{ ...told, kind: 'call-over', call: record.call, reason: 'call-ended' }];
    case 'leg-start':
      return [legOf(record, told, started(record))];
    case 'leg-update':
      return [legOf(record, told, updated(record))];
    case 'leg-end':
      return [ended(record, told)];
    case 'unreadable':
      return [{ ...told, kind: 'gap', records: 1 }];
    case 'recording-start':
    case 'recording-end':
    case 'streaming-start':
    case 'streaming-end':
    case 'other':
      return [];
    default:
      return record satisfies never;
  }
}

function legOf({ leg, call, group, ...record }: LegStart | LegUpdate, told: Told, traits: Traits): News {
  const isLink = record.what === 'leg-start' && /^(lync)?distribution/i.test(record.subType ?? '');
  return {
    ...{ ...told, kind: 'leg', leg, traits },
    ...(call === undefined ? {} : { call }),
    ...(group === undefined ? {} : { group }),
    ...(isLink ? { isLink } : {}),
  };
}

function started({ name, address, direction, type, canMove, movedLeg }: LegStart): Traits {
  return {
    ...{ name, address, isConnected: false },
    ...given({
      ...{ direction, canMove, movedFrom: movedLeg },
      isApp: type === undefined ? undefined : type === 'acano',
    }),
  };
}

function updated({ isConnected, isDeactivated, name, address, canMove }: LegUpdate): Traits {
  return {
    ...(isConnected ? { isConnected } : {}),
    ...given({ isInLobby: isDeactivated, name, address, canMove }),
  };
}

function ended({ leg, reason, isRemoteTeardown, alarms }: LegEnd, told: Told): News {
  const said = leavingReasonOf(reason);
  const known = said === 'unknown' && isRemoteTeardown ? 'hung-up' : said;
  return { ...told, kind: 'leg-over', leg, reason: known, traits: { troubles: alarms } };
}
