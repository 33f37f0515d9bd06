/** For the simulator's own tests: a space with guests and hosts, and people who come and go there. */
import type { LegView } from './bridge-views.ts';
import type { CmsClusterOptions } from './options.ts';
import type { Joined } from './people.ts';
import { startTestCluster, type TestCluster } from './test-client.ts';

export type Form = Record<string, string>;

export interface Scene extends TestCluster {
  /** Its guests enter 11 and its hosts 22, under the number 8000. */
  space: string;
  /** POSTs, and answers the new id; throws where the API refuses. */
  create(path: string, form: Form): Promise<string>;
  /** Dials 8000 as a host, who has a name with an H, or as a guest; a digit at its end is the call bridge. */
  come(name: string): string;
  /** The participant of that name who came last. */
  idOf(name: string): string;
  /** The people's names and the rooms' that have media. */
  withMedia(): string;
  /** Who comes (+) or leaves (-), and who then has media: `+G | +H G H | -H` is a guest with a host, and without. */
  play(steps: string): void;
  legs(): LegView[];
  /** What the record has of the leg. */
  story(leg: string): string[];
}

/** A second of a profile is 100 milliseconds there, and dialled rooms answer at once. `guest`: more of the guests' profile. */
export async function openScene(guest: Form = {}, options: Partial<CmsClusterOptions> = {}): Promise<Scene> {
  const cluster = await startTestCluster({ answerDelayOfDial: 0, profileSecond: 100, ...options });
  const { cms } = cluster;
  const present = new Map<string, string>();

  const create = async (path: string, form: Form): Promise<string> => {
    const { status, body, id } = await cluster.call('POST', path, { form });
    if (status !== 200) throw new Error(body);
    return id;
  };
  const guests = await create('callLegProfiles', { needsActivation: 'true', ...guest });
  const hosts = await create('callLegProfiles', { needsActivation: 'false' });
  const number = { uri: '8000', callId: '8000' };
  const space = await create('coSpaces', { ...number, passcode: '11', callLegProfile: guests });
  await create(`coSpaces/${space}/accessMethods`, { ...number, passcode: '22', callLegProfile: hosts });

  const come = (name: string): string => {
    const passcode = name.startsWith('H') ? '22' : '11';
    const bridge = Number(/\d$/.exec(name)?.[0] ?? 0);
    const id = participantOf(cms.join('8000', { name, passcode, bridge }));
    present.set(name, id);
    return id;
  };
  const idOf = (name: string): string => present.get(name) ?? '';
  const legs = () => cms.bridges.flatMap((bridge) => bridge.legs());
  const withMedia = (): string => {
    const all = legs().filter(({ state, isDeactivated }) => state === 'connected' && !isDeactivated);
    return all
      .map(({ name }) => name)
      .sort()
      .join(' ');
  };
  const play = (steps: string): void => {
    for (const step of steps.split(' | ')) {
      const [move = '', ...expected] = step.split(' ');
      if (move.startsWith('+')) come(move.slice(1));
      else cms.leave(idOf(move.slice(1)));
      const now = withMedia();
      if (now !== expected.join(' ')) throw new Error(`after ${step} of ${steps}: ${now || 'nobody'}`);
    }
  };
  const story = (leg: string): string[] =>
    cms.events
      .filter((event) => event.leg === leg)
      .map(({ kind, reason }) => (reason === undefined ? kind : `${kind} ${reason}`));
  return { ...cluster, space, create, come, idOf, withMedia, play, legs, story };
}

export function participantOf(joined: Joined): string {
  if (!joined.joined) throw new Error(joined.reason);
  return joined.participant;
}
