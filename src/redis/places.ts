/**
 * What a meeting's record says of its places: the looks ahead of its start, those that it has left, and the change from
 * one to another, which is written at once or not at all.
 */
import type { Redis } from 'ioredis';
import type { LeftPlace } from '../conference/left.ts';
import type { Meeting, PlacedConference } from '../conference/meeting.ts';
import type { Preflight } from '../conference/preflight.ts';
import type { TimelineEntry } from '../conference/timeline.ts';
import { changedLua, changesKey } from './changes.ts';
import { type Lease, meetingKeyOf, timelineOf } from './meetings.ts';
import { noteLines } from './note-lines.ts';
import { defineScript, type Script } from './script.ts';

const saveScript = `${changedLua}
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
if ARGV[4] == '' then redis.call('HDEL', KEYS[2], ARGV[3]) else redis.call('HSET', KEYS[2], ARGV[3], ARGV[4]) end
for i = 6, #ARGV do redis.call('RPUSH', KEYS[3], ARGV[i]) end
changed(KEYS[4], 'meeting', ARGV[5])
return 1
`;

const moveScript = `${changedLua}
local meeting, timeline, changes = unpack(KEYS)
local placement, run, to, left, drop, key = unpack(ARGV, 1, 6)
if (redis.call('HGET', meeting, 'placement') or '') ~= placement then return 0 end
if (redis.call('HGET', meeting, 'run') or '') ~= run then return 0 end
redis.call('HSET', meeting, 'placement', to, 'left', left)
if drop == '1' then redis.call('HDEL', meeting, 'run') end
for i = 7, #ARGV do redis.call('RPUSH', timeline, ARGV[i]) end
changed(changes, 'meeting', key)
return 1
`;

export interface Move {
  readonly to: PlacedConference;
  readonly left: readonly LeftPlace[];
  /** What was begun and never opened is the left place's. */
  readonly dropsRun: boolean;
}

export class PlaceStore {
  readonly #save: Script;
  readonly #move: Script;

  constructor(redis: Redis) {
    this.#save = defineScript(redis, saveScript);
    this.#move = defineScript(redis, moveScript);
  }

  /** @returns false when another process has the meeting, or Redis has lost it: then nothing was written */
  async savePreflight(
    key: string,
    preflight: Preflight,
    lease: Lease,
    notes: readonly TimelineEntry[] = [],
  ): Promise<boolean> {
    return await this.#put(key, 'preflight', JSON.stringify(preflight), lease, notes);
  }

  /** The same of the places that it has left. */
  async saveLeft(
    key: string,
    left: readonly LeftPlace[],
    lease: Lease,
    notes: readonly TimelineEntry[] = [],
  ): Promise<boolean> {
    return await this.#put(key, 'left', left.length === 0 ? '' : JSON.stringify(left), lease, notes);
  }

  /**
   * Gives a meeting another place.
   * @returns false when its place or its run is not what `meeting` says any more: then nothing was written
   */
  async move(meeting: Meeting, move: Move, notes: readonly TimelineEntry[]): Promise<boolean> {
    const known = (value: unknown) => (value === undefined ? '' : JSON.stringify(value));
    const moved = await this.#move(
      [meetingKeyOf(meeting.key), timelineOf(meeting.key), changesKey],
      [
        ...[known(meeting.placement), known(meeting.run), JSON.stringify(move.to), JSON.stringify(move.left)],
        ...[move.dropsRun ? '1' : '', meeting.key, ...noteLines(notes)],
      ],
    );
    return moved === 1;
  }

  async #put(
    key: string,
    field: 'preflight' | 'left',
    json: string,
    { hash, field: claim, holder }: Lease,
    notes: readonly TimelineEntry[],
  ): Promise<boolean> {
    const saved = await this.#save(
      [hash, meetingKeyOf(key), timelineOf(key), changesKey],
      [claim, holder, field, json, key, ...noteLines(notes)],
    );
    return saved === 1;
  }
}
