/**
 * The administrators' pages, as they were built: the one document for all their paths, and its assets, whose names change
 * with what is in them. They are read once, so that a build made meanwhile does not mix with what is given out. The document
 * itself says nothing of anybody; what it shows it asks for.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problem.ts';
import type { Route } from './route.ts';

/** Of nothing: Fluent puts its rules into style elements that are empty when they are made, by script. */
const hashOfNothing = `'sha256-${createHash('sha256').digest('base64')}'`;

const policy =
  `default-src 'self'; script-src 'self'; style-src 'self' ${hashOfNothing}; ` +
  "img-src 'self' data:; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const paths = [
  '/',
  '/meetings',
  '/meetings/:key',
  '/bridges',
  '/bridges/:cluster',
  '/rooms',
  '/rooms/:mailbox',
  '/tickets',
  '/queue-states',
  '/reports',
  '/audit',
  '/access',
  '/api-description',
];

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** @param folder where the build puts them */
export function pageRoutes(folder: string): Route[] {
  const file = join(folder, 'index.html');
  const document = existsSync(file) ? readFileSync(file) : undefined;
  const answer = document === undefined ? sayNotBuilt : sendDocument(document);
  const assets = document === undefined ? new Map<string, Buffer>() : readAssets(join(folder, 'assets'));
  return [
    ...paths.map((url): Route => ({ url, needs: 'anyone', head: true, answer })),
    {
      url: '/assets/:name',
      needs: 'anyone',
      head: true,
      answer: (request, reply) => sendAsset(assets, request, reply),
    },
  ];
}

/** By name, compressed ones beside the others. */
function readAssets(folder: string): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

async function sayNotBuilt(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return reply
    .header('content-type', 'text/plain; charset=utf-8')
    .send(
      'The pages are not built: run "npm run build". Meanwhile see /api/health, /api/meetings, /queues and /metrics.\n',
    );
}

function sendDocument(document: Buffer): Route['answer'] {
  const etag = `"${createHash('sha256').update(document).digest('base64url').slice(0, 22)}"`;
  return async (request, reply) => {
    reply
      .header('cache-control', 'no-cache')
      .header('etag', etag)
      .header('content-security-policy', policy)
      .header('referrer-policy', 'same-origin');
    const known = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''));
    if (known?.includes(etag)) return reply.code(304).send();
    return reply.header('content-type', 'text/html; charset=utf-8').send(document);
  };
}

async function sendAsset(
  assets: ReadonlyMap<string, Buffer>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { name } = request.params as { name: string };
  const type = types[extname(name)];
  const plain = assets.get(name);
  if (plain === undefined || type === undefined) throw new Problem(404);
  const accepted = request.headers['accept-encoding'] ?? '';
  const encoding = [
    ['br', 'br'],
    ['gzip', 'gz'],
  ].find(([word, end]) => accepted.includes(String(word)) && assets.has(`${name}.${end}`));
  if (encoding !== undefined) reply.header('content-encoding', encoding[0]);
  return reply
    .header('content-type', type)
    .header('cache-control', 'public, max-age=31536000, immutable')
    .header('vary', 'accept-encoding')
    .send(encoding === undefined ? plain : assets.get(`${name}.${encoding[1]}`));
}
