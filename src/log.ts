/** The program's log: one line a fact, constant messages with fields, on standard output. */
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config.ts';

export function createLog({ level, format }: Config['log']): Logger {
  const options = { level, redact: ['*.passcode', '*.secret', '*.password', '*.clientState'] };
  return format === 'pretty' ? pino(options, pretty({ sync: true })) : pino(options);
}
