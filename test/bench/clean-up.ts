/** Runs a bench and stops all that it has started, however it ends: well, with an error, or by a signal. */

export type Closer = () => Promise<unknown>;

export async function withCleanUp(bench: (onEnd: (closer: Closer) => void) => Promise<void>): Promise<void> {
  const closers: Closer[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().finally(() => process.exit(1)));
  }
  try {
    await bench((closer) => closers.push(closer));
  } finally {
    await close();
  }
}
