/** Which meetings have a text, by the numbers of both: what few have is found without a look at all others. */

/** Numbers are kept one higher, so that 0 is none. */
export class Chains {
  #heads = new Uint32Array(1_024);
  #next = new Uint32Array(1_024);
  #before = new Uint32Array(1_024);

  put(text: number, id: number): void {
    if (text >= this.#heads.length) this.#heads = larger(this.#heads, text);
    if (id >= this.#next.length) {
      this.#next = larger(this.#next, id);
      this.#before = larger(this.#before, id);
    }
    const head = this.#heads[text] ?? 0;
    this.#next[id] = head;
    this.#before[id] = 0;
    if (head !== 0) this.#before[head - 1] = id + 1;
    this.#heads[text] = id + 1;
  }

  remove(text: number, id: number): void {
    const [next, before] = [this.#next[id] ?? 0, this.#before[id] ?? 0];
    if (next !== 0) this.#before[next - 1] = before;
    if (before === 0) this.#heads[text] = next;
    else this.#next[before - 1] = next;
  }

  /** In no order. */
  collect(text: number, into: number[]): void {
    for (let at = this.#heads[text] ?? 0; at !== 0; at = this.#next[at - 1] ?? 0) into.push(at - 1);
  }
}

function larger(old: Uint32Array, needed: number): Uint32Array<ArrayBuffer> {
  const room = new Uint32Array(Math.ceil((needed + 1) * 1.5));
  room.set(old);
  return room;
}
