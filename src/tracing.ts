/**
 * Traces of the work on meetings, told as OpenTelemetry's OTLP: from the notification over the reading of the calendar and
 * the reservation to the invitation, the start and each call leg. Loaded only where traces are wanted.
 *
 * Hours or weeks may lie between a reservation and its start, and work goes on by a bell in Redis: so the mark of the
 * reservation (a W3C traceparent) stands in the meeting's record, and whatever is done for the meeting later is a part of
 * that trace, sampled as it was. A reading that concerns many meetings (a series, a room read for the first time) is a trace
 * of its own, and so is each of the meetings, with a link to the reading.
 *
 * What is told is listed here, name by name: no titles, texts, secrets or addresses of people are among them.
 */
import {
  type Attributes,
  type Context,
  DiagLogLevel,
  diag,
  type HrTime,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { Traffic } from './cms/traffic.ts';
import type { Discretion } from './conference/exchange/hiding.ts';
import type { GraphTraffic } from './graph/traffic.ts';
import { type PieceOfWork, type Tracing, type WorkTrace, workInHand } from './work.ts';

export interface TracesDeps {
  readonly version: string;
  /** Of this process. */
  readonly instance: string;
  readonly discretion: Pick<Discretion, 'known'>;
  readonly log: Pick<Logger, 'warn'>;
  /** Where they go, unless the environment says. */
  readonly exporter?: SpanExporter;
}

type Heard = { readonly bridge: Traffic } | { readonly graph: GraphTraffic };

/** Milliseconds that a close waits for the last of it. */
const patience = 1_000;
/** Milliseconds between two lines of the log that say the same trouble. */
const sayAgainAfter = 60_000;

export class Traces implements Tracing {
  readonly tracer: Tracer;
  readonly #deps: TracesDeps;
  readonly #provider: BasicTracerProvider;

  constructor(deps: TracesDeps) {
    this.#deps = deps;
    sayTroubles(deps.log);
    const own = resourceFromAttributes({
      'service.name': 'roombridge',
      'service.version': deps.version,
      'service.instance.id': deps.instance,
    });
    this.#provider = new BasicTracerProvider({
      // Whoever runs it may call it otherwise: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES.
      resource: own.merge(detectResources({ detectors: [envDetector] })),
      spanProcessors: [new BatchSpanProcessor(deps.exporter ?? new OTLPTraceExporter())],
    });
    this.tracer = this.#provider.getTracer('roombridge', deps.version);
  }

  begin(work: PieceOfWork): WorkTrace {
    return new Part(this, work, undefined);
  }

  /** A request of the work in hand is over. In whose work it was said is known by where this is called. */
  hear(heard: Heard): void {
    const work = workInHand();
    if (work?.trace instanceof Part && isTold(work)) work.trace.hear(heard);
  }

  /** A room that is configured; undefined for who else has a mailbox. */
  room(mailbox: string): string | undefined {
    return this.#deps.discretion.known.has(mailbox.toLowerCase()) ? mailbox : undefined;
  }

  /** Sends what there is; what is not taken in time is given up. */
  async flush(): Promise<void> {
    await this.#provider.forceFlush({ timeoutMillis: patience }).catch(() => {});
  }

  async close(): Promise<void> {
    await this.flush();
    // Waits for nothing any more: what it still has was given up.
    void this.#provider.shutdown().catch(() => {});
  }
}

/** One piece of work, or a step of one. It is not told before there is something to tell of it. */
class Part implements WorkTrace {
  readonly #traces: Traces;
  readonly #work: PieceOfWork;
  readonly #above: Part | undefined;
  readonly #begun = Date.now();
  #before: Context = ROOT_CONTEXT;
  #span: Span | undefined;

  constructor(traces: Traces, work: PieceOfWork, above: Part | undefined) {
    this.#traces = traces;
    this.#work = work;
    this.#above = above;
  }

  begin(work: PieceOfWork): WorkTrace {
    return new Part(this.#traces, work, this);
  }

  continues(mark: string): void {
    if (this.#span === undefined) this.#before = contextOf(mark);
  }

  mark(): string | undefined {
    return markOf(this.#open());
  }

  reserved({ cluster, number }: { readonly cluster: string; readonly number: string }): string | undefined {
    const { of, concerned } = this.#work;
    const isOneOfMany = concerned.size > 1 || !isTold(this.#work);
    const attributes = { 'roombridge.cluster': cluster, 'roombridge.number': number };
    const { tracer } = this.#traces;
    const span = isOneOfMany
      ? tracer.startSpan(
          'reserve',
          // A sweep is told of by nobody, so that there is nothing to lead to.
          { attributes, ...(of === 'calendar' ? { links: [{ context: this.#open().spanContext() }] } : {}) },
          ROOT_CONTEXT,
        )
      : tracer.startSpan('reserve', { attributes }, this.#within());
    span.end();
    return markOf(span);
  }

  hear(heard: Heard): void {
    const { at, took, fault, method } = 'bridge' in heard ? heard.bridge : heard.graph;
    const path = templateOf('bridge' in heard ? heard.bridge.path : heard.graph.path);
    const attributes: Attributes = {
      'http.request.method': method,
      'url.template': path,
      ...('bridge' in heard ? ofBridge(heard.bridge) : ofGraph(heard.graph)),
      ...(fault === undefined ? {} : { 'error.type': fault.kind }),
    };
    const options = { kind: SpanKind.CLIENT, attributes, startTime: hrTime(at) };
    const span = this.#traces.tracer.startSpan(`${method} ${path}`, options, this.#within());
    if (fault !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: fault.kind });
    span.end(hrTime(at + took));
  }

  end(error?: unknown): void {
    if (error !== undefined && isTold(this.#work)) {
      // Its message may say what people wrote.
      const message = error instanceof Error ? error.name : 'Error';
      this.#open().setStatus({ code: SpanStatusCode.ERROR, message });
    }
    this.#span?.end();
  }

  #within(): Context {
    return trace.setSpan(ROOT_CONTEXT, this.#open());
  }

  #open(): Span {
    this.#span ??= this.#traces.tracer.startSpan(
      this.#work.step ?? this.#work.of,
      {
        kind: this.#work.of === 'notification' ? SpanKind.SERVER : SpanKind.INTERNAL,
        attributes: this.#attributes(),
        startTime: hrTime(this.#begun),
      },
      this.#above === undefined ? this.#before : this.#above.#within(),
    );
    return this.#span;
  }

  #attributes(): Attributes {
    const { of, key, id, step } = this.#work;
    const room = of === 'calendar' || of === 'notification' ? this.#traces.room(key) : undefined;
    return {
      ...{ 'roombridge.queue': of, 'roombridge.work': id },
      ...(step === undefined ? {} : { 'roombridge.step': step }),
      ...(room === undefined ? {} : { 'roombridge.room': room }),
    };
  }
}

/** Sweeps and looks at who is in are made all the time and for many at once: of these nothing is told. */
function isTold({ of }: PieceOfWork): boolean {
  return of === 'conference' || of === 'invitation' || of === 'calendar' || of === 'notification';
}

function ofBridge({ callBridge, fault, made }: Traffic): Attributes {
  // A success has this status; that of a failure stands in the fault.
  const status = fault === undefined ? 200 : fault.status;
  return {
    'server.address': URL.canParse(callBridge) ? new URL(callBridge).hostname : '',
    ...(status === undefined ? {} : { 'http.response.status_code': status }),
    ...(made === undefined || !/^[\w-]{1,80}$/.test(made) ? {} : { 'roombridge.made': made }),
  };
}

function ofGraph({ status, fault, requestId, clientRequestId }: GraphTraffic): Attributes {
  const graphs = fault?.requestId ?? requestId;
  return {
    'server.address': 'graph',
    'roombridge.client_request_id': clientRequestId,
    ...(status === undefined ? {} : { 'http.response.status_code': status }),
    ...(graphs === undefined || !/^[\w-]{1,80}$/.test(graphs) ? {} : { 'roombridge.request_id': graphs }),
  };
}

/** Without ids and addresses: what is a word of the vendor's has letters only. */
function templateOf(path: string): string {
  return path
    .split('/')
    .map((part) => (/^([a-z$]{0,40}|v\d(\.\d)?)$/i.test(part) ? part : '{id}'))
    .join('/');
}

function markOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-0${traceFlags & 1}`;
}

function contextOf(mark: string): Context {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])$/.exec(mark) ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number(flags), isRemote: true });
}

/** Of epoch ms. */
function hrTime(at: number): HrTime {
  const seconds = Math.floor(at / 1_000);
  return [seconds, Math.round((at - seconds * 1_000) * 1e6)];
}

/** A receiver that is away is said once a minute, and is no trouble of anybody else. */
function sayTroubles(log: TracesDeps['log']): void {
  let saidAt = Number.NEGATIVE_INFINITY;
  const say = (reason: string) => {
    if (performance.now() - saidAt < sayAgainAfter) return;
    saidAt = performance.now();
    log.warn({ reason: String(reason).slice(0, 300) }, 'traces are not taken');
  };
  const silent = () => {};
  diag.setLogger(
    { error: say, warn: say, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
