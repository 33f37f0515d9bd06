/** `roombridge start`: the product as a process, that ends in order when it is told to. */
import { type Role, startApp } from './app.ts';
import type { Config } from './config.ts';
import { createLog } from './log.ts';

/** The promise of the contract: SIGTERM to exit. */
const shutdownWithin = 10_000;

/** Runs until a signal. `fail` says why it could not start, and ends the process. */
export async function start(config: Config, role: Role, fail: (text: string) => never): Promise<void> {
  const log = createLog(config.log);
  let stopping = false;
  let app: Awaited<ReturnType<typeof startApp>> | undefined;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), shutdownWithin - 500).unref();
    // A signal during the start is obeyed once there is something to close.
    if (app !== undefined) void app.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'roombridge has failed');
    process.exit(1);
  });
  try {
    app = await startApp(config, role, log);
  } catch (error) {
    fail(`roombridge could not start: ${whyNotStarted(error, config)}`);
  }
  if (stopping) {
    await app.close();
    process.exit(0);
  }
  log.info({ role, ...app.addresses }, 'roombridge is running');
}

/** An address that cannot be listened at is told with the key that names it. */
function whyNotStarted(error: unknown, { http }: Config): string {
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  const message = error instanceof Error ? error.message : String(error);
  if (syscall !== 'listen') return message;
  // Where both have the same port, they differ in their hosts.
  const isAdmin = port === http.admin.port && (port !== http.public.port || address !== http.public.host);
  const key = isAdmin ? 'http.admin' : 'http.public';
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${address} (${key}) is in use: end the program that has it, perhaps another roombridge, or configure another port`;
    case 'EACCES':
      return `this user may not listen at port ${port} of ${address} (${key}): configure a port from 1024 on`;
    case 'EADDRNOTAVAIL':
      return `${address} (${key}) is not an address of this machine`;
    default:
      return `${message} (${key})`;
  }
}
