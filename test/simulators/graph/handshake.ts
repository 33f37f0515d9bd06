/** The validation handshake: a URL is trusted when it echoes the token, decoded and as plain text. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Agent } from 'node:https';
import type { Agenda } from './agenda.ts';
import type { Knobs } from './knobs.ts';
import { PostTimeout, post } from './post.ts';

export class Handshake {
  /** Every validation request made and what came back. */
  readonly log: { readonly at: number; readonly url: string; readonly fault: string | undefined }[] = [];
  readonly #knobs: Knobs;
  readonly #agenda: Agenda;
  readonly #agent: Agent;

  constructor(knobs: Knobs, agenda: Agenda, agent: Agent) {
    this.#knobs = knobs;
    this.#agenda = agenda;
    this.#agent = agent;
  }

  /** Why the URL is not valid, in Graph's words; undefined where it is. */
  async validate(url: string): Promise<string | undefined> {
    if (this.#knobs.validation === 'skipped') return undefined;
    if (this.#knobs.validation === 'never-sent') return 'Subscription validation request timed out.';
    const at = this.#agenda.now();
    const fault = await this.#agenda.during(this.#ask(url));
    if (this.#knobs.keepLog) this.log.push({ at, url, fault });
    return fault;
  }

  async #ask(url: string): Promise<string | undefined> {
    // Blanks travel as `+`, as .NET encodes them; the rest is there to catch whoever decodes twice or never.
    const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()} 100%25 a+b&c=d <é>`;
    const address = new URL(url);
    address.search += `${address.search ? '&' : '?'}validationToken=${encodeURIComponent(token).replace(/%20/g, '+')}`;
    try {
      const answer = await post(address.href, {
        agent: this.#agent,
        timeout: this.#knobs.validationTimeout,
        signal: this.#agenda.signal,
        contentType: 'text/plain; charset=utf-8',
        body: '',
      });
      if (answer.status !== 200) {
        const name = STATUS_CODES[answer.status]?.replace(/[^a-z]/gi, '') ?? String(answer.status);
        return `Subscription validation request failed. HTTP status code is '${name}'. Notification endpoint must respond with 200 OK to validation request.`;
      }
      if (!/^text\/plain\b/i.test(answer.contentType)) {
        return "Subscription validation request failed. Response must have the content type 'text/plain'.";
      }
      return answer.body === token
        ? undefined
        : 'Subscription validation request failed. Response must exactly match validationToken query parameter.';
    } catch (error) {
      if (error instanceof PostTimeout) return 'Subscription validation request timed out.';
      return `Subscription validation request failed. ${error instanceof Error ? error.message : error}`;
    }
  }
}
