/** Rooms, calls and dials by name, and chance that can be repeated: what the stories of loss are told with. */
import type { CmsCluster } from '../simulators/cms/cluster.ts';
import type { MeetingJson } from './world.ts';

export const roomsNamed = (...names: string[]) =>
  names.map((name) => ({ mailbox: `${name}@example.com`, sip: `${name}@video.example.com` }));

export const callsOf = (cms: CmsCluster, number: string) =>
  cms.events.filter(({ kind, coSpace }) => kind === 'callStarted' && coSpace === cms.space(number)?.id);
export const dialsOf = (cms: CmsCluster, name: string) =>
  cms.events.filter(
    ({ kind, remoteParty }) => kind === 'legDialled' && remoteParty === `${name}@video.example.com`,
  );
export const words = ({ timeline = [] }: MeetingJson) => timeline.map(({ what }) => what);

/** The same numbers each time. */
export function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}
