/** The state of one cluster: the database that its bridges share, and each bridge's own. */
import { randomUUID } from 'node:crypto';
import { Activation } from './activation.ts';
import type { BridgeState } from './bridge-state.ts';
import { BulkSyncs } from './bulk-sync.ts';
import { callRoutes } from './call-routes.ts';
import { CallDetails } from './cdr.ts';
import { Conferences } from './conferences.ts';
import { Dialler } from './dialling.ts';
import { EventStreams } from './event-streams.ts';
import { doesNotExist } from './failure.ts';
import { type Check, type Fields, reference } from './fields.ts';
import { Journal } from './journal.ts';
import { mustWait } from './lobby.ts';
import type { Settings } from './options.ts';
import { participantRoutes } from './participant-routes.ts';
import { type ApiRequest, created, found, Router, type Routes } from './routes.ts';
import {
  bulkParameterSetKind,
  callBridgeKind,
  callLegProfileKind,
  callProfileKind,
  inboundRuleKind,
} from './schemas.ts';
import { spaceRoutes } from './space-routes.ts';
import { type Space, SpaceStore } from './spaces.ts';
import { systemRoutes } from './system-routes.ts';
import { type Row, Table } from './table.ts';
import { Users, userRoutes } from './users.ts';

export class World {
  readonly settings: Settings;
  readonly journal = new Journal();
  readonly clusterId = randomUUID();
  readonly bridges: BridgeState[] = [];
  /** Parameters that were sent and that no schema knows. */
  readonly ignoredParameters = new Set<string>();
  readonly callBridges: Table;
  readonly inboundRules: Table;
  readonly callProfiles: Table;
  readonly callLegProfiles: Table;
  readonly bulkParameterSets: Table;
  readonly bulkSyncs: BulkSyncs;
  readonly users: Users;
  readonly spaces: SpaceStore;
  readonly conferences: Conferences;
  readonly activation: Activation;
  readonly dialler: Dialler;
  readonly cdr: CallDetails;
  readonly eventStreams: EventStreams;
  readonly router: Router;
  /** Ids of the profiles that hold where nothing more specific says otherwise. */
  readonly systemProfiles: Fields = new Map();
  readonly profileReferences: { callProfile: Check; callLegProfile: Check };

  readonly ignored = (parameter: string): void => {
    this.ignoredParameters.add(parameter);
  };

  constructor(settings: Settings) {
    this.settings = settings;
    this.callBridges = new Table(callBridgeKind, this.ignored);
    this.inboundRules = new Table(inboundRuleKind, this.ignored);
    for (const domain of settings.inboundDomains) this.inboundRules.insert([['domain', domain]]);
    this.callProfiles = new Table(callProfileKind, this.ignored);
    this.callLegProfiles = new Table(callLegProfileKind, this.ignored);
    this.profileReferences = {
      callProfile: reference(
        (id) => this.callProfiles.rows.has(id),
        () => doesNotExist('callProfile'),
      ),
      callLegProfile: reference(
        (id) => this.callLegProfiles.rows.has(id),
        () => doesNotExist('callLegProfile'),
      ),
    };
    this.bulkParameterSets = new Table(bulkParameterSetKind({ ...this.profileReferences }), this.ignored);
    this.users = new Users(settings.users);
    this.spaces = new SpaceStore(this.profileReferences, this.users, this.ignored);
    const limitOf = (space: Space): number => {
      const profile = this.callProfiles.rows.get(space.fields.get('callProfile') ?? '');
      return Number(profile?.fields.get('participantLimit') ?? Number.POSITIVE_INFINITY);
    };
    this.activation = new Activation(this);
    this.conferences = new Conferences(settings, this.journal, {
      participantLimit: limitOf,
      mustWait: (leg) => mustWait(this, leg),
      settle: (meeting) => this.activation.settle(meeting),
    });
    this.dialler = new Dialler(settings, this.conferences);
    this.cdr = new CallDetails(this);
    this.eventStreams = new EventStreams(this);
    this.bulkSyncs = new BulkSyncs(this);
    this.router = new Router(settings, [
      tableRoutes(this.callBridges),
      tableRoutes(this.inboundRules),
      tableRoutes(this.callProfiles, (row) => this.#isUsed('callProfile', row)),
      tableRoutes(
        this.callLegProfiles,
        (row) => this.#isUsed('callLegProfile', row),
        () => this.activation.settleAll(),
      ),
      tableRoutes(this.bulkParameterSets),
      this.bulkSyncs.routes(),
      userRoutes(this.users),
      spaceRoutes(this),
      callRoutes(this),
      participantRoutes(this),
      systemRoutes(this),
      this.eventStreams.routes(),
    ]);
  }

  #isUsed(field: string, row: Row): boolean {
    for (const space of this.spaces.byId.values()) {
      if (space.fields.get(field) === row.id) return true;
      for (const method of space.accessMethods.values()) if (method.fields.get(field) === row.id) return true;
      for (const member of space.members.values()) if (member.fields.get(field) === row.id) return true;
    }
    return false;
  }
}

function tableRoutes(table: Table, isUsed?: (row: Row) => boolean, changed?: () => void): Routes {
  const path = table.kind.collection.toLowerCase();
  return {
    [path]: {
      GET: ({ query, page }) => found(table.list(page('others'), rowFilter(query, isUsed))),
      POST: ({ form }) => created(table.create(form)),
    },
    [`${path}/*`]: {
      GET: ({ ids }) => found(table.detail(ids[0])),
      PUT: ({ ids, form }) => {
        table.update(ids[0], form);
        changed?.();
        return found();
      },
      DELETE: ({ ids }) => {
        table.remove(ids[0]);
        changed?.();
        return found();
      },
    },
  };
}

function rowFilter(
  query: ApiRequest['query'],
  isUsed: ((row: Row) => boolean) | undefined,
): ((row: Row) => boolean) | undefined {
  const filter = (query.get('filter') ?? '').toLowerCase();
  const usage = isUsed && query.get('usageFilter');
  if (filter === '' && !usage) return undefined;
  return (row) => {
    if (usage && isUsed(row) !== (usage === 'referenced')) return false;
    return filter === '' || (row.fields.get('name') ?? '').toLowerCase().includes(filter);
  };
}
