/** Another server has the place of Redis, and lacks the last moments: what they began is found on the bridge, not begun again. */
import { afterEach, expect, it } from 'vitest';
import { callsOf, dialsTo } from '../world/cms-side.ts';
import { number, OneConference, sips } from './one-conference.ts';

let one: OneConference;
afterEach(() => one.close());

it('a conference whose opening was forgotten is taken as it runs, and its rooms are not called again', async () => {
  one = await OneConference.begin();
  const [sip] = sips;
  const before = await one.bringUntil(({ rooms }) =>
    Object.values(rooms).every(({ state }) => state === 'dialled'),
  );
  await one.forgotten();
  const after = await one.bringUntil(({ rooms }) =>
    Object.values(rooms).every(({ state }) => state === 'dialled'),
  );
  expect(after.call).toBe(before.call);
  expect(callsOf(one.cms, number)).toHaveLength(1);
  expect(dialsTo(one.cms, sip)).toBe(1);
});
