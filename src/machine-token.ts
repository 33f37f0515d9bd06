/** The secret by which commands on this machine are known to the running product: a file that only its user can read. */
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { newSecret } from './http/sign-in/secrets.ts';

const form = /^[\w-]{43}$/;

/**
 * The secret in the file, which is made where it is not there, and made anew where others could have read it.
 * Processes that share the folder share it.
 */
export function keepMachineToken(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  const held = readOwn(file);
  if (held !== undefined) return held;
  rmSync(file, { force: true });
  const secret = newSecret();
  try {
    writeFileSync(file, `${secret}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const other = readOwn(file);
    // Another process has just made it.
    if (other === undefined) throw error;
    return other;
  }
  // A umask can only have taken rights away; this is for file systems that give more than was asked.
  chmodSync(file, 0o600);
  return secret;
}

/** Undefined where it is not there, or not for this user to read. */
export function readMachineToken(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return form.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function readOwn(file: string): string | undefined {
  const secret = readMachineToken(file);
  // Windows knows no such modes.
  const isOpen = secret !== undefined && process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
  return isOpen ? undefined : secret;
}
