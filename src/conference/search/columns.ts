/** The meetings by short numbers, each thing that they have in a row of its own: a question runs through few bytes. */

export class Columns {
  readonly keys: string[] = [];
  starts = new Float64Array(0);
  ends = new Float64Array(0);
  states = new Uint8Array(0);
  titles = new Uint32Array(0);
  organizers = new Uint32Array(0);
  rooms = new Uint32Array(0);
  numbers = new Uint32Array(0);
  readonly #free: number[] = [];

  /** A number that no meeting has. */
  take(key: string): number {
    const id = this.#free.pop() ?? this.keys.length;
    this.keys[id] = key;
    if (id >= this.starts.length) this.#grow(Math.max(1_024, id * 1.5));
    return id;
  }

  give(id: number): void {
    this.keys[id] = '';
    this.#free.push(id);
  }

  #grow(to: number): void {
    this.starts = larger(this.starts, new Float64Array(to));
    this.ends = larger(this.ends, new Float64Array(to));
    this.states = larger(this.states, new Uint8Array(to));
    this.titles = larger(this.titles, new Uint32Array(to));
    this.organizers = larger(this.organizers, new Uint32Array(to));
    this.rooms = larger(this.rooms, new Uint32Array(to));
    this.numbers = larger(this.numbers, new Uint32Array(to));
  }
}

function larger<T extends Float64Array | Uint32Array | Uint8Array>(old: T, room: T): T {
  room.set(old);
  return room;
}
