/** Request bodies as a call bridge takes them: `application/x-www-form-urlencoded`, in the order given. */

/** Name and value pairs; an undefined value leaves its field out (unchanged), an empty one unsets it on the bridge. */
export type Form = readonly (readonly [name: string, value: string | number | boolean | undefined])[];

/**
 * Control characters become spaces: a bridge stores them in a name, and then no XML that mentions the
 * object can be read any more.
 */
export function encodeForm(form: Form): string {
  const body = new URLSearchParams();
  for (const [name, value] of form) {
    if (value !== undefined) body.append(name, String(value).replace(/[\p{Cc}\uFFFE\uFFFF]/gu, ' '));
  }
  return body.toString();
}
