/** Opens the traces where they are wanted; what they need is loaded there, and nowhere else. */
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { discretionOf } from './discretion.ts';
import type { Traces } from './tracing.ts';
import { version } from './version.ts';

/** @param instance this process */
export async function openTracing(
  { tracing, ...config }: Config,
  instance: string,
  log: Logger,
  closers: (() => Promise<unknown>)[],
): Promise<Traces | undefined> {
  if (tracing === undefined) return undefined;
  if (tracing.unspoken !== undefined)
    log.warn({ protocol: tracing.unspoken }, 'traces go out as http/json, not as the environment asks');
  const { Traces } = await import('./tracing.ts');
  const traces = new Traces({ version, instance, discretion: discretionOf(config), log });
  closers.push(() => traces.close());
  return traces;
}
