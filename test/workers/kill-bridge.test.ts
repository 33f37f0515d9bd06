/** A cluster's worker that is killed in the middle of each step that makes something: nothing is made twice. */
import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { base } from '../world/world.ts';
import { cases, moments, Scene, soon } from './scene.ts';

const quantity = 20;
const numbers = Array.from({ length: quantity }, (_, i) => String(base + i));
const posting = (what: string) => ({ method: 'POST', path: new RegExp(`/${what}$`, 'i') });

it.concurrent.for(cases)(
  'profiles and slots are made once though the process dies at every step ($moment, $successor)',
  { timeout: 150_000 },
  async ({ successor, moment }, { expect }) => {
    const scene = await Scene.create(successor, { quantity });
    try {
      const { cms } = scene.world;
      // Nothing is written down after the others: the kill after the answer to the next one is theirs, too.
      const steps =
        moment === 'unrecorded'
          ? ['callLegProfiles', 'cospaceBulkSyncs']
          : ['callProfiles', 'callLegProfiles', 'cospaceBulkParameterSets', 'cospaceBulkSyncs'];
      for (const step of steps) {
        const killed = scene.killAtCms(posting(step), moment);
        await (step === steps[0] ? scene.start() : scene.recover());
        await killed;
      }
      await scene.recover();
      const stands = () => cms.spaces().map(({ uri }) => uri);
      await cms.waitFor(() => stands().length === quantity, soon);
      const mapped = () => scene.redis.redis.hlen('roombridge:cluster:emea:spaces');
      await expect.poll(mapped, { timeout: soon }).toBe(quantity);

      const lost = String(base + 7);
      await scene.killOne((count) => count - 1);
      cms.removeSpace(cms.space(lost)?.id ?? '');
      const killed = scene.killAtCms(posting('coSpaces'), moment);
      await scene.recover();
      await killed;
      await scene.recover();
      await cms.waitFor(() => stands().includes(lost), soon);
      await expect
        .poll(() => scene.redis.redis.hget('roombridge:cluster:emea:spaces', lost), { timeout: soon })
        .toBe(cms.space(lost)?.id);

      expect.soft(stands().sort()).toEqual(numbers);
      expect.soft(cms.profiles()).toEqual({ callProfiles: 1, callLegProfiles: 1 });
    } finally {
      await scene.destroy();
    }
  },
);

it.concurrent.for(moments)(
  'a range that begins elsewhere is made and the former one taken away though the process dies at each step (%s)',
  { timeout: 150_000 },
  async (moment, { expect }) => {
    const scene = await Scene.create('the same process, restarted', { quantity: 3 });
    try {
      const { cms } = scene.world;
      const mapped = () => scene.redis.redis.hkeys('roombridge:cluster:emea:spaces');
      const stands = () => cms.spaces().map(({ uri }) => uri);
      await scene.start();
      await expect.poll(mapped, { timeout: soon }).toHaveLength(3);
      await scene.killOne();
      const { clusters } = JSON.parse(readFileSync(scene.world.configFile('as-it-was.yaml'), 'utf8'));
      const moved = Array.from({ length: quantity }, (_, i) => String(base + 700 + i));
      scene.change({ clusters: [{ ...clusters[0], numbers: { base: base + 700, quantity } }] });
      const steps = [posting('cospaceBulkSyncs'), { method: 'DELETE', path: /coSpaces\//i }];
      for (const step of steps) {
        const killed = scene.killAtCms(step, moment);
        await scene.recover();
        await killed;
      }
      await scene.recover();
      await cms.waitFor(() => stands().length === quantity, soon);
      await expect.poll(async () => (await mapped()).sort(), { timeout: soon }).toEqual(moved);
      expect.soft(stands().sort()).toEqual(moved);
    } finally {
      await scene.destroy();
    }
  },
);
