/** The real client against a recorded server, with tokens that need no sign-in service. */
import { GraphClient, type GraphClientOptions } from '../../src/graph/client.ts';
import type { GraphFault } from '../../src/graph/fault.ts';
import type { RecordedServer } from './recorded-server.ts';

export class NumberedTokens {
  readonly forgotten: string[] = [];
  #number = 1;

  async token(): Promise<string> {
    return `token-${this.#number}`;
  }

  forget(token: string): void {
    this.forgotten.push(token);
    this.#number += 1;
  }
}

export function clientOf(server: RecordedServer, options: Partial<GraphClientOptions> = {}): GraphClient {
  return new GraphClient({
    graph: { apiUrl: server.url },
    dispatcher: server.dispatcher,
    signIn: new NumberedTokens(),
    ...options,
  });
}

/** The fault that this must end with. */
export async function faultOf(work: Promise<unknown>): Promise<GraphFault> {
  return work.then(
    (value) => {
      throw new Error(`expected a fault, got ${JSON.stringify(value)}`);
    },
    (error: GraphFault) => error,
  );
}
