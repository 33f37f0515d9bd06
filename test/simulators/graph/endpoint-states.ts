/** What Graph thinks of a receiver's host: answers that come late make it slow down, later ones make it give up. */

const WINDOW = 600_000;
/** Ms of an answer and the share of such answers beyond which a host is in the state; the worse one first. */
const LIMITS = [
  { state: 'drop', took: 10_000, share: 0.15 },
  { state: 'slow', took: 3_000, share: 0.1 },
] as const;

export type EndpointState = 'normal' | 'slow' | 'drop';

interface Host {
  state: EndpointState;
  until: number;
  answers: { readonly at: number; readonly took: number }[];
}

/** By host of the URL, as all its subscriptions share the state. Facts 1.6. */
export class EndpointStates {
  readonly #hosts = new Map<string, Host>();

  /** `took` ms, in which a missing answer counts as long as it was waited for; judged from `sample` answers on. */
  observe(url: string, took: number, at: number, sample: number): void {
    const host = this.#host(url);
    host.answers = host.answers.filter((answer) => answer.at > at - WINDOW);
    host.answers.push({ at, took });
    if (this.of(url, at) !== 'normal' || host.answers.length < sample) return;
    const share = (limit: number) =>
      host.answers.filter((answer) => answer.took >= limit).length / host.answers.length;
    const limit = LIMITS.find((one) => share(one.took) > one.share);
    if (limit) Object.assign(host, { state: limit.state, until: at + WINDOW, answers: [] });
  }

  of(url: string, now: number): EndpointState {
    const host = this.#host(url);
    return host.until > now ? host.state : 'normal';
  }

  #host(url: string): Host {
    const name = new URL(url).host;
    const host = this.#hosts.get(name) ?? { state: 'normal', until: 0, answers: [] };
    this.#hosts.set(name, host);
    return host;
  }
}
