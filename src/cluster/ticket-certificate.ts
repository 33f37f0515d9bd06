/** What is wrong with a certificate that this program shows itself, at one of its listeners. */
import type { Condition } from './ticket.ts';

/** Begins the scope of each. */
export const ownCertificates = 'own-certificate ';
/** Milliseconds after which a ticket that nobody has seen to be so is of a process that is gone for good. */
export const ownCertificateForgotten = 3_600_000;

/** Of a listener of one machine, e.g. `http.public.tls of av1:8443`. */
export function ownCertificateScope(about: string): string {
  return ownCertificates + about;
}

/** Milliseconds before its end in which a certificate should have been renewed: those of 90 days are, 30 days before it. */
const renewal = 21 * 86_400_000;

export interface OwnCertificate {
  /** Of the one that is shown; epoch ms. */
  readonly validTo: number;
  /** Why what stands in its files now cannot take its place. */
  readonly unusable?: string;
}

/** @param now epoch ms */
export function ownCertificateConditions(
  about: string,
  { validTo, unusable }: OwnCertificate,
  now: number,
): Condition[] {
  const conditions: Condition[] = [];
  const day = new Date(validTo).toISOString().slice(0, 10);
  const days = Math.floor((validTo - now) / 86_400_000);
  if (validTo <= now)
    conditions.push({ code: 'own-certificate-expired', about, detail: `it has ended on ${day}` });
  else if (validTo - now < renewal)
    conditions.push({
      code: 'own-certificate-expiring',
      about,
      detail: `it ends on ${day}, in ${days} ${days === 1 ? 'day' : 'days'}`,
    });
  if (unusable !== undefined)
    conditions.push({
      code: 'own-certificate-unusable',
      about,
      detail: `the former one is still shown, for of the new one this is so: ${unusable}`,
    });
  return conditions;
}
