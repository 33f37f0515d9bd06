/**
 * Local administrators: `POST /sign-in/local`, and the page behind a set-up link. Whether a name is known shows in nothing:
 * not in the words, not in the work, and not in how soon somebody may try again.
 */
import { z } from 'zod';
import { fromRedis, type Route, readBody } from '../admin/route.ts';
import { Problem } from '../problem.ts';
import { localPath, parameterOf } from './destination.ts';
import { refusalBody, sendPage, setUpBody, signInBody } from './pages.ts';
import { isPassword, mistakeIn, recordOf } from './passwords.ts';
import type { SignInScene } from './ports.ts';
import { hashOf } from './secrets.ts';
import { tooMany } from './with-provider.ts';

/** Attempts before one has to wait: for one name, and from one address. */
const freeAttempts = { name: 5, address: 30 };

/** No @ in it: nobody is taken for one whom the provider knows. */
export const localName = /^[a-z][a-z0-9._-]{0,39}$/;
export const subjectOf = (name: string) => `local ${name}`;

const credentials = z.strictObject({
  name: z.string().max(200),
  password: z.string().max(1_000),
  to: z.string().optional(),
});
const newPassword = z.strictObject({
  link: z.string().max(200),
  username: z.string().optional(),
  password: z.string().max(1_000),
  again: z.string().max(1_000),
});

export function localRoutes(scene: SignInScene): Route[] {
  return scene.config.local ? [localRoute(scene), setUpPageRoute(scene), setUpRoute(scene)] : [];
}

function localRoute(scene: SignInScene): Route {
  const { accounts, attempts, log, now, provider } = scene;
  return {
    url: '/sign-in/local',
    method: 'POST',
    takes: 'form',
    needs: 'anyone',
    answer: async (request, reply) => {
      const body = readBody(request, credentials);
      const name = body.name.trim().toLowerCase();
      const [ofName, ofAddress] = [`name ${hashOf(name)}`, `address ${hashOf(request.ip)}`];
      const free = { [ofName]: freeAttempts.name, [ofAddress]: freeAttempts.address };
      const wait = await fromRedis(log, () => attempts.take(free, now()));
      if (wait > 0) return tooMany(reply, wait);
      const record = await fromRedis(log, () => accounts.password(name));
      const to = localPath(body.to);
      if (!(await isPassword(body.password, record, scene.work))) {
        log.warn({ from: request.ip }, 'a local sign-in failed');
        const wrong = 'The name or the password is not right.';
        const page = { ...{ to, wrong }, provider: provider?.name, local: true };
        return sendPage(reply, 'Sign in', signInBody(page), 403);
      }
      await fromRedis(log, () => attempts.succeed(ofName, ofAddress));
      const person = { subject: subjectOf(name), name, role: 'administrator' as const };
      await scene.welcome(request, reply, { ...person, how: 'local' });
      return reply.redirect(to, 303);
    },
  };
}

const dead = 'This link has been used, or is over an hour old, or another one was made after it.';

function setUpPageRoute({ accounts, log, now }: SignInScene): Route {
  return {
    url: '/sign-in/set-up',
    needs: 'anyone',
    answer: async (request, reply) => {
      const link = parameterOf(request.raw.url, 'link') ?? '';
      const { name, hash } = readLink(link);
      const isGood = await fromRedis(log, () => accounts.isInvited(name, hash, now()));
      if (!isGood) return sendPage(reply, 'Not a link any more', refusalBody(dead), 403);
      return sendPage(reply, 'Set a password', setUpBody(link, name));
    },
  };
}

function setUpRoute(scene: SignInScene): Route {
  const { accounts, attempts, sessions, log, now } = scene;
  return {
    url: '/sign-in/set-up',
    method: 'POST',
    takes: 'form',
    needs: 'anyone',
    answer: async (request, reply) => {
      const { link, password, again } = readBody(request, newPassword);
      const { name, hash } = readLink(link);
      // Before any work: only who has the link may have us hash.
      if (!(await fromRedis(log, () => accounts.isInvited(name, hash, now()))))
        return sendPage(reply, 'Not a link any more', refusalBody(dead), 403);
      const mistake = await mistakeIn(password, again, name);
      if (mistake !== undefined)
        return sendPage(reply, 'Set a password', setUpBody(link, name, mistake), 400);
      const record = await recordOf(password, scene.work);
      if (!(await fromRedis(log, () => accounts.setPassword(name, hash, record, now()))))
        return sendPage(reply, 'Not a link any more', refusalBody(dead), 403);
      await fromRedis(log, async () => {
        await sessions.endAllOf(subjectOf(name));
        await attempts.succeed(`name ${hashOf(name)}`);
      });
      log.info({ name, from: request.ip }, 'a local administrator has set a password');
      await scene.note(request, name, { from: request.ip });
      return reply.redirect('/sign-in?said=password-set', 303);
    },
  };
}

/** `name.secret`; a name may have dots, the secret has none. @throws Problem 400 */
function readLink(link: string): { readonly name: string; readonly hash: string } {
  const [, name = '', secret = ''] = /^(.+)\.([\w-]{43})$/.exec(link) ?? [];
  if (!localName.test(name)) throw new Problem(400, 'That is not a set-up link.');
  return { name, hash: hashOf(secret) };
}
