/** The one place where connections to other systems are made: proxy and certificate authorities apply to all alike. */
import { createSecureContext, type PeerCertificate, rootCertificates, TLSSocket } from 'node:tls';
import { buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';

export interface OutboundOptions {
  /** From HTTPS_PROXY and NO_PROXY. */
  readonly proxy: { readonly https?: string; readonly no?: string };
  /** PEM text of certificate authorities beside the built-in ones. */
  readonly ca?: string;
  /** Connections to one host at most. */
  readonly connections: number;
  /** Milliseconds for the TCP and TLS handshake. */
  readonly connectTimeout: number;
  /** Requests on one connection at most; without a limit when left out. */
  readonly requestsPerConnection?: number;
  /**
   * Told the certificate of a server at each connection to it, with its origin. Not where the connection goes through a
   * proxy.
   */
  readonly onCertificate?: (origin: string, certificate: PeerCertificate) => void;
}

/** A dispatcher for one remote system; close it when done. */
export function createDispatcher(options: OutboundOptions): Dispatcher {
  const { proxy, ca, connections, connectTimeout, requestsPerConnection, onCertificate } = options;
  // Read once, not for each connection: the built-in authorities take 20 ms of the one thread each time.
  const tls =
    ca === undefined ? {} : { secureContext: createSecureContext({ ca: [...rootCertificates, ca] }) };
  const connect = { ...tls, timeout: connectTimeout };
  return new EnvHttpProxyAgent({
    httpProxy: '',
    httpsProxy: proxy.https ?? '',
    noProxy: proxy.no ?? '',
    connections,
    connect: onCertificate === undefined ? connect : witnessed(buildConnector(connect), onCertificate),
    requestTls: tls,
    proxyTls: tls,
    // A call bridge drops an idle connection after 5 s, and says so in Keep-Alive: it is left well before, for a request
    // that is on its way when the connection closes is lost, and a POST could not be repeated.
    keepAliveTimeout: 3_500,
    keepAliveMaxTimeout: 60_000,
    keepAliveTimeoutThreshold: 1_500,
    ...(requestsPerConnection === undefined ? {} : { maxRequestsPerClient: requestsPerConnection }),
  });
}

function witnessed(
  connector: buildConnector.connector,
  onCertificate: NonNullable<OutboundOptions['onCertificate']>,
): buildConnector.connector {
  return (options, callback) =>
    connector(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      if (socket instanceof TLSSocket) {
        const certificate = socket.getPeerCertificate();
        // A session that was resumed may come without it.
        if (certificate.valid_to !== undefined)
          onCertificate(`${options.protocol}//${options.host}`, certificate);
      }
      callback(null, socket);
    });
}
