/** Answers of the API and its error shape. */

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that Graph answers with this status and code. */
export class GraphRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The body of an error answer; `now` in epoch ms. */
export function errorBody(
  refusal: GraphRefusal,
  requestId: string,
  clientRequestId: string,
  now: number,
): unknown {
  return {
    error: {
      code: refusal.code,
      message: refusal.message,
      innerError: {
        date: new Date(now).toISOString().slice(0, 19),
        'request-id': requestId,
        'client-request-id': clientRequestId,
      },
    },
  };
}

export function notFound(): GraphRefusal {
  return new GraphRefusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
}

export function badRequest(message: string, code = 'ErrorInvalidRequest'): GraphRefusal {
  return new GraphRefusal(400, code, message);
}
