/** The dial plan for calls that come in: which domains lead to the spaces of the cluster. */
import type { CmsClient, RequestOptions } from './client.ts';
import { collect, walk } from './paging.ts';

export interface InboundRule {
  readonly id: string;
  /** In lower case. */
  readonly domain: string;
}

export function listInboundRules(client: CmsClient, options?: RequestOptions): Promise<InboundRule[]> {
  const [list, item] = ['inboundDialPlanRules', 'inboundDialPlanRule'];
  return collect(walk(client, { path: list, list, item }, options), (id, rule) => ({
    id,
    domain: rule.text('domain')?.trim().toLowerCase() ?? '',
  }));
}

/** Whether what is dialled at the rule's domain is looked for among the spaces; bridges take it for true when it is not said. */
export async function leadsToSpaces(
  client: CmsClient,
  { id }: InboundRule,
  options?: RequestOptions,
): Promise<boolean> {
  const rule = await client.get(
    `inboundDialPlanRules/${id}`,
    {},
    { ...options, root: 'inboundDialPlanRule' },
  );
  return rule.boolean('resolveToCoSpaces') ?? true;
}
