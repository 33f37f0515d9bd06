/** What a call bridge is licensed for. */
import type { CmsClient, RequestOptions } from './client.ts';

export interface License {
  /** As the bridge spells it, e.g. `callBridge`, `recording`, `shared`. */
  readonly feature: string;
  /** `noLicense`, `activated`, `grace`, `expired`; releases may know more. */
  readonly status: string;
  /** As the bridge writes it. */
  readonly expiry: string | undefined;
}

/** @throws CmsFault */
export async function listLicenses(client: CmsClient, options?: RequestOptions): Promise<License[]> {
  const licensing = await client.get('system/licensing', {}, { ...options, root: 'licensing' });
  return (licensing.child('features') ?? licensing).elements.flatMap((feature) => {
    const status = feature.text('status') ?? feature.attributes.status;
    if (status === undefined) return [];
    const expiry = feature.text('expiry') ?? feature.attributes.expiry;
    return [{ feature: feature.name, status, expiry }];
  });
}
