/** Connects `roombridge explain` with Graph and Redis, for one question, and leaves both as they were. */
import type { Config, RoomConfig } from './config.ts';
import { explain } from './explain.ts';
import { GraphClient } from './graph/client.ts';
import { GraphFault } from './graph/fault.ts';
import { SignIn } from './graph/sign-in.ts';
import { inEnglish } from './meeting/explanation/english.ts';
import { createDispatcher } from './outbound.ts';
import { connectOnce } from './redis/connection.ts';
import { startEmbeddedRedis } from './redis/embedded.ts';

const deadline = 3_000;

/** @returns what is to be said, and whether Graph answered */
export async function explainEntry(
  config: Config,
  room: RoomConfig,
  id: string,
): Promise<{ readonly text: string; readonly well: boolean }> {
  const ca = config.graph.ca === undefined ? {} : { ca: config.graph.ca };
  const dispatcher = createDispatcher({
    ...{ proxy: config.proxy, connections: 2, connectTimeout: deadline },
    ...ca,
  });
  const graph = new GraphClient({
    ...{ graph: config.graph, dispatcher },
    signIn: new SignIn({ graph: config.graph, dispatcher }),
  });
  const redis = await findRedis(config);
  try {
    const found = await explain({ config, graph, redis: redis?.connection, now: Date.now() }, room, id);
    const none = `${room.mailbox} has no entry with this id or iCalUId.`;
    return { text: found === undefined ? none : inEnglish(found), well: true };
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    return { text: `${room.mailbox} cannot be read: ${error.message}`, well: false };
  } finally {
    await redis?.close();
    await dispatcher.destroy();
  }
}

/** Undefined when Redis is not there: most can be told without. */
async function findRedis({ redis, dataDir }: Config) {
  const embedded =
    redis === undefined ? await startEmbeddedRedis({ dataDir }).catch(() => undefined) : undefined;
  const place = redis ?? embedded?.url;
  if (place === undefined) return undefined;
  const connection = connectOnce(place, deadline);
  connection.on('error', () => {});
  const close = async () => {
    connection.disconnect();
    await embedded?.close();
  };
  try {
    await connection.connect();
    return { connection, close };
  } catch {
    await close();
    return undefined;
  }
}
