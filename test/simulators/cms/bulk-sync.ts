/** Makes spaces in bulk, some time after it was asked to: what the same set made before is removed first. */
import { randomUUID } from 'node:crypto';
import { doesNotExist, parameterError } from './failure.ts';
import { type Fields, type Form, flag, readChanges, text } from './fields.ts';
import type { Settings } from './options.ts';
import { created, found, type Routes } from './routes.ts';
import { expandMapping } from './schemas.ts';
import type { Space } from './spaces.ts';
import type { Row } from './table.ts';
import type { World } from './world.ts';
import { element, list, object } from './xml.ts';

type Status =
  | 'pending'
  | 'running'
  | 'complete'
  | 'failedCoSpaceUriConflict'
  | 'failedCallIdConflict'
  | 'failedIndexRangeInvalid'
  | 'failedIndexRangeTooGreat'
  | 'failedNoSuchParameterSet'
  | 'failed';

interface Sync {
  id: string;
  set: string;
  removeAll: string | undefined;
  status: Status;
  timer: NodeJS.Timeout | undefined;
}

export class BulkSyncs {
  readonly #world: World;
  readonly #syncs = new Map<string, Sync>();
  /** What each parameter set has made. */
  readonly #made = new Map<string, Set<Space>>();

  constructor(world: World) {
    this.#world = world;
  }

  routes(): Routes {
    const detail = (sync: Sync): string =>
      object(
        'cospaceBulkSync',
        sync.id,
        element('cospaceBulkParameterSet', sync.set) +
          element('status', sync.status) +
          element('removeAll', sync.removeAll),
      );
    return {
      cospacebulksyncs: {
        GET: ({ page }) => found(list('cospaceBulkSyncs', this.#syncs.values(), page('others'), detail)),
        POST: ({ form }) => created(`cospaceBulkSyncs/${this.#run(form).id}`),
      },
      'cospacebulksyncs/*': {
        GET: ({ ids }) => found(detail(this.#get(ids[0]))),
        DELETE: ({ ids }) => {
          const sync = this.#get(ids[0]);
          clearTimeout(sync.timer);
          this.#syncs.delete(sync.id);
          return found();
        },
      },
    };
  }

  stop(): void {
    for (const { timer } of this.#syncs.values()) clearTimeout(timer);
  }

  #get(id: string): Sync {
    const sync = this.#syncs.get(id.toLowerCase());
    if (sync === undefined) throw doesNotExist('cospaceBulkSync');
    return sync;
  }

  #run(form: Form): Sync {
    const changes = readChanges(
      form,
      { cospaceBulkParameterSet: text, removeAll: flag },
      this.#world.ignored,
    );
    const set = changes.get('cospaceBulkParameterSet');
    if (set === undefined) throw parameterError('cospaceBulkParameterSet');
    const removeAll = changes.get('removeAll');
    const sync: Sync = { id: randomUUID(), set, removeAll, status: 'pending', timer: undefined };
    const half = this.#world.settings.bulkSyncDelay / 2;
    const advance = (status: Status): void => {
      sync.status = status;
      this.#world.journal.changed();
    };
    sync.timer = setTimeout(() => {
      advance('running');
      sync.timer = setTimeout(() => advance(this.#perform(sync)), half);
    }, half);
    this.#syncs.set(sync.id, sync);
    return sync;
  }

  #perform(sync: Sync): Status {
    const { bulkParameterSets, spaces, conferences, settings } = this.#world;
    const row = bulkParameterSets.rows.get(sync.set.toLowerCase());
    if (row === undefined) return 'failedNoSuchParameterSet';
    const invalid = checkRange(row, settings);
    if (invalid !== undefined && sync.removeAll !== 'true') return invalid;
    for (const space of this.#made.get(row.id) ?? []) {
      if (spaces.byId.get(space.id) !== space) continue;
      conferences.endSpace(space);
      spaces.remove(space);
    }
    this.#made.delete(row.id);
    return sync.removeAll === 'true' ? 'complete' : this.#make(row);
  }

  #make(row: Row): Status {
    const { spaces } = this.#world;
    const wanted = [...expandRange(row.fields)];
    for (const fields of wanted) {
      const [uri, callId] = [fields.get('uri'), fields.get('callId')];
      if (spaces.uris.takenFrom(undefined, uri)) return 'failedCoSpaceUriConflict';
      if (spaces.callIds.takenFrom(undefined, callId)) return 'failedCallIdConflict';
    }
    try {
      this.#made.set(row.id, new Set(wanted.map((fields) => spaces.insert(fields))));
    } catch {
      return 'failed';
    }
    return 'complete';
  }
}

function checkRange({ fields }: Row, settings: Settings): Status | undefined {
  const [start, end] = [Number(fields.get('startIndex')), Number(fields.get('endIndex'))];
  if (!(start <= end)) return 'failedIndexRangeInvalid';
  return end - start >= settings.bulkRangeLimit ? 'failedIndexRangeTooGreat' : undefined;
}

function* expandRange(set: Fields): Generator<Fields> {
  const fixed = ['callProfile', 'callLegProfile', 'nonMemberAccess'];
  const mappings: [string, string | undefined][] = [
    ['name', set.get('coSpaceNameMapping')],
    ['uri', set.get('coSpaceUriMapping')?.toLowerCase()],
    ['callId', set.get('coSpaceCallIdMapping')],
  ];
  for (let index = Number(set.get('startIndex')); index <= Number(set.get('endIndex')); index += 1) {
    const fields: Fields = new Map();
    for (const [name, mapping] of mappings)
      if (mapping !== undefined) fields.set(name, expandMapping(mapping, index));
    for (const name of fixed) {
      const value = set.get(name);
      if (value !== undefined) fields.set(name, value);
    }
    yield fields;
  }
}
