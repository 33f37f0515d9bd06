/** A collection of plain objects of the shared database: created, read, listed, changed and removed by id. */
import { randomUUID } from 'node:crypto';
import { doesNotExist } from './failure.ts';
import { applyChanges, type Fields, type Form, readChanges, renderFields, type Schema } from './fields.ts';
import { list, object, type Page } from './xml.ts';

export interface Row {
  readonly id: string;
  fields: Fields;
}

export interface TableKind {
  /** Element of one object, e.g. `callProfile`; `<element>DoesNotExist` is the failure of an unknown id. */
  element: string;
  /** Root element of the list and canonical path. */
  collection: string;
  schema: Schema;
  /** Fields of a list's items. */
  listed: string[];
  /** Refuses changes that clash with other rows. */
  guard?: (rows: Iterable<Row>, changed: Fields, self: Row | undefined) => void;
}

export class Table {
  readonly rows = new Map<string, Row>();
  readonly kind: TableKind;
  readonly #ignored: (parameter: string) => void;
  readonly #order: string[];

  constructor(kind: TableKind, ignored: (parameter: string) => void) {
    this.kind = kind;
    this.#ignored = ignored;
    this.#order = Object.keys(kind.schema);
  }

  /** Answers the new object's canonical path below `/api/v1/`. */
  create(form: Form): string {
    return `${this.kind.collection}/${this.insert(form).id}`;
  }

  insert(form: Form): Row {
    const fields: Fields = new Map();
    applyChanges(fields, readChanges(form, this.kind.schema, this.#ignored));
    this.kind.guard?.(this.rows.values(), fields, undefined);
    const row = { id: randomUUID(), fields };
    this.rows.set(row.id, row);
    return row;
  }

  get(id: string): Row {
    const row = this.rows.get(id.toLowerCase());
    if (row === undefined) throw doesNotExist(this.kind.element);
    return row;
  }

  update(id: string, form: Form): void {
    const row = this.get(id);
    const changes = readChanges(form, this.kind.schema, this.#ignored);
    const changed = new Map(row.fields);
    applyChanges(changed, changes);
    this.kind.guard?.(this.rows.values(), changed, row);
    row.fields = changed;
  }

  remove(id: string): void {
    this.rows.delete(this.get(id).id);
  }

  detail(id: string): string {
    const row = this.get(id);
    return object(this.kind.element, row.id, renderFields(row.fields, this.#order));
  }

  list(page: Page, keep?: (row: Row) => boolean): string {
    const { element, collection, listed } = this.kind;
    const render = (row: Row): string => object(element, row.id, renderFields(row.fields, listed));
    if (keep === undefined) return list(collection, this.rows.values(), page, render, this.rows.size);
    return list(collection, [...this.rows.values()].filter(keep), page, render);
  }
}
