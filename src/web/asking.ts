/** Asks the API. What is refused comes as an error with the API's own words; who has to sign in is led there. */

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly parameter: string | undefined;

  constructor(status: number, message: string, parameter?: string) {
    super(message);
    this.status = status;
    this.parameter = parameter;
  }
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly parameter?: string;
}

/** @throws Refused; TypeError where nobody answers */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return await answerOf<T>(
    await fetch(path, { headers: { accept: 'application/json' }, ...(signal && { signal }) }),
  );
}

/** @throws Refused; TypeError where nobody answers */
export async function post<T>(path: string, body: object): Promise<T> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  return await answerOf<T>(await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** @throws Refused; TypeError where nobody answers */
export async function remove<T>(path: string): Promise<T> {
  return await answerOf<T>(await fetch(path, { method: 'DELETE', headers: { accept: 'application/json' } }));
}

async function answerOf<T>(answer: Response): Promise<T> {
  if (answer.ok) return (await answer.json()) as T;
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  if (answer.status === 401 && location.pathname !== '/sign-in')
    location.assign(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
  throw new Refused(answer.status, problem.detail ?? problem.title ?? answer.statusText, problem.parameter);
}
