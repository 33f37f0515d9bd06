/** The spaces of the cluster's database, each URI and call ID held by one space only, secrets made where a call ID is. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { Claims } from './claims.ts';
import { doesNotExist, refused } from './failure.ts';
import {
  applyChanges,
  type Changes,
  digits,
  type Fields,
  type Form,
  flag,
  readChanges,
  reference,
  renderFields,
  type Schema,
  text,
  userPart,
} from './fields.ts';
import { spaceFields } from './schemas.ts';
import type { Row } from './table.ts';
import type { Users } from './users.ts';
import { element, list, object, type Page } from './xml.ts';

export interface Space {
  readonly id: string;
  fields: Fields;
  readonly accessMethods: Map<string, Row>;
  readonly members: Map<string, Row>;
}

const LISTED = ['uri', 'secondaryUri', 'callId'];
const DETAIL = [
  'callLegProfile',
  'callProfile',
  'passcode',
  'defaultLayout',
  'ownerId',
  'ownerJid',
  'secret',
  'cdrTag',
  'streamUrl',
  'meetingScheduler',
  'panePlacementHighestImportance',
  'panePlacementSelfPaneMode',
];

export class SpaceStore {
  readonly byId = new Map<string, Space>();
  readonly uris = new Claims();
  readonly callIds = new Claims();
  readonly #schema: Schema;
  readonly #users: Users;
  readonly #ignored: (parameter: string) => void;

  /** `references` checks the ids of profiles. */
  constructor(references: Schema, users: Users, ignored: (parameter: string) => void) {
    this.#schema = {
      name: text,
      uri: userPart,
      secondaryUri: userPart,
      callId: digits,
      requireCallId: flag,
      passcode: text,
      secret: text,
      regenerateSecret: flag,
      nonMemberAccess: flag,
      ...spaceFields,
      ...references,
      ownerJid: reference(
        (jid) => users.find(jid) !== undefined,
        () => doesNotExist('user'),
      ),
    };
    this.#users = users;
    this.#ignored = ignored;
  }

  create(form: Form): Space {
    const changes = readChanges(form, this.#schema, this.#ignored);
    changes.delete('regenerateSecret');
    return this.insert(changes);
  }

  insert(changes: Changes): Space {
    const space: Space = {
      id: randomUUID(),
      fields: new Map(),
      accessMethods: new Map(),
      members: new Map(),
    };
    this.#change(space, changes);
    this.byId.set(space.id, space);
    return space;
  }

  get(id: string): Space {
    const space = this.byId.get(id.toLowerCase());
    if (space === undefined) throw doesNotExist('coSpace');
    return space;
  }

  update(id: string, form: Form): void {
    this.#change(this.get(id), readChanges(form, this.#schema, this.#ignored));
  }

  remove(space: Space): void {
    for (const { fields } of [space, ...space.accessMethods.values()]) this.release(fields);
    this.byId.delete(space.id);
  }

  /** The space's own entrance and its access methods, as far as they have that number: of a URI, or as a call ID. */
  entrances(space: Space, number: string): (Space | Row)[] {
    return [space, ...space.accessMethods.values()].filter(
      ({ fields }) => addresses(fields).includes(number.toLowerCase()) || fields.get('callId') === number,
    );
  }

  /** The space that a number, a URI's user part or a call ID leads to. */
  find(number: string): Space | undefined {
    return this.uris.owner(number.toLowerCase()) ?? this.callIds.owner(number);
  }

  detail(space: Space): string {
    const { fields, accessMethods } = space;
    const children =
      summary(fields) +
      renderFields(fields, DETAIL) +
      element('nonMemberAccess', fields.get('nonMemberAccess') ?? 'true') +
      element('numAccessMethods', accessMethods.size === 0 ? undefined : accessMethods.size);
    return object('coSpace', space.id, children);
  }

  list(page: Page, filter: string, callLegProfile: string): string {
    const render = (space: Space): string => object('coSpace', space.id, summary(space.fields));
    if (filter === '' && callLegProfile === '') {
      return list('coSpaces', this.byId.values(), page, render, this.byId.size);
    }
    return list('coSpaces', this.#matching(filter.toLowerCase(), callLegProfile), page, render);
  }

  /** Refuses values held by other spaces, and a URI or call ID that leads to two places with the same passcode. */
  claim(space: Space, before: Fields, after: Fields): void {
    for (const name of ['uri', 'secondaryUri']) {
      if (this.uris.takenFrom(space, after.get(name))) throw refused('duplicateCoSpaceUri');
    }
    if (this.callIds.takenFrom(space, after.get('callId'))) throw refused('duplicateCoSpaceId');
    checkPasscodes(space, before, after);
    this.release(before);
    this.uris.take(space, after.get('uri'));
    this.uris.take(space, after.get('secondaryUri'));
    this.callIds.take(space, after.get('callId'));
  }

  #change(space: Space, changes: Changes): void {
    const before = space.fields;
    const after = new Map(before);
    applyChanges(after, changes);
    if (after.get('requireCallId') === 'true' && !after.has('callId'))
      after.set('callId', this.#freeCallId());
    const regenerate = after.get('regenerateSecret') === 'true';
    after.delete('requireCallId');
    after.delete('regenerateSecret');
    settleSecret(after, regenerate);
    const ownerJid = after.get('ownerJid');
    applyChanges(after, new Map([['ownerId', ownerJid && this.#users.find(ownerJid)?.id]]));
    if (LISTED.some((name) => before.get(name) !== after.get(name)) || space.accessMethods.size > 0) {
      this.claim(space, before, after);
    }
    space.fields = after;
  }

  /** Gives up the URIs and the call ID that the fields hold. */
  release(fields: Fields): void {
    this.uris.release(fields.get('uri'));
    this.uris.release(fields.get('secondaryUri'));
    this.callIds.release(fields.get('callId'));
  }

  #freeCallId(): string {
    for (;;) {
      const callId = String(randomInt(1_000_000_000)).padStart(9, '0');
      if (this.callIds.owner(callId) === undefined) return callId;
    }
  }

  *#matching(filter: string, callLegProfile: string): Generator<Space> {
    for (const space of this.byId.values()) {
      const { fields } = space;
      if (callLegProfile !== '' && fields.get('callLegProfile') !== callLegProfile) continue;
      const found =
        fields.get('uri')?.includes(filter) ||
        fields.get('secondaryUri')?.includes(filter) ||
        fields.get('callId')?.includes(filter) ||
        fields.get('name')?.toLowerCase().includes(filter);
      if (filter === '' || found) yield space;
    }
  }
}

/** A secret exists exactly where a call ID does. */
export function settleSecret(fields: Fields, regenerate: boolean): void {
  if (!fields.has('callId')) fields.delete('secret');
  else if (regenerate || !fields.has('secret')) fields.set('secret', randomBytes(16).toString('base64url'));
}

function summary(fields: Fields): string {
  return element('name', fields.get('name')) + element('autoGenerated', false) + renderFields(fields, LISTED);
}

function checkPasscodes(space: Space, before: Fields, after: Fields): void {
  const others = [space, ...space.accessMethods.values()].filter(({ fields }) => fields !== before);
  if (others.length === 0) return;
  const passcode = after.get('passcode') ?? '';
  const alike = others.filter(({ fields }) => (fields.get('passcode') ?? '') === passcode);
  if (alike.some(({ fields }) => addresses(fields).some((uri) => addresses(after).includes(uri)))) {
    throw refused('duplicateCoSpaceUriPasscode');
  }
  const callId = after.get('callId');
  if (callId !== undefined && alike.some(({ fields }) => fields.get('callId') === callId)) {
    throw refused('duplicateCoSpaceIdPasscode');
  }
}

/** What the fields can be dialled by, beside the call ID. */
function addresses(fields: Fields): string[] {
  return ['uri', 'secondaryUri'].flatMap((name) => fields.get(name) ?? []);
}
