/** Reads what came of an exchange: the answer of the bridge, or the `CmsFault` that it amounts to. */
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { describeConnectionFailure, isProtocolError } from './connection-failure.ts';
import { AnswerTooLong, type Exchange, longestAnswer, Unwanted } from './exchange.ts';
import { CmsFault, type CmsFaultDetails, kindOfAnswer } from './fault.ts';
import { parseXml, type XmlElement, XmlError } from './xml.ts';

export interface Asked {
  readonly callBridge: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without the query. */
  readonly path: string;
}

export interface Answer {
  /** Undefined where a write is answered without a body, as it should be. */
  readonly root: XmlElement | undefined;
  /** The last segment of Location, which is the only source of a new object's id. */
  readonly id: string | undefined;
}

/** Throws `CmsFault` for everything but a success. */
export function readAnswer(asked: Asked, { error, started, status, headers, body }: Exchange): Answer {
  const write = asked.method !== 'GET';
  const fault = (words: string, details: Omit<CmsFaultDetails, 'callBridge' | 'status'>) =>
    new CmsFault(`${asked.method} ${asked.path} at ${asked.callBridge}: ${words}`, {
      callBridge: asked.callBridge,
      status,
      ...details,
    });
  const succeeded = status !== undefined && status >= 200 && status < 300;
  const id = idOf(headers.location);

  if (status === undefined || (succeeded && error !== undefined)) {
    // The headers already say what was made; what is lost is an empty body.
    if (succeeded && asked.method === 'POST' && id !== undefined) return { root: undefined, id };
    const withheld = error instanceof Unwanted ? ('unwanted' as const) : undefined;
    const kind = error instanceof AnswerTooLong || isProtocolError(error) ? 'garbled' : 'unreachable';
    throw fault(describeConnectionFailure(error), { kind, sent: write && started, withheld, cause: error });
  }

  const parsed = error === undefined ? parseBody(headers, body) : undefined;
  const failure = parsed instanceof Error || !parsed?.is('failureDetails') ? undefined : parsed;
  if (failure !== undefined || !succeeded) {
    const reasons = failure?.elements.map(({ name }) => name) ?? [];
    const kind = isSignInPage(status, headers.location) ? 'refused' : kindOfAnswer(status, reasons);
    // A gateway's 502 or 504 says nothing about whether the bridge did what was asked.
    const sent = write && kind === 'garbled' && status >= 500;
    throw fault(`answered ${status}${describeReasons(failure)}`, { kind, reasons, sent });
  }

  if (parsed instanceof Error || parsed?.is('html') || isHtml(headers)) {
    const words = parsed instanceof Error ? `what is not XML: ${parsed.message}` : 'a web page';
    throw fault(`answered ${status} with ${words}`, { kind: 'garbled', sent: write, cause: parsed });
  }
  return { root: parsed, id };
}

/** The body's root element; undefined for an empty body. */
function parseBody(headers: Exchange['headers'], body: Buffer): XmlElement | XmlError | undefined {
  try {
    // UTF-8 always: bridges name no charset.
    const text = new TextDecoder().decode(decompress(String(headers['content-encoding'] ?? ''), body));
    return text.trim() === '' ? undefined : parseXml(text);
  } catch (error) {
    return error instanceof XmlError ? error : new XmlError('its encoding is broken', { cause: error });
  }
}

function decompress(encoding: string, body: Buffer): Buffer {
  // Compressed ones may be no longer than others.
  const options = { maxOutputLength: longestAnswer };
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(body, options);
    case 'deflate':
      return inflateSync(body, options);
    case 'br':
      return brotliDecompressSync(body, options);
    default:
      return body;
  }
}

function idOf(location: string | undefined): string | undefined {
  return /\/([\w-]+)\/?(?:[?#].*)?$/.exec(location ?? '')?.[1];
}

function isHtml(headers: Exchange['headers']): boolean {
  return /^text\/html\b|^application\/xhtml/i.test(headers['content-type'] ?? '');
}

/** The web administration sends those without a session to its sign-in page. */
function isSignInPage(status: number, location: string | undefined): boolean {
  return status >= 300 && status < 400 && /\/accounts\/login\//.test(location ?? '');
}

function describeReasons(failure: XmlElement | undefined): string {
  if (failure === undefined || failure.elements.length === 0) return '';
  const words = failure.elements.map(({ name, attributes }) => {
    const { parameter, error } = attributes;
    return parameter === undefined ? name : `${name} (${parameter}${error ? `: ${error}` : ''})`;
  });
  return ` ${words.join(', ')}`;
}
