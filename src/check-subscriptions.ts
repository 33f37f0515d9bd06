/** Which rooms have a living subscription that calls us, from one list of all that this application has. */
import { type Finding, warning } from './check-report.ts';
import type { Config } from './config.ts';
import type { GraphClient } from './graph/client.ts';
import { listSubscriptions } from './graph/subscriptions.ts';

export interface SubscriptionsSeen {
  /** Mailbox -> until when (epoch ms), of those that call our address. */
  readonly ours: ReadonlyMap<string, number>;
  /** Living ones that call our address, for whatever mailbox. */
  readonly callers: number;
  readonly findings: Finding[];
}

/** @throws GraphFault */
export async function checkSubscriptions(config: Config, client: GraphClient): Promise<SubscriptionsSeen> {
  const now = Date.now();
  const living = (await listSubscriptions(client)).filter(({ expires }) => expires > now);
  const address = `${config.graph.notificationUrl}/graph/notifications`;
  const calling = living.filter(({ notificationUrl }) => notificationUrl === address);
  const ours = new Map<string, number>();
  for (const { mailbox, expires } of calling) {
    if (mailbox !== undefined) ours.set(mailbox, Math.max(expires, ours.get(mailbox) ?? 0));
  }
  const rooms = new Set(config.rooms.map(({ mailbox }) => mailbox));
  const elsewhere = living.filter(
    ({ notificationUrl, mailbox = '' }) => notificationUrl !== address && rooms.has(mailbox),
  );
  return { ours, callers: calling.length, findings: elsewhere.length === 0 ? [] : [strangers(elsewhere)] };
}

function strangers(elsewhere: readonly { readonly notificationUrl: string }[]): Finding {
  const hosts = new Set(elsewhere.map(({ notificationUrl }) => hostOf(notificationUrl)));
  const detail = `${elsewhere.length} living ones to these rooms call another address (${[...hosts].slice(0, 3).join(', ')})`;
  const remedy =
    'stop the other installation if there is one: two that drive the same rooms disturb each other; ' +
    'those of an earlier graph.notificationUrl end by themselves within a week';
  return warning('subscriptions', detail, remedy);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that cannot be read';
}
