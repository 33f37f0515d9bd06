/**
 * Whether traces are wanted, by the environment variables that OpenTelemetry has for it. Only what decides that is read here;
 * what else they say (samplers, headers, limits) the library reads itself, once it is loaded.
 */

export interface TracingConfig {
  /** What the environment asks for and is not spoken here: traces go out as OTLP over HTTP in JSON. */
  readonly unspoken?: string;
}

/** @returns undefined where nothing names a place that traces go to */
export function readTracing(env: NodeJS.ProcessEnv): TracingConfig | undefined {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return undefined;
  const exporter = env.OTEL_TRACES_EXPORTER?.trim() || 'otlp';
  const isNamed = [env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, env.OTEL_EXPORTER_OTLP_ENDPOINT].some(
    (endpoint) => (endpoint?.trim() ?? '') !== '',
  );
  const isAsked = exporter === 'otlp' && (isNamed || (env.OTEL_TRACES_EXPORTER?.trim() ?? '') !== '');
  if (!isAsked) return undefined;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || 'http/json';
  return protocol === 'http/json' ? {} : { unspoken: protocol };
}
