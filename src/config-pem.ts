/**
 * PEM files named in the configuration: known to be what they are named as. They are read at the start, and those of a
 * listener again when they have changed.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TlsConfig } from './config.ts';
import { ConfigError, fileFault, type Path, Problems, pathText } from './config-problems.ts';

export interface PemFiles {
  readonly folder: string;
  readonly problems: Problems;
  readonly foreign: ReadonlySet<string>;
}

/** The text of a file of one or more certificates; undefined after a problem, or without a path. */
export function readCertificates(file: unknown, path: Path, files: PemFiles): string | undefined {
  const text = readPem(file, path, files);
  if (text === undefined) return undefined;
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) {
    files.problems.add(
      path,
      `expected a PEM file of certificates, got a file without one${holdsKey(text) ? ', but with a private key' : ''}`,
    );
    return undefined;
  }
  const broken = blocks.findIndex((block) => parsed(() => new X509Certificate(block)) === undefined);
  if (broken === -1) return text;
  files.problems.add(path, `certificate ${broken + 1} of ${blocks.length} in the file can't be parsed`);
  return undefined;
}

/** Both texts of a pair; undefined after a problem with either or when they don't belong together. */
export function readPair(
  pair: unknown,
  path: Path,
  files: PemFiles,
  kind: 'any' | 'rsa' = 'any',
): TlsConfig | undefined {
  if (typeof pair !== 'object' || pair === null) return undefined;
  const { certificate: certificateFile, privateKey: keyFile } = pair as Record<string, unknown>;
  const certificate = readCertificates(certificateFile, [...path, 'certificate'], files);
  const keyPath = [...path, 'privateKey'];
  const privateKey = readPem(keyFile, keyPath, files);
  const key = privateKey === undefined ? undefined : parseKey(privateKey, keyPath, files.problems);
  if (certificate === undefined || privateKey === undefined || key === undefined) return undefined;
  if (kind === 'rsa' && key.asymmetricKeyType !== 'rsa') {
    files.problems.add(
      keyPath,
      `expected an RSA key, for the sign-in takes no other, got ${key.asymmetricKeyType}`,
    );
    return undefined;
  }
  if (new X509Certificate(certificate).checkPrivateKey(key)) return { certificate, privateKey };
  files.problems.add(
    keyPath,
    'the private key does not belong to the certificate (the first one of its file)',
  );
  return undefined;
}

/** As `readPair`, with where it can be read again. */
export function readLastingPair(pair: unknown, path: Path, files: PemFiles): TlsConfig | undefined {
  const read = readPair(pair, path, files);
  if (read === undefined) return undefined;
  const { certificate, privateKey } = pair as Record<keyof typeof read, string>;
  return { ...read, files: [resolve(files.folder, certificate), resolve(files.folder, privateKey)] };
}

/** The pair as it stands in its files now, or what is wrong with it, in words without the files' names. */
export function readPairAgain([certificate, privateKey]: NonNullable<TlsConfig['files']>):
  | TlsConfig
  | string {
  const problems = new Problems();
  const foreign = new Set(['certificate', 'privateKey']);
  const pair = readPair({ certificate, privateKey }, [], { folder: '', problems, foreign });
  try {
    problems.throwAny();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  }
  return pair ?? 'it cannot be read';
}

function parseKey(text: string, path: Path, problems: Problems): KeyObject | undefined {
  const expected = 'expected a PEM file of a private key without a passphrase';
  if (!holdsKey(text)) {
    problems.add(
      path,
      `${expected}, got a file without a key${text.includes('BEGIN CERTIFICATE') ? ', but with a certificate' : ''}`,
    );
    return undefined;
  }
  const key = parsed(() => createPrivateKey(text));
  if (key === undefined) {
    const locked = /ENCRYPTED/.test(text);
    problems.add(path, `${expected}, got ${locked ? 'an encrypted one' : "one that can't be parsed"}`);
  }
  return key;
}

function readPem(file: unknown, path: Path, { folder, problems, foreign }: PemFiles): string | undefined {
  if (typeof file !== 'string' || file === '' || problems.has(path)) return undefined;
  if (file.includes('-----BEGIN')) {
    problems.add(path, "expected a file's path, got PEM text itself");
    return undefined;
  }
  try {
    return readFileSync(resolve(folder, file), 'utf8');
  } catch (error) {
    problems.add(path, `the file ${foreign.has(pathText(path)) ? '' : `${file} `}${fileFault(error)}`);
    return undefined;
  }
}

function holdsKey(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
