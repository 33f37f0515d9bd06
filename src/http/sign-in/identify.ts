/** Who asks: by an API token, by the secret of commands on this machine, or by the session of a browser. */
import type { FastifyRequest } from 'fastify';
import { fromRedis } from '../admin/route.ts';
import type { Asker } from '../rights.ts';
import type { SignInScene } from './ports.ts';
import { hashOf, isSame } from './secrets.ts';

/** Undefined for nobody. Who shows a token is who the token says or nobody, whatever cookies come with it. */
export async function identify(scene: SignInScene, request: FastifyRequest): Promise<Asker | undefined> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^bearer ([\w-]{20,100})$/i.exec(authorization)?.[1];
    return token === undefined ? undefined : await byToken(scene, hashOf(token), request);
  }
  const secret = scene.session.read(request);
  return secret === undefined ? undefined : await bySession(scene, hashOf(secret));
}

async function byToken(
  scene: SignInScene,
  hash: string,
  request: FastifyRequest,
): Promise<Asker | undefined> {
  const { machineHash, tokens, now, log } = scene;
  if (machineHash !== undefined && isSame(hash, machineHash))
    // Without a name: the command says who it does it for.
    return isOfThisMachine(request) ? { name: undefined, role: 'administrator', how: 'machine' } : undefined;
  const find = () => fromRedis(log, () => tokens.find(hash, now()));
  const token = await find();
  return (
    token && {
      name: `${token.name} (token)`,
      ...{ role: token.role, how: 'token', ends: token.ends },
      still: async () => (await find()) !== undefined,
    }
  );
}

async function bySession(scene: SignInScene, hash: string): Promise<Asker | undefined> {
  const { sessions, now, log } = scene;
  const session = await fromRedis(log, () => sessions.find(hash, now(), true));
  if (session === undefined) return undefined;
  const { name, role, how, ends } = session;
  // A way in that has been closed since lets nobody stay.
  if (how === 'local' ? !scene.config.local : scene.provider === undefined) return undefined;
  return {
    ...{ name, role, how, ends },
    // To be looked at is no use of it: a page that is left open ends like any other.
    still: async () => (await sessions.find(hash, now(), false)) !== undefined,
  };
}

function isOfThisMachine({ raw: { socket } }: FastifyRequest): boolean {
  const from = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  return from === '::1' || from.startsWith('127.') || socket.remoteAddress === socket.localAddress;
}
