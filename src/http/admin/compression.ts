/** Answers of the API are sent compressed to those who say that they can read it: a day of many rooms is mostly repetition. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Bytes below which it is not worth it. */
const least = 1_024;
/** Good for what is sent once: it takes a tenth of the time of the best. */
const params = { [constants.BROTLI_PARAM_QUALITY]: 4 };

/** Of what is sent as a whole; the stream of changes is none of it. */
export function compressAnswers(instance: FastifyInstance): void {
  instance.addHook('onSend', async (request, reply, payload) => {
    if (!request.url.startsWith('/api/') || typeof payload !== 'string') return payload;
    reply.header('vary', 'accept-encoding');
    const accepted = request.headers['accept-encoding'] ?? '';
    const encoding = (['br', 'gzip'] as const).find((one) => accepted.includes(one));
    if (encoding === undefined || payload.length < least) return payload;
    reply.header('content-encoding', encoding).removeHeader('content-length');
    return encoding === 'br' ? await brotli(payload, { params }) : await zip(payload);
  });
}
