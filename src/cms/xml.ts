/** Call bridges' XML as a small tree in which every value is the text that was sent: leading zeros survive. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** Names of child elements are matched without regard to case, in which releases differ (`subtype`, `subType`). */
export class XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly elements: readonly XmlElement[];
  /** The element's own text, without that of its child elements. */
  readonly content: string;

  constructor(
    name: string,
    attributes: Readonly<Record<string, string>>,
    elements: readonly XmlElement[],
    content: string,
  ) {
    this.name = name;
    this.attributes = attributes;
    this.elements = elements;
    this.content = content;
  }

  children(name: string): XmlElement[] {
    return this.elements.filter((element) => element.is(name));
  }

  child(name: string): XmlElement | undefined {
    return this.elements.find((element) => element.is(name));
  }

  /** The text of the first child of that name; undefined when there is none or it is empty, which bridges mix up. */
  text(name: string): string | undefined {
    return this.child(name)?.content || undefined;
  }

  /** A child's whole number, or undefined. */
  number(name: string): number | undefined {
    const text = this.text(name);
    return text !== undefined && /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
  }

  boolean(name: string): boolean | undefined {
    const text = this.text(name)?.trim().toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : undefined;
  }

  is(name: string): boolean {
    return this.name.toLowerCase() === name.toLowerCase();
  }
}

/** Thrown for text that is not one well-formed XML document. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Without it numeric references (`&#228;`) stay as they are.
  htmlEntities: true,
});

type Node = { readonly [name: string]: unknown };

/** The root element; the prolog is optional. Throws `XmlError`. */
export function parseXml(text: string): XmlElement {
  const document = text.trim();
  // No bridge sends a document type; HTML pages of proxies have one, and so have entity bombs.
  if (/<!DOCTYPE/i.test(document)) throw new XmlError('a document type is not expected');
  const verdict = XMLValidator.validate(document);
  if (verdict !== true) {
    // It quotes the document, which may be one long tag.
    throw new XmlError(`${verdict.err.msg.slice(0, 200)} (line ${verdict.err.line})`);
  }
  let nodes: Node[];
  try {
    nodes = parser.parse(document) as Node[];
  } catch (cause) {
    throw new XmlError('not XML', { cause });
  }
  const [root, another] = nodes.map(toElement).filter((element) => element !== undefined);
  if (root === undefined || another !== undefined) throw new XmlError('not one root element');
  return root;
}

function toElement(node: Node): XmlElement | undefined {
  const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
  if (name === undefined) return undefined;
  const inside = node[name] as Node[];
  const elements: XmlElement[] = [];
  let content = '';
  for (const part of inside) {
    const element = toElement(part);
    if (element === undefined) content += String(part['#text'] ?? '');
    else elements.push(element);
  }
  return new XmlElement(name, (node[':@'] ?? {}) as Record<string, string>, elements, content);
}
