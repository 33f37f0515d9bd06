/** The rows of the matrix: every request that a conference's life is made of, and what the timeline says of its failure. */
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import { calling, dialling, locking, opening, type Step } from '../world/cms-side.ts';

/** When the trap is set: the PUT that opens and the one that extends are the same. */
export type Phase = 'before the start' | 'while it runs';

export interface Row {
  readonly name: string;
  /** In the name of a test: from … on */
  readonly sentence: string;
  readonly phase: Phase;
  step(cms: CmsCluster, number: string, sip: string): Step;
  /** What the next call bridge is asked first where that is something else. */
  readonly before?: (cms: CmsCluster, number: string) => Step;
  /** As the timeline names the step, where it is one that is handed on to the next call bridge. */
  readonly handedOn?: string;
}

export const rows: readonly Row[] = [
  {
    name: 'status',
    sentence: 'a look at its status',
    phase: 'before the start',
    step: () => ({ method: 'GET', path: /\/system\/status$/i }),
  },
  {
    name: 'PUT open',
    sentence: 'the PUT that opens',
    phase: 'before the start',
    step: opening,
    handedOn: 'open',
  },
  {
    name: 'POST call',
    sentence: 'the POST of the call',
    phase: 'before the start',
    step: calling,
    handedOn: 'open',
  },
  {
    name: 'POST leg',
    sentence: 'the POST that dials the room',
    phase: 'before the start',
    step: (_cms, _number, sip) => dialling(sip),
    before: calling,
    handedOn: 'dial',
  },
  {
    name: 'participants',
    sentence: 'the question who is in',
    phase: 'while it runs',
    step: () => ({ method: 'GET', path: /\/participants$/i }),
  },
  {
    name: 'PUT extend',
    sentence: 'the PUT that extends',
    phase: 'while it runs',
    step: opening,
    handedOn: 'extend',
  },
  {
    name: 'PUT lock',
    sentence: 'the PUT that locks',
    phase: 'while it runs',
    step: locking,
    handedOn: 'close',
  },
  {
    name: 'DELETE call',
    sentence: 'the DELETE of the call',
    phase: 'while it runs',
    step: () => ({ method: 'DELETE', path: /\/calls\/[^/]+$/i }),
  },
];
