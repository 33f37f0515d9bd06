/** A process of its own that uses the embedded Redis of the folder in its argument until its input ends. */
import { startEmbeddedRedis } from '../../src/redis/embedded.ts';

export interface Told {
  readonly url: string;
  readonly owned: boolean;
}

// Ctrl-C reaches this process too; it finishes first.
process.on('SIGINT', () => process.stdin.destroy());

const redis = await startEmbeddedRedis({ dataDir: process.argv[2] ?? '' });
const told: Told = { url: redis.url, owned: redis.owned };
process.stdout.write(`${JSON.stringify(told)}\n`);
process.stdin.resume().on('close', () => void redis.close());
