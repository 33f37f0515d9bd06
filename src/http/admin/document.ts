/** `GET /api/openapi.json`: the description of the API (OpenAPI 3.1), made of the schemas by which its routes read and answer. */
import { z } from 'zod';
import { problem } from '../api/words.ts';
import type { Needs } from '../rights.ts';
import type { Described, Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

const schemas = '#/components/schemas/';

export function documentRoute(document: object): Route {
  return { url: '/api/openapi.json', needs: 'viewer', answer: async () => document };
}

/** @param version of the product */
export function apiDocument(routes: readonly Route[], version: string): object {
  const described = routes.flatMap(({ described: one, ...route }) =>
    one === undefined ? [] : [{ ...route, described: one }],
  );
  const paths: Record<string, Record<string, Json>> = {};
  for (const { url, method = 'GET', needs, described: one } of described) {
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(url, needs, one) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Roombridge',
      version,
      description:
        'What administrators see and do. Times are ISO 8601 in UTC, numbers of conferences are strings, what is refused is ' +
        'answered with a problem (RFC 9457). Paths are also known as `/api/v1/…`.',
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: components(), securitySchemes: security },
  };
}

const security = {
  session: { type: 'apiKey', in: 'cookie', name: '__Host-session' },
  token: { type: 'http', scheme: 'bearer' },
};

function operation(url: string, needs: Needs, { summary, query, body, gives, also = {} }: Described): Json {
  const inPath = [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string', description: 'Percent-encoded.' },
  }));
  const { properties = {}, required = [] } = query === undefined ? {} : inlined(query, 'input');
  const inQuery = Object.entries(properties as Record<string, Json>).map(([name, schema]) => ({
    ...{ name, in: 'query', required: (required as string[]).includes(name), schema },
  }));
  const isStream = url === '/api/changes';
  return {
    summary,
    description: needs === 'anyone' ? 'For anyone.' : `Needs the role ${needs}.`,
    security: needs === 'anyone' ? [] : [{ session: [] }, { token: [] }],
    parameters: [...inPath, ...inQuery],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: inlined(body, 'input') } } },
    }),
    responses: {
      200: {
        description: 'Done.',
        content: { [isStream ? 'text/event-stream' : 'application/json']: { schema: referred(gives) } },
      },
      ...Object.fromEntries(
        Object.entries(also).map(([status, schema]) => [
          status,
          { description: 'Not done yet.', content: { 'application/json': { schema: referred(schema) } } },
        ]),
      ),
      default: {
        description: 'Refused.',
        content: { 'application/problem+json': { schema: referred(problem) } },
      },
    },
  };
}

function components(): Json {
  const { schemas: all } = z.toJSONSchema(z.globalRegistry, { uri: (id) => schemas + id, override: tidy });
  return Object.fromEntries(
    Object.entries(all).map(([id, schema]) => {
      const { $schema: _, $id: __, ...rest } = schema as Json;
      return [id, rest];
    }),
  );
}

function referred(schema: z.ZodType): Json {
  const { id } = schema.meta() ?? {};
  return id === undefined ? inlined(schema, 'output') : { $ref: schemas + id };
}

function inlined(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, $defs: __, ...rest } = z.toJSONSchema(schema, { io, override: tidy, reused: 'inline' });
  return rest;
}

/** Answers are read only all of them, and their times need no pattern beside their format. */
function tidy({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
  delete jsonSchema.readOnly;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}
