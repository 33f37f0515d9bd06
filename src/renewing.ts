/**
 * The certificates of our own listeners: a new one is shown from the next handshake on soon after its files have changed,
 * while open connections go on; one that cannot be used leaves the former one in place, and that is said. So is one that
 * ends soon.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { Server as SecureServer } from 'node:https';
import {
  type OwnCertificate,
  ownCertificateConditions,
  ownCertificateScope,
} from './cluster/ticket-certificate.ts';
import type { TlsConfig } from './config.ts';
import { readPairAgain } from './config-pem.ts';
import type { HttpLog } from './http/log.ts';
import { contextOf } from './http/server.ts';
import type { TicketStore } from './redis/tickets.ts';

export interface RenewingDeps {
  /** Key of the configuration. */
  readonly name: 'http.public.tls' | 'http.admin.tls';
  /** Who else has such a listener is told apart by it, e.g. `av1:8443`. */
  readonly place: string;
  readonly tls: TlsConfig | undefined;
  readonly server: Server;
  readonly tickets: Pick<TicketStore, 'settle'>;
  readonly log: HttpLog;
  /** Told of each one that is shown from now on. */
  readonly onShown?: (certificate: string) => void;
  /** Milliseconds between two looks. */
  readonly every?: number;
  readonly now?: () => number;
}

const lookEvery = 20_000;

/** Looks at the files until it is closed; nothing to do where there are none. */
export function keepCertificate(deps: RenewingDeps): { close(): Promise<void> } {
  const { tls, server } = deps;
  if (tls?.files === undefined || !(server instanceof SecureServer)) return { close: async () => {} };
  const keeper = new Keeper(deps, tls, tls.files, server);
  const { every = lookEvery, log, name } = deps;
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking
      .then(() => keeper.look())
      .catch((error: unknown) => log.warn({ err: error, name }, 'how our certificate is was not told'));
  }, every);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}

class Keeper {
  readonly #deps: RenewingDeps;
  readonly #files: NonNullable<TlsConfig['files']>;
  readonly #server: SecureServer;
  /** Of both files, as they were when they were last read whole. */
  #shown: string;
  /** Texts that could not be used, and how often in a row they were seen. */
  #refused: { readonly text: string; readonly why: string; readonly times: number } | undefined;
  #validTo: number;

  constructor(
    deps: RenewingDeps,
    { certificate, privateKey }: TlsConfig,
    files: NonNullable<TlsConfig['files']>,
    server: SecureServer,
  ) {
    this.#deps = deps;
    this.#files = files;
    this.#server = server;
    this.#shown = certificate + privateKey;
    this.#validTo = endOf(certificate);
  }

  async look(): Promise<void> {
    const text = await this.#textOfFiles();
    if (text === this.#shown) this.#refused = undefined;
    else this.#takeIn(text);
    const { name, place, tickets, now = Date.now } = this.#deps;
    const about = `${name} of ${place}`;
    const found: OwnCertificate = {
      validTo: this.#validTo,
      // Two files are never replaced in the same instant.
      ...(this.#refused !== undefined && this.#refused.times > 1 && { unusable: this.#refused.why }),
    };
    await tickets.settle(ownCertificateScope(about), ownCertificateConditions(about, found, now()), now());
  }

  async #textOfFiles(): Promise<string> {
    const read = (file: string) => readFile(file, 'utf8').catch(() => '');
    return (await Promise.all(this.#files.map(read))).join('');
  }

  #takeIn(text: string): void {
    const { log, name } = this.#deps;
    if (this.#refused?.text === text) {
      this.#refused = { ...this.#refused, times: this.#refused.times + 1 };
      if (this.#refused.times === 2)
        log.error(
          { name, reason: this.#refused.why },
          'a new certificate cannot be used, the former one stays',
        );
      return;
    }
    const pair = readPairAgain(this.#files);
    const why = typeof pair === 'string' ? pair : this.#show(pair);
    if (why !== undefined) {
      this.#refused = { text, why, times: 1 };
      return;
    }
    this.#refused = undefined;
    log.info({ name, validTo: new Date(this.#validTo).toISOString() }, 'a new certificate is shown');
  }

  /** @returns why it cannot be */
  #show({ certificate, privateKey }: TlsConfig): string | undefined {
    try {
      this.#server.setSecureContext(contextOf({ certificate, privateKey }));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    this.#shown = certificate + privateKey;
    this.#validTo = endOf(certificate);
    this.#deps.onShown?.(certificate);
    return undefined;
  }
}

function endOf(certificate: string): number {
  return Date.parse(new X509Certificate(certificate).validTo);
}
