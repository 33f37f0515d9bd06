/** A process of ours that gets no processor must not take its own silence for the bridge's. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Agent } from 'undici';
import { expect, test } from 'vitest';
import { CmsClient, type Observation } from '../../src/cms/client.ts';

/** On a thread of its own, so that it answers while ours stands still. */
const bridge = `
const { parentPort } = require('node:worker_threads');
const { createServer } = require('node:http');
const server = createServer(({ url }, response) => {
  if (url.endsWith('/calls')) setTimeout(() => response.end('<calls total="0"></calls>'), 50);
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

test('an answer that came while this process stood still counts, and a bridge that says nothing is still left', async () => {
  const thread = new Worker(bridge, { eval: true });
  const [port] = await once(thread, 'message');
  const dispatcher = new Agent();
  const observed: Observation[] = [];
  const client = new CmsClient({
    callBridge: { address: `http://127.0.0.1:${port}`, username: 'api', password: 'pw' },
    dispatcher,
    deadline: 400,
    observe: (observation) => observed.push(observation),
  });
  try {
    await client.get('calls');
    const asked = client.get('calls');
    const unheard = expect(client.get('coSpaces')).rejects.toMatchObject({ kind: 'unreachable' });
    // Both requests have left by then, and no answer was read.
    await new Promise((resolve) => setTimeout(resolve, 20));
    // After an immediate, timers come before what has arrived.
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    expect((await asked).name).toBe('calls');
    await unheard;
    expect(observed.filter(({ fault }) => fault !== undefined)).toHaveLength(1);
  } finally {
    await dispatcher.destroy();
    await thread.terminate();
  }
});
