/** The program's log: one line a fact, constant messages with fields, on standard output, and no secret in it. */
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config.ts';
import { workInHand } from './work.ts';

const secrets = ['passcode', 'secret', 'password', 'clientState'];

/** An error of ioredis carries the command that failed, which may be AUTH, or a write with a passcode in it. */
const commands = ['err.command.args', 'err.*.command.args', 'err.*[*].command.args'];

export function createLog({ level, format }: Config['log']): Logger {
  const redact = [...secrets, ...secrets.map((name) => `*.${name}`), ...commands];
  const options = { level, redact, mixin: ofWork };
  return format === 'pretty' ? pino(options, pretty({ sync: true })) : pino(options);
}

/** By which all that one piece of work has done is found. */
function ofWork(): object {
  const { id: work, step } = workInHand() ?? {};
  return work === undefined ? {} : { work, ...(step && { step }) };
}
