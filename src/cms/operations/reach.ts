/**
 * Changes many participants: in bulk where the call bridge knows that, else leg by leg, and says who was not reached. A
 * change may be repeated whole. Nobody is changed who was not meant.
 */
import type { CmsClient, RequestOptions } from '../client.ts';
import { CmsFault, ignoreAbsence, isUnknownResource } from '../fault.ts';
import type { Form } from '../form.ts';
import { collect, walk } from '../paging.ts';
import { listParticipants } from '../participants.ts';
import { refusalOf } from './refusal.ts';
import { olderThan, type Release } from './release.ts';

/** Ids of participants. */
export type Who = 'all' | readonly string[];

/** A participant to whom it was not done. */
export interface Unreached {
  readonly id: string;
  /** `remote`: connected to another call bridge; `gone`: has left. */
  readonly because: 'remote' | 'gone';
  /** The id of the call bridge that has them, where this one says so. */
  readonly callBridge: string | undefined;
}

/** The same wish in the words of the two places where it can be put. */
export interface Change {
  readonly bulk: Form;
  readonly leg: Form;
}

/** Ids that one request takes at most (API description, `filterIds`). */
const mostIds = 20;
/**
 * In which selected participants came. Everybody could be changed before, as it seems: such a release might not see that
 * only some are meant.
 */
const selecting: Release = [2, 4];

/** @throws CmsFault */
export async function change(
  client: CmsClient,
  call: string,
  who: Who,
  { bulk, leg }: Change,
  options: RequestOptions = {},
): Promise<Unreached[]> {
  const request = { about: call, ...options };
  if (who === 'all') {
    const [isDone, people] = await Promise.all([
      inBulk(client, call, bulk, request),
      listParticipants(client, call, options),
    ]);
    const others = people.filter(({ callBridge }) => callBridge !== undefined).map(remote);
    if (isDone) return others;
    const own = people.flatMap(({ id, callBridge }) => (callBridge === undefined ? id : []));
    return [...others, ...(await legByLeg(client, own, leg, request))];
  }
  const [release, found] = await Promise.all([
    who.length === 0 ? undefined : olderThan(client, selecting, options),
    Promise.all([...new Set(who)].map((id) => locate(client, id, options))),
  ]);
  const own = found.flatMap((one) => (typeof one === 'string' ? one : []));
  const starts = Array.from({ length: Math.ceil(own.length / mostIds) }, (_, index) => index * mostIds);
  // All at once: they stand in line together, so that what is wanted next does not come between them.
  const outcomes = await whole(
    starts.map(async (start) => {
      const ids = own.slice(start, start + mostIds);
      const selected: Form = [...bulk, ['filterIds', ids.join(',')], ['mode', 'selected']];
      if (release === undefined && (await inBulk(client, call, selected, request))) return [];
      return await legByLeg(client, ids, leg, request);
    }),
  );
  return [...found.flatMap((one) => (typeof one === 'string' ? [] : one)), ...outcomes.flat()];
}

/** False where it must be done leg by leg: the release does not know this, or one of them has gone to another call bridge. */
async function inBulk(
  client: CmsClient,
  call: string,
  form: Form,
  request: RequestOptions,
): Promise<boolean> {
  try {
    await client.put(`calls/${call}/participants/*`, form, request);
    return true;
  } catch (error) {
    if (!(error instanceof CmsFault)) throw error;
    const refusal = refusalOf(error);
    if (refusal !== 'unsupported' && refusal !== 'remote' && !isUnknownResource(error)) throw error;
    return false;
  }
}

/** The id of one who is connected to this call bridge. */
async function locate(client: CmsClient, id: string, options?: RequestOptions): Promise<string | Unreached> {
  const path = `participants/${id}`;
  const participant = await client.get(path, {}, { ...options, root: 'participant' }).catch(ignoreAbsence);
  if (participant === undefined) return gone(id);
  const callBridge = participant.text('callBridge');
  return callBridge === undefined ? id : remote({ id, callBridge });
}

async function legByLeg(
  client: CmsClient,
  ids: readonly string[],
  form: Form,
  request: RequestOptions,
): Promise<Unreached[]> {
  const outcomes = await whole(ids.map((id) => changeLegs(client, id, form, request)));
  return outcomes.filter((outcome) => outcome !== undefined);
}

async function changeLegs(
  client: CmsClient,
  id: string,
  form: Form,
  request: RequestOptions,
): Promise<Unreached | undefined> {
  const collection = { path: `participants/${id}/callLegs`, list: 'callLegs', item: 'callLeg' };
  try {
    const legs = await collect(walk(client, collection, request), (leg) => leg).catch((error: unknown) => {
      if (!isUnknownResource(error)) throw error;
      return [id];
    });
    const reached = await whole(
      legs.map((leg) => client.put(`callLegs/${leg}`, form, request).then(() => true, ignoreAbsence)),
    );
    return reached.includes(true) ? undefined : gone(id);
  } catch (error) {
    const refusal = error instanceof CmsFault ? refusalOf(error) : undefined;
    if (refusal === 'gone') return gone(id);
    if (refusal === 'remote') return remote({ id, callBridge: undefined });
    throw error;
  }
}

/** All values, once each is there; throws the first failure, but leaves none of them under way. */
async function whole<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(promises);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

function gone(id: string): Unreached {
  return { id, because: 'gone', callBridge: undefined };
}

function remote({ id, callBridge }: Pick<Unreached, 'id' | 'callBridge'>): Unreached {
  return { id, because: 'remote', callBridge };
}
