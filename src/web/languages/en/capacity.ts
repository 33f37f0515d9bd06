/** English: what the pages say of slots and of the capacity of coming days. */
export const capacity = {};

export type Capacity = Readonly<Record<keyof typeof capacity, string>>;
