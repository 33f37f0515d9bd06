/** Binds a listener and says where; `instance.close()` undoes it within two seconds. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Port 0 takes any free one. Rejects with Node's error (`EADDRINUSE`, `EACCES`, …) when it cannot be had. */
export async function listen(
  instance: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ address: string; port: number }> {
  await instance.listen({ host, port });
  const bound = instance.server.address() as AddressInfo;
  return { address: bound.address, port: bound.port };
}

export function urlOf(scheme: string, { address, port }: { address: string; port: number }): string {
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
