/** Tries each webhook that is told of tickets with a signed event `test`; mailboxes are tried with the others. */
import { randomUUID } from 'node:crypto';
import { type Finding, failed, ok } from './check-report.ts';
import type { Config } from './config.ts';
import type { WebhookTarget } from './config-tickets.ts';
import { postSigned } from './http/webhook.ts';
import { createDispatcher } from './outbound.ts';

export async function checkTargets({
  tickets,
  proxy,
}: Pick<Config, 'tickets' | 'proxy'>): Promise<Finding[]> {
  const webhooks = (tickets?.tell ?? []).filter((target) => target.kind === 'webhook');
  return await Promise.all(webhooks.map((webhook) => tryOut(webhook, proxy)));
}

async function tryOut({ url, secret, ca }: WebhookTarget, proxy: Config['proxy']): Promise<Finding> {
  // Its path may have a secret.
  const what = `webhook ${new URL(url).origin}`;
  const trust = ca === undefined ? {} : { ca };
  const dispatcher = createDispatcher({ ...{ ...trust, proxy, connections: 1, connectTimeout: 5_000 } });
  const now = Date.now();
  const test = { id: `test-${randomUUID()}`, at: new Date(now).toISOString(), event: 'test', ticket: null };
  try {
    const posted = await postSigned({ url, secret, dispatcher }, test, now);
    switch (posted.kind) {
      case 'taken':
        return ok(what, 'takes a signed event');
      case 'gone':
        return failed(
          what,
          'wants to hear of no ticket (410)',
          'mend its url in tickets.tell, or remove it from there',
        );
      case 'failed':
        return failed(
          what,
          `does not take a signed event (${posted.reason})`,
          'see that this machine reaches the url in tickets.tell, knows its certificate (ca), and that the receiver has the same secret and answers 2xx within 10 s',
        );
      default:
        return posted satisfies never;
    }
  } finally {
    await dispatcher.destroy();
  }
}
