/** Somebody else who works on a simulated call bridge. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import type { CmsBridge } from '../simulators/cms/bridge.ts';
import type { World } from './world.ts';

/** Sends a request with the call bridge's own credentials; the path is relative to `/api/v1/`. */
export function bridgeClient(world: World, bridge: CmsBridge) {
  return async (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    form: Record<string, string> = {},
  ) => {
    const dispatcher = new Agent({ connect: { ca: readFileSync(join(world.folder, 'ca.pem'), 'utf8') } });
    try {
      const credentials = Buffer.from(`${bridge.username}:${bridge.password}`).toString('base64');
      const answer = await request(`${bridge.url}/api/v1/${path}`, {
        ...{ method, dispatcher },
        headers: {
          authorization: `Basic ${credentials}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: new URLSearchParams(form).toString() }),
      });
      const body = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${answer.statusCode} ${body}`);
      return body;
    } finally {
      await dispatcher.close();
    }
  };
}
