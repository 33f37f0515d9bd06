/** What a call bridge carries and how much it may carry. */
import type { CmsClient, RequestOptions } from './client.ts';
import { isUnknownResource } from './fault.ts';

/** Load in the bridge's own units; undefined where its release does not say. */
export async function readLoad(client: CmsClient, options?: RequestOptions): Promise<number | undefined> {
  return (await unlessUnknown(client.get('system/load', {}, options)))?.number('mediaProcessingLoad');
}

export interface Limits {
  /** In the units of `readLoad`. */
  readonly load: number | undefined;
  /** Hundredths of a percent of it, from which on no new conference is taken. */
  readonly newConference: number | undefined;
  readonly participants: number | undefined;
}

/** 0 means no limit, as does undefined. */
export async function readLimits(client: CmsClient, options?: RequestOptions): Promise<Limits> {
  const cluster = await unlessUnknown(client.get('system/configuration/cluster', {}, options));
  return {
    load: cluster?.number('loadLimit'),
    newConference: cluster?.number('newConferenceLoadLimitBasisPoints'),
    participants: cluster?.number('participantLimit'),
  };
}

async function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isUnknownResource(error)) return undefined;
    throw error;
  }
}
