/** Passwords of local administrators, by scrypt with a salt of its own each; as much work for one that is none. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Problem } from '../problem.ts';
import { isSoonGuessed } from './guessable.ts';

/** How much of it a password takes. */
export interface Work {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt */
const owasp: Work = { N: 131_072, r: 8, p: 1 };
/** Each takes 128 MiB for a moment. */
const atOnce = 2;
const mostWaiting = 16;

export const shortest = 12;
export const longest = 128;

/** What is wrong with a password to be; undefined when nothing is. */
export async function mistakeIn(password: string, again: string, name: string): Promise<string | undefined> {
  const length = [...password].length;
  if (length < shortest) return `The password needs at least ${shortest} characters; this one has ${length}.`;
  if (length > longest) return `The password may have ${longest} characters at most.`;
  if (password !== again) return 'The two passwords are not the same.';
  if (await isSoonGuessed(password, name))
    return 'The password is soon guessed: it is, or is made of, what many people choose. Take some words that have nothing to do with each other, or one from a password manager.';
  return undefined;
}

/** @throws Problem 503 when too many wait already */
export async function recordOf(password: string, work = owasp): Promise<string> {
  const salt = randomBytes(16);
  const { N, r, p } = work;
  const key = await keyOf(password, salt, work);
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/**
 * Undefined is the record of nobody.
 * @throws Problem 503 when too many wait already
 */
export async function isPassword(
  password: string,
  record: string | undefined,
  work = owasp,
): Promise<boolean> {
  const [, N, r, p, salt = '', key = ''] = (record ?? nobody(work)).split('$');
  const wanted = Buffer.from(key, 'base64url');
  const options = { N: Number(N), r: Number(r), p: Number(p) };
  const given = await keyOf(password, Buffer.from(salt, 'base64url'), options, wanted.length);
  return timingSafeEqual(given, wanted) && record !== undefined;
}

function nobody({ N, r, p }: Work): string {
  const [salt, key] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')];
  return ['scrypt', N, r, p, salt, key].join('$');
}

let running = 0;
const waiting: (() => void)[] = [];

async function keyOf(password: string, salt: Buffer, { N, r, p }: Work, length = 32): Promise<Buffer> {
  if (running >= atOnce) {
    if (waiting.length >= mostWaiting) throw new Problem(503, 'Too many sign in at once. Try again.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await new Promise((resolve, reject) => {
      const options = { ...{ N, r, p }, maxmem: 256 * N * r };
      // The same sign may be typed as one character or as two.
      scrypt(password.normalize('NFKC'), salt, length, options, (error, key) =>
        error === null ? resolve(key) : reject(error),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
