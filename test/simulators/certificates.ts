/** Makes throw-away certificate authorities and server certificates that strict TLS verifiers accept. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface IssueOptions {
  /** Lifetime in days (default 90). */
  days?: number;
  /** The certificate's lifetime ended in the past. */
  expired?: boolean;
}

export interface TestAuthority {
  /** The authority's own certificate, PEM. */
  ca: string;
  /** Issues a server certificate for DNS names and IP addresses; both values are PEM. */
  issue(names: string[], options?: IssueOptions): { key: string; cert: string };
}

const DAY = 86_400_000;

/**
 * Creates an authority whose key lives in memory only. With `directory`, `ca.pem` is also written there
 * for programs that take the authority as a file. Throws when the openssl program is missing or fails.
 */
export function createTestAuthority(directory?: string): TestAuthority {
  const authority = inTemporaryFolder((folder) => {
    const config = write(folder, 'ca.cnf', [
      '[req]',
      'prompt = no',
      'distinguished_name = subject',
      'x509_extensions = extensions',
      '[subject]',
      'CN = Roombridge Test Authority',
      '[extensions]',
      'basicConstraints = critical,CA:TRUE,pathlen:0',
      'keyUsage = critical,keyCertSign,cRLSign',
      'subjectKeyIdentifier = hash',
    ]);
    const keyFile = join(folder, 'ca.key');
    const certFile = join(folder, 'ca.pem');
    openssl(['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', keyFile]);
    openssl([
      'req',
      '-x509',
      '-new',
      '-sha256',
      '-key',
      keyFile,
      '-days',
      '3650',
      '-config',
      config,
      '-out',
      certFile,
    ]);
    return { key: readFileSync(keyFile, 'utf8'), ca: readFileSync(certFile, 'utf8') };
  });
  if (directory !== undefined) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'ca.pem'), authority.ca);
  }
  return { ca: authority.ca, issue: (names, options) => issue(authority, names, options ?? {}) };
}

function issue(
  authority: { key: string; ca: string },
  names: string[],
  options: IssueOptions,
): { key: string; cert: string } {
  const first = names[0];
  if (first === undefined) throw new Error('a certificate needs at least one name');
  const days = options.days ?? 90;
  const start = options.expired ? Date.now() - (days + 1) * DAY : Date.now() - 60_000;
  return inTemporaryFolder((folder) => {
    const keyFile = join(folder, 'leaf.key');
    const requestFile = join(folder, 'leaf.csr');
    const certFile = join(folder, 'leaf.pem');
    write(folder, 'ca.key', [authority.key]);
    write(folder, 'ca.pem', [authority.ca]);
    write(folder, 'index.txt', []);
    const config = write(folder, 'leaf.cnf', leafConfig(folder, first, names));
    openssl(['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', keyFile]);
    openssl(['req', '-new', '-sha256', '-key', keyFile, '-config', config, '-out', requestFile]);
    // `openssl ca` rather than `x509 -req`: only it can set both dates in every 3.x release.
    const dates = ['-startdate', asn1Time(start), '-enddate', asn1Time(start + days * DAY)];
    openssl(['ca', '-batch', '-notext', '-config', config, '-in', requestFile, '-out', certFile, ...dates]);
    return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  });
}

function leafConfig(folder: string, commonName: string, names: string[]): string[] {
  const alternatives = names.map((name) => (isIP(name) ? `IP:${name}` : `DNS:${name}`)).join(',');
  return [
    '[req]',
    'prompt = no',
    'distinguished_name = subject',
    '[subject]',
    `CN = ${commonName.slice(0, 64)}`,
    '[ca]',
    'default_ca = authority',
    '[authority]',
    `database = ${join(folder, 'index.txt')}`,
    `new_certs_dir = ${folder}`,
    `certificate = ${join(folder, 'ca.pem')}`,
    `private_key = ${join(folder, 'ca.key')}`,
    'rand_serial = yes',
    'default_md = sha256',
    'policy = policy',
    'x509_extensions = extensions',
    'email_in_dn = no',
    '[policy]',
    'commonName = supplied',
    '[extensions]',
    'basicConstraints = critical,CA:FALSE',
    'keyUsage = critical,digitalSignature',
    'extendedKeyUsage = serverAuth',
    'subjectKeyIdentifier = hash',
    'authorityKeyIdentifier = keyid',
    `subjectAltName = ${alternatives}`,
  ];
}

function asn1Time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}

function write(folder: string, name: string, lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.length === 0 ? '' : `${lines.join('\n')}\n`, { mode: 0o600 });
  return path;
}

function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'roombridge-certificates-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function openssl(args: string[]): void {
  try {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new Error(
        'test certificates need the openssl program, which is not installed or not on the PATH',
      );
    }
    throw error;
  }
}
