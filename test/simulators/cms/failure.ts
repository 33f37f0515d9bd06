/** What the API answers when it will not do as asked: a status and the reasons in a failureDetails body. */
import { escapeXml, PROLOG } from './xml.ts';

export class Failure extends Error {
  /** Elements for the body, without their angle brackets: a name, or a name with attributes. */
  readonly reasons: string[];
  readonly status: number | undefined;

  /** `status` is left out where the cluster's own choice (400 or 404 for unknown ids) applies. */
  constructor(reasons: string[], status?: number) {
    super(reasons.join(', '));
    this.reasons = reasons;
    this.status = status;
  }
}

export function refused(reason: string): Failure {
  return new Failure([reason], 400);
}

/** `kind` is the object's name as the API spells it, e.g. `coSpace`. */
export function doesNotExist(kind: string): Failure {
  return new Failure([`${kind}DoesNotExist`]);
}

export function parameterError(...parameters: string[]): Failure {
  return new Failure(parameters.map(invalidValue), 400);
}

export function invalidValue(parameter: string): string {
  return `parameterError parameter="${escapeXml(parameter)}" error="invalidValue"`;
}

export function failureBody(reasons: string[]): string {
  return `${PROLOG}<failureDetails>${reasons.map((reason) => `<${reason} />`).join('')}</failureDetails>`;
}
