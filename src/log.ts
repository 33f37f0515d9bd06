/** The program's log: one line a fact, constant messages with fields, on standard output, and no secret in it. */
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config.ts';
import { workInHand } from './work.ts';

const secrets = ['passcode', 'secret', 'password', 'clientState'];

/**
 * What else is told of an error than its words. Those of libraries carry what they were about when they failed: the command
 * (AUTH, or a write with a passcode in it), the request with its headers, the answer.
 */
const tellable = [
  ...[
    'kind',
    'code',
    'status',
    'statusCode',
    'reason',
    'reasons',
    'syscall',
    'errno',
    'address',
    'hostname',
    'port',
  ],
  ...['callBridge', 'requestId', 'retryAfter', 'sent', 'withheld', 'step'],
];

export function createLog({ level, format }: Config['log']): Logger {
  const redact = [...secrets, ...secrets.map((name) => `*.${name}`)];
  const options = { level, redact, mixin: ofWork, serializers: { err: errorView } };
  return format === 'pretty' ? pino(options, pretty({ sync: true })) : pino(options);
}

/** Of an error, and of those that it is made of, what may be told. */
export function errorView(error: unknown): object {
  if (!(error instanceof Error)) return { message: `no error was thrown, but this: ${typeof error}` };
  const { type, message, stack } = pino.stdSerializers.err(error);
  const fields = error as unknown as Readonly<Record<string, unknown>>;
  const told = tellable.filter((name) => fields[name] !== undefined && isPlain(fields[name]));
  const several = [fields.errors, fields.faults].find(Array.isArray)?.map(errorView);
  return {
    ...{ type, message, stack },
    ...Object.fromEntries(told.map((name) => [name, fields[name]])),
    ...(several && { errors: several }),
  };
}

function isPlain(value: unknown): boolean {
  return Array.isArray(value)
    ? value.every(isPlain)
    : typeof value !== 'object' && typeof value !== 'function';
}

/** By which all that one piece of work has done is found. */
function ofWork(): object {
  const { id: work, step } = workInHand() ?? {};
  return work === undefined ? {} : { work, ...(step && { step }) };
}
