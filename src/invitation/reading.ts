/** What a joining block tells, read from its lines: the number and the passcode, whatever the language. */

/** Characters that carry no meaning of their own: joiners, directions, soft hyphens. */
const unseen = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** The line without characters that nobody sees. */
export function plain(line: string): string {
  return line.replace(unseen, '');
}

/** What is said: without white space and colons, for editors break and join lines and cells as they like. */
export function gist(lines: Iterable<string>): string {
  return [...lines].map((line) => plain(line).replace(/[\s:：]/g, '')).join('');
}

const detail = /^(?=[^:：]*\p{L})[^:：]*[:：]\s*(\d{1,12})$/u;
const address = /(?:^|[^\w.+-])(\d{1,12})@[^\s@]/;
const addressLine = /^(?=[^:：]*\p{L})[^:：]*[:：]\s*(?:sip:)?\d{1,12}@[^\s@]+$/u;

/**
 * The number, which the video address tells again, and the passcode: the one line besides it that has a label and four
 * to twelve digits. Empty for none.
 */
export function readDetails(lines: readonly string[]): { number: string; passcode: string } | undefined {
  const seen = lines.map(plain);
  const digits = seen.flatMap((line) => detail.exec(line)?.[1] ?? []);
  const addresses = seen.flatMap((line) => address.exec(line)?.[1] ?? []);
  const number = digits.find((one) => addresses.includes(one)) ?? addresses[0] ?? digits[0];
  if (number === undefined) return undefined;
  const passcode = digits.find((one) => one !== number && one.length >= 4);
  return { number, passcode: passcode ?? '' };
}

/** How many of these lines, beginning with the first, tell a number and nothing else; none without the video address. */
export function countDetails(lines: readonly string[]): number {
  const seen = lines.map(plain);
  const other = seen.findIndex((line) => !detail.test(line) && !addressLine.test(line));
  const count = other === -1 ? seen.length : other;
  return seen.slice(0, count).some((line) => addressLine.test(line)) ? count : 0;
}
