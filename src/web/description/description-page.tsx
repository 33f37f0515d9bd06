/** The API, as it describes itself: each address with what it is asked and what it answers. */
import { useQuery } from '@tanstack/react-query';
import { questions } from '../questions.ts';
import { Troubled } from '../troubled.tsx';
import { useWords } from '../words.tsx';
import { type Described, type Operation, operationsIn, typeOf } from './operations.ts';

export function DescriptionPage() {
  const { t } = useWords();
  const document = useQuery(questions.document);
  const described = document.data as Described | undefined;
  return (
    <div className="page api">
      <h1>{t('nav.api')}</h1>
      <Troubled of={document} />
      {described && (
        <>
          <p lang="en">{described.info.description}</p>
          <p className="together">
            <a href="/api/openapi.json">OpenAPI</a>&ensp;·&ensp;<a href="/metrics">/metrics</a>&ensp;·&ensp;
            <a href="/api/health">/api/health</a>&ensp;·&ensp;<a href="/live">/live</a>&ensp;·&ensp;
            <a href="/ready">/ready</a>
          </p>
          {operationsIn(described).map(({ path, method, operation }) => (
            <OperationPanel key={`${method} ${path}`} path={path} method={method} operation={operation} />
          ))}
          <h2>{t('api.shapes')}</h2>
          {Object.entries(described.components.schemas).map(([name, schema]) => (
            <details key={name} className="panel shape" id={`shape-${name}`}>
              <summary>{name}</summary>
              <dl className="facts" dir="ltr">
                {Object.entries(schema.properties ?? {}).map(([field, type]) => (
                  <div key={field}>
                    <dt className="mono">{field}</dt>
                    <dd>
                      <code>{typeOf(type)}</code> <small lang="en">{type.description}</small>
                    </dd>
                  </div>
                ))}
              </dl>
            </details>
          ))}
        </>
      )}
    </div>
  );
}

function OperationPanel(props: {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}) {
  const { path, method, operation } = props;
  const { t } = useWords();
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const answer = Object.values(responses['200']?.content ?? {})[0]?.schema;
  const orders = body?.oneOf ?? body?.anyOf ?? (body === undefined ? [] : [body]);
  return (
    <section className="panel operation" aria-label={`${method} ${path}`}>
      <h2 dir="ltr">
        <span className={`method ${method}`}>{method}</span> <code>{path}</code>
      </h2>
      <p lang="en">
        {summary} <small>{description}</small>
      </p>
      {parameters.length > 0 && (
        <dl className="facts" dir="ltr">
          {parameters.map(({ name, schema, required }) => (
            <div key={name}>
              <dt className="mono">
                {name}
                {required ? '' : '?'}
              </dt>
              <dd>
                <code>{typeOf(schema)}</code> <small lang="en">{schema.description}</small>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {orders.length > 0 && (
        <details>
          <summary>{t('api.body')}</summary>
          {orders.map((one) => (
            <pre key={JSON.stringify(one)} dir="ltr">
              {typeOf(one)}
            </pre>
          ))}
        </details>
      )}
      {answer && (
        <p>
          {t('api.gives')} <code dir="ltr">{typeOf(answer)}</code>
        </p>
      )}
    </section>
  );
}
