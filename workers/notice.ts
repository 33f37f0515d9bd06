/**
 * Tells one target of tickets what is new. At least once by webhook; safe because each of the news has an id by which the
 * receiver knows a repetition, and how far it was told is written down only while the claim holds. A mail whose sending broke
 * off is not sent again: it may have gone out. Each target has a key of its own, so that none waits for another.
 */
import type { Logger } from 'pino';
import { ticketView } from '../src/cluster/ticket.ts';
import { manyTicketsMail, ticketMail } from '../src/cluster/ticket-mail.ts';
import { type News, type NewsEvent, nextStep, pauseAfter } from '../src/cluster/ticket-news.ts';
import type { GraphClient } from '../src/graph/client.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { sendMail } from '../src/graph/mail.ts';
import type { Metrics } from '../src/http/metrics.ts';
import { postSigned } from '../src/http/webhook.ts';
import type { Ring } from '../src/redis/agenda.ts';
import type { Delivery, NoticeStore } from '../src/redis/notices.ts';
import type { Work } from './processor.ts';
import type { MailPost, Post, WebhookPost } from './targets.ts';
import { reasonOf } from './telling.ts';

export interface NoticeDeps {
  /** By their keys. */
  readonly targets: ReadonlyMap<string, Post>;
  readonly notices: NoticeStore;
  readonly graph: GraphClient;
  readonly metrics: Pick<Metrics, 'notices'>;
  readonly log: Logger;
  /** Epoch ms. */
  now(): number;
}

type Outcome =
  | { readonly kind: 'told' | 'unclear' | 'gone' }
  | { readonly kind: 'postponed'; readonly reason: string; readonly notBefore?: number };

const eventsOf: Record<Post['kind'], readonly NewsEvent[]> = {
  webhook: ['ticket-opened', 'ticket-acknowledged', 'ticket-closed'],
  mail: ['ticket-opened', 'ticket-closed'],
};
/** News in as many mails at once; of more there is one that sums them up. */
const mailsAtOnce = 20;

/** Rings for the targets that have not been told all. What is new for a target that was not known begins now. */
export async function ringTargets(
  { targets, notices }: Pick<NoticeDeps, 'targets' | 'notices'>,
  ring: (rings: readonly Ring[]) => Promise<void>,
  now: number,
): Promise<void> {
  const listeners = [...targets.values()];
  await notices.begin(listeners);
  await ring((await notices.behind(listeners)).map((key) => ({ key, at: now })));
}

export async function bringNotice(deps: NoticeDeps, work: Work): Promise<number | undefined> {
  const { notices, log } = deps;
  const target = deps.targets.get(work.key);
  let delivery = await notices.delivery(work.key);
  if (target === undefined || delivery === undefined || delivery.gone === target.mark) return undefined;
  const put = async (next: Delivery) => {
    delivery = next;
    return await notices.put(work.lease, next);
  };
  if (delivery.sending !== undefined) {
    count(deps, target, 'unclear');
    log.warn({ target: target.name }, 'it is not known whether a mail about tickets was sent');
    if (!(await put({ cursor: delivery.sending }))) return undefined;
  }
  if (delivery.retryAt !== undefined && delivery.retryAt > deps.now()) return delivery.retryAt;
  const readAt = deps.now();
  let news = await notices.after(delivery.cursor);
  const wish = { severities: target.severities, events: eventsOf[target.kind] };
  while (!work.stopping && work.held) {
    const step = nextStep(news, wish, readAt);
    if (step.kind === 'nothing') return undefined;
    if (step.kind === 'wait') return step.until;
    const { failures = 0 } = delivery;
    const shown = step.kind === 'tell' ? together(target, step.news) : [];
    const upTo: string = step.kind === 'pass' ? step.upTo : idOf(step.kind === 'tell' ? shown : [step.news]);
    const done: Delivery = { cursor: upTo };
    if (step.kind === 'give-up') {
      const { event, ticket } = step.news;
      count(deps, target, 'given-up');
      log.error({ target: target.name, event, ticket: ticket.id }, 'news of a ticket were given up');
      if (!(await put(failures === 0 ? done : { ...done, failures }))) return undefined;
    } else if (step.kind === 'pass') {
      if (!(await put(failures === 0 ? done : { ...done, failures }))) return undefined;
    } else {
      if (target.kind === 'mail' && !(await put({ ...delivery, sending: upTo }))) return undefined;
      const outcome =
        target.kind === 'mail' ? await mail(deps, target, shown) : await post(deps, target, shown);
      count(deps, target, outcome.kind);
      const { cursor } = delivery;
      if (outcome.kind === 'gone') {
        log.warn({ target: target.name }, 'a target wants no more news of tickets (410)');
        await put({ cursor, gone: target.mark });
        return undefined;
      }
      if (outcome.kind === 'postponed') {
        const { reason, notBefore = 0 } = outcome;
        const retryAt = deps.now() + Math.max(notBefore, pauseAfter(failures + 1, Math.random()));
        log.warn({ target: target.name, reason, failures: failures + 1 }, 'news of a ticket are told later');
        await put({ cursor, failures: failures + 1, retryAt });
        return retryAt;
      }
      if (outcome.kind === 'unclear')
        log.warn({ target: target.name }, 'it is not known whether a mail about tickets was sent');
      if (!(await put(done))) return undefined;
    }
    news = news.slice(news.findIndex(({ id }) => id === upTo) + 1);
  }
  return deps.now();
}

/** What is told in one message. */
function together(target: Post, news: readonly News[]): readonly News[] {
  return target.kind === 'mail' && news.length > mailsAtOnce ? news : news.slice(0, 1);
}

function idOf(news: readonly News[]): string {
  return news.at(-1)?.id ?? '';
}

function count({ metrics }: NoticeDeps, { kind }: Post, outcome: Outcome['kind'] | 'given-up'): void {
  metrics.notices.inc({ way: kind, outcome });
}

async function post(deps: NoticeDeps, target: WebhookPost, [news]: readonly News[]): Promise<Outcome> {
  if (news === undefined) return { kind: 'told' };
  const { id, at, event, ticket } = news;
  const content = { id, at: new Date(at).toISOString(), event, ticket: ticketView(ticket) };
  const posted = await postSigned(target, content, deps.now());
  if (posted.kind === 'failed') return { kind: 'postponed', reason: posted.reason };
  return { kind: posted.kind === 'taken' ? 'told' : 'gone' };
}

async function mail(deps: NoticeDeps, { to, from }: MailPost, news: readonly News[]): Promise<Outcome> {
  const [first] = news;
  if (first === undefined) return { kind: 'told' };
  const { subject, html } = news.length > 1 ? manyTicketsMail(news) : ticketMail(first);
  try {
    const recipients = to.map((address) => ({ name: '', address }));
    await sendMail(deps.graph, from, { to: recipients, subject, html, marks: {} });
    return { kind: 'told' };
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    if (error.sent) return { kind: 'unclear' };
    const { retryAfter } = error;
    return {
      kind: 'postponed',
      reason: reasonOf(error),
      ...(retryAfter === undefined ? {} : { notBefore: retryAfter }),
    };
  }
}
