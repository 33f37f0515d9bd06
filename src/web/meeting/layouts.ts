/** The layouts that call bridges know, from the API's description of what may be ordered. */

interface Schema {
  readonly properties?: Readonly<
    Record<string, { readonly const?: unknown; readonly enum?: readonly string[] }>
  >;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}
interface Described {
  readonly paths?: Readonly<
    Record<
      string,
      {
        readonly post?: {
          readonly requestBody?: {
            readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
          };
        };
      }
    >
  >;
}

export function layoutsIn(document: object | undefined): readonly string[] {
  const path = (document as Described | undefined)?.paths?.['/api/meetings/{key}/operations'];
  const schema = path?.post?.requestBody?.content?.['application/json']?.schema;
  const orders = schema?.oneOf ?? schema?.anyOf ?? [];
  const layout = orders.find(({ properties }) => properties?.do?.const === 'layout');
  return layout?.properties?.layout?.enum ?? [];
}
