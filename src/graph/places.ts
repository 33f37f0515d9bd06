/** The rooms that the tenant knows as places: all of them, or those of one room list. */
import { type GraphClient, segment } from './client.ts';
import { GraphFault } from './fault.ts';
import { Trail } from './trail.ts';
import { objectOf, text } from './wire-value.ts';

export interface Place {
  readonly name?: string;
  /** Undefined where the place has no mailbox that could be booked. */
  readonly mailbox?: string;
  readonly capacity?: number;
  readonly building?: string;
  readonly floor?: string;
}

/**
 * Needs Place.Read.All: https://learn.microsoft.com/graph/api/place-list. Changes in Exchange reach Places up to two days late.
 * @param list SMTP address of a room list
 * @throws GraphFault; `refused` (403) without that permission, `absent` where there is no such list
 */
export async function listPlaces(graph: GraphClient, list?: string): Promise<Place[]> {
  const found: Place[] = [];
  const trail = new Trail();
  let path: string | undefined =
    list === undefined
      ? '/places/microsoft.graph.room'
      : `/places/${segment(list)}/microsoft.graph.roomlist/rooms`;
  for (
    let query: Record<string, string> = { $top: '100' };
    path !== undefined && trail.isNew(path);
    query = {}
  ) {
    const page = objectOf((await graph.send({ method: 'GET', path, query })).body);
    if (!Array.isArray(page.value)) throw new GraphFault('garbled', 'the list of places has no items');
    for (const one of page.value) found.push(placeOf(one));
    path = text(page['@odata.nextLink']);
  }
  return found;
}

/** Numbers come as texts in some tenants, and floors as either. */
function placeOf(value: unknown): Place {
  const wire = objectOf(value);
  const name = text(wire.displayName) ?? text(wire.nickname);
  const mailbox = text(wire.emailAddress);
  const capacity = Number(wire.capacity);
  const building = text(wire.building);
  const floor =
    text(wire.floorLabel) ?? (Number.isInteger(wire.floorNumber) ? String(wire.floorNumber) : undefined);
  return {
    ...(name === undefined ? {} : { name }),
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(Number.isInteger(capacity) && capacity > 0 ? { capacity } : {}),
    ...(building === undefined ? {} : { building }),
    ...(floor === undefined ? {} : { floor }),
  };
}
