/** Dials out: a leg goes from initial over ringing to connected, or is given up as the far end decides. */
import type { Call, Leg } from './bridge-state.ts';
import type { Conferences } from './conferences.ts';
import { parameterError } from './failure.ts';
import type { Fields } from './fields.ts';
import type { Settings } from './options.ts';

/** An address as the bridge keeps it: lower case, without scheme and parameters. Undefined without a domain. */
export function normaliseUri(uri: string): string | undefined {
  return /^(?:sips?:)?([^@\s;]+@[^@\s;]+)(?:;.*)?$/i.exec(uri.trim())?.[1]?.toLowerCase();
}

export class Dialler {
  readonly #settings: Settings;
  readonly #conferences: Conferences;

  constructor(settings: Settings, conferences: Conferences) {
    this.#settings = settings;
    this.#conferences = conferences;
  }

  /** Answers at once; whether the far end is reached shows later. */
  dial(call: Call, remoteParty: string, fields: Fields): Leg {
    const uri = normaliseUri(remoteParty);
    if (uri === undefined) throw parameterError('remoteParty');
    const leg = this.#conferences.addLeg(call, {
      name: fields.get('nameLabelOverride') ?? uri.slice(0, uri.indexOf('@')),
      remoteParty: uri,
      originalRemoteParty: remoteParty,
      direction: 'outgoing',
      fields,
    });
    const rings = Math.min(20, this.#settings.answerDelayOfDial / 2);
    leg.timer = setTimeout(() => this.#ring(leg, this.#settings.answerDelayOfDial - rings), rings);
    return leg;
  }

  #ring(leg: Leg, left: number): void {
    leg.state = 'ringing';
    this.#conferences.changed();
    const outcome = this.#settings.dialOutcome(leg.remoteParty);
    const end = (reason: string): void => this.#conferences.endLeg(leg, reason);
    if (outcome === 'answers') leg.timer = setTimeout(() => this.#conferences.connect(leg), left);
    else if (outcome === 'busy') leg.timer = setTimeout(end, left, 'remoteBusy');
    else leg.timer = setTimeout(end, this.#settings.ringingTimeout, 'ringingTimeout');
  }
}
