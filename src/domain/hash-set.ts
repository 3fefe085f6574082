/** Which hashes were seen. A `Set` of millions of them would take several times the memory. */
export interface HashSet {
  /** Takes the hash in; false: it was there. */
  add(hash: string): boolean;
}

/**
 * A set of SHA-256 hashes in hexadecimal, by their first 64 bits: of ten million, two are taken for one once in three
 * hundred thousand times. Eight bytes a slot, at most half of them used, the next free one where one is taken.
 */
export function createHashSet(): HashSet {
  let slots = new BigUint64Array(1024);
  let size = 0;

  function put(key: bigint): boolean {
    const mask = slots.length - 1;
    let at = Number(key & 0xffff_ffffn) & mask;
    for (;;) {
      const there = slots[at];
      if (there === key) return false;
      if (there === 0n) break;
      at = (at + 1) & mask;
    }
    slots[at] = key;
    return true;
  }

  function grow(): void {
    const before = slots;
    slots = new BigUint64Array(2 * before.length);
    for (const key of before) if (key !== 0n) put(key);
  }

  return {
    add(hash) {
      if (2 * size >= slots.length) grow();
      // Zero means that a slot is free.
      const isNew = put(BigInt(`0x${hash.slice(0, 16)}`) || 1n);
      if (isNew) size++;
      return isNew;
    },
  };
}
