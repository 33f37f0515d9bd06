/** What a start asks of a call bridge, in the fewest requests, as contenders send it: no queue, no store, no decision. */
import { Pool } from 'undici';

export interface BridgeLogin {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export function poolTo(url: string, connections: number, ca: string): Pool {
  return new Pool(url, { connections, connect: { ca } });
}

export interface Conference {
  readonly space: string;
  readonly title: string;
  /** Undefined where the room is not dialled. */
  readonly sip: string | undefined;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly form?: readonly (readonly [string, string])[];
  readonly anonymous?: boolean;
}

/** Sends one request and reads its answer whole. @returns the id of what was made */
export type Ask = (request: Request) => Promise<string>;

export function asker(pool: Pool, { username, password }: BridgeLogin): Ask {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return async ({ method, path, form, anonymous }) => {
    const { statusCode, headers, body } = await pool.request({
      method,
      path,
      headers: {
        ...(anonymous === true ? {} : { authorization }),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: form === undefined ? null : encode(form),
    });
    await body.dump();
    if (statusCode !== (anonymous === true ? 401 : 200)) throw new Error(`${method} ${path}: ${statusCode}`);
    return String(headers.location ?? '').replace(/.*\//, '');
  };
}

function encode(form: NonNullable<Request['form']>): string {
  const body = new URLSearchParams();
  for (const [name, value] of form) body.append(name, value);
  return body.toString();
}

/** What Roombridge sends: the space, the call, the room. */
export async function inThree(ask: Ask, { space, title, sip }: Conference): Promise<void> {
  const secret = '86db1bdd-5cf7-4ea8-b88d-479195f4701a';
  const form = [
    ['nonMemberAccess', 'true'],
    ['passcode', '123456'],
    ['name', title],
    ['secret', secret],
  ] as const;
  await ask({ method: 'PUT', path: `/api/v1/coSpaces/${space}`, form });
  const call = await ask({ method: 'POST', path: '/api/v1/calls', form: [['coSpace', space]] });
  if (sip === undefined) return;
  await ask({ method: 'POST', path: `/api/v1/calls/${call}/callLegs`, form: [['remoteParty', sip]] });
}

/** Connections stand and the code is warm, as in a program that has run for a while. */
export async function warmUp(ask: Ask, connections: number): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const status = { method: 'GET', path: '/api/v1/system/status' } as const;
    await Promise.all(Array.from({ length: connections }, () => ask(status)));
  }
}
