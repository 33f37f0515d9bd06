/** Finds what a path and a method ask for, whatever the case of the path, and answers failures in the bridge's form. */
import type { BridgeState } from './bridge-state.ts';
import { Failure, failureBody, parameterError, refused } from './failure.ts';
import type { Form } from './fields.ts';
import type { PageCaps, Settings } from './options.ts';
import { type Page, PROLOG } from './xml.ts';

export interface Answer {
  status: number;
  body: string;
  /** Canonical path of what was created. */
  location?: string;
  /** For the websocket of events. */
  token?: string;
}

export interface ApiRequest {
  bridge: BridgeState;
  /** Ids of the path in order, empty where the path has none. */
  ids: [string, string];
  query: URLSearchParams;
  form: Form;
  page: (collection: keyof PageCaps) => Page;
}

export type Handler = (request: ApiRequest) => Answer;
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
/** Keyed by path in lower case with `*` for an id. */
export type Routes = Record<string, Partial<Record<Method, Handler>>>;

const ROOT = '/api/v1/';
const NOTHING = new URLSearchParams();

/** 200 with a document, or with an empty body. */
export function found(root?: string): Answer {
  return { status: 200, body: root === undefined ? '' : PROLOG + root };
}

export function created(path: string): Answer {
  return { status: 200, body: '', location: ROOT + path };
}

export class Router {
  readonly #routes = new Map<string, Partial<Record<string, Handler>>>();
  readonly #settings: Settings;

  constructor(settings: Settings, tables: Routes[]) {
    this.#settings = settings;
    for (const table of tables) {
      for (const [path, methods] of Object.entries(table)) {
        this.#routes.set(path, { ...this.#routes.get(path), ...methods });
      }
    }
  }

  answer(bridge: BridgeState, method: string, path: string, query: string, form: Form): Answer {
    try {
      const { methods, ids } = this.#find(path);
      const handler = methods[method];
      if (handler === undefined) throw refused('invalidOperation');
      const parameters = query === '' ? NOTHING : new URLSearchParams(query);
      const page = (collection: keyof PageCaps): Page =>
        readPage(parameters, this.#settings.pageCaps[collection]);
      return handler({ bridge, ids, query: parameters, form, page });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { status: error.status ?? this.#settings.unknownIdStatus, body: failureBody(error.reasons) };
    }
  }

  #find(path: string): { methods: Partial<Record<string, Handler>>; ids: [string, string] } {
    const segments = path.slice(ROOT.length).split('/');
    if (segments.at(-1) === '') segments.pop();
    const ids: [string, string] = ['', ''];
    let key = '';
    // Below /system a collection stands one level deeper.
    const depth = segments[0]?.toLowerCase() === 'system' ? 1 : 0;
    const isCollection = depth === 0 || segments[1]?.toLowerCase() === 'cdrreceivers';
    segments.forEach((segment, index) => {
      const isId = isCollection && index > depth && (index - depth) % 2 === 1;
      if (isId && index - depth < 4) ids[(index - depth - 1) / 2] = segment;
      key += `${index === 0 ? '' : '/'}${isId ? '*' : segment.toLowerCase()}`;
    });
    const methods = path.toLowerCase().startsWith(ROOT) ? this.#routes.get(key) : undefined;
    // British on the wire, whatever the documentation says.
    if (methods === undefined) throw refused('unrecognisedObject');
    return { methods, ids };
  }
}

function readPage(query: URLSearchParams, cap: number): Page {
  const number = (name: string): number | undefined => {
    const value = query.get(name);
    if (value === null || value === '') return undefined;
    if (!/^\d+$/.test(value)) throw parameterError(name);
    return Number(value);
  };
  return { offset: number('offset') ?? 0, limit: Math.min(number('limit') ?? cap, cap) };
}
