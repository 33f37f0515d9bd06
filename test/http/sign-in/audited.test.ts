/** The audit log has who came, went and let others in, and nothing by which to be them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { machineSecret, openScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  scene.entra.knobs.person = { roles: ['Roombridge.Admin'] };
});
afterAll(() => scene[Symbol.asyncDispose]());

it('from the first link to the last sign-out', async () => {
  const machine = { authorization: `Bearer ${machineSecret}` };
  const password = 'correct horse battery';
  const made = await scene.browser().send('/api/administrators', { name: 'admin' }, machine);
  const link = new URL((JSON.parse(made.body) as { link: string }).link).searchParams.get('link') ?? '';
  const local = scene.browser();
  await local.submit('/sign-in/set-up', { link, password: 'short', again: 'short' });
  await local.submit('/sign-in/set-up', { link, password, again: password });
  await local.submit('/sign-in/local', { name: 'admin', password: 'my other password' });
  await local.submit('/sign-in/local', { name: 'admin', password });
  const ann = scene.browser();
  await ann.signIn();
  const ends = new Date(scene.now + 60_000).toISOString();
  const token = await ann.send('/api/tokens', { name: 'report', role: 'viewer', ends });
  const { id, token: secret } = JSON.parse(token.body) as { id: string; token: string };
  const script = { authorization: `Bearer ${secret}` };
  await scene.browser().send('/api/tokens', { name: 'more', role: 'viewer', ends }, script);
  await ann.send(`/api/tokens/${id}`, undefined, {}, 'DELETE');
  await ann.send('/api/sessions/end', { name: 'admin' });
  await ann.send('/sign-out', {});
  const from = '127.0.0.1';
  expect(scene.audited.map(({ by, what, about, said, outcome }) => [by, what, about, said, outcome])).toEqual(
    [
      ['somebody on this machine', 'POST /api/administrators', {}, { name: 'admin' }, 'done'],
      ['admin', 'POST /sign-in/set-up', {}, { from }, 'done'],
      ['admin', 'POST /sign-in/local', {}, { role: 'administrator', how: 'local', from }, 'done'],
      [
        'ann@example.com',
        'GET /sign-in/callback',
        {},
        { role: 'administrator', how: 'provider', from },
        'done',
      ],
      ['ann@example.com', 'POST /api/tokens', {}, { name: 'report', role: 'viewer', ends }, 'done'],
      // Refused before it was read.
      ['report (token)', 'POST /api/tokens', {}, {}, '403'],
      ['ann@example.com', 'DELETE /api/tokens/:id', { id }, {}, 'done'],
      ['ann@example.com', 'POST /api/sessions/end', {}, { name: 'admin' }, 'done'],
      ['ann@example.com', 'POST /sign-out', {}, { everywhere: false, from }, 'done'],
    ],
  );
  const all = JSON.stringify([scene.audited, scene.said]);
  for (const word of [password, 'my other password', 'short', link.split('.')[1] ?? '?', secret.slice(3)])
    expect(all).not.toContain(word);
});
