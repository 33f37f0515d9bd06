/** Those who are told of tickets, each with a key that stays while it is the same target, and a way to it of its own. */
import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { Config } from '../src/config.ts';
import type { MailTarget, TicketTarget, WebhookTarget } from '../src/config-tickets.ts';
import { createDispatcher } from '../src/outbound.ts';
import type { Listener } from '../src/redis/notices.ts';

interface Named extends Listener {
  /** For logs: an address may have a secret in its path. */
  readonly name: string;
}
export interface WebhookPost extends WebhookTarget, Named {
  readonly dispatcher: Dispatcher;
}
export interface MailPost extends MailTarget, Named {}
export type Post = WebhookPost | MailPost;

const connectTimeout = 5_000;

/** By their keys. What it opens the closers close. */
export function connectTargets(
  { tickets, proxy }: Pick<Config, 'tickets' | 'proxy'>,
  closers: (() => Promise<unknown>)[],
): ReadonlyMap<string, Post> {
  const posts = (tickets?.tell ?? []).map((target): Post => {
    const named = namedBy(target);
    if (target.kind === 'mail') return { ...target, ...named };
    const trust = target.ca === undefined ? {} : { ca: target.ca };
    const dispatcher = createDispatcher({ ...{ proxy, ...trust, connections: 1, connectTimeout } });
    closers.push(() => dispatcher.destroy());
    return { ...target, ...named, dispatcher };
  });
  return new Map(posts.map((post) => [post.key, post]));
}

function namedBy(target: TicketTarget): Named {
  const [name, whole] =
    target.kind === 'webhook'
      ? [`webhook ${new URL(target.url).origin}`, target.url]
      : [`mail to ${target.to.join(', ')}`, [target.from, ...target.to].join(' ')];
  return {
    name,
    key: `${name} ${digest(whole).slice(0, 8)}`,
    mark: digest(JSON.stringify(target)).slice(0, 20),
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
