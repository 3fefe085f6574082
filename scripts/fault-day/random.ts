import { createHash } from 'node:crypto';

/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(least: number, most: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** True in so large a share of all cases. */
  chance(share: number): boolean;
  /** The same items in another order (Fisher and Yates). */
  shuffled<T>(list: readonly T[]): T[];
}

/** `stream` keeps apart what draws from one seed: more of one thing changes nothing of the others. */
export function createRandom(seed: number, stream: string): Random {
  let state = createHash('sha256').update(`${seed} ${stream}`).digest().readUInt32LE();
  const next = () => {
    // Mulberry32: 32 bits of state, good enough for choosing.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    whole,
    pick: (list) => list[whole(0, list.length - 1)] ?? list[0],
    chance: (share) => next() < share,
    shuffled(list) {
      const rest = [...list];
      const taken: typeof rest = [];
      while (rest.length > 0) taken.push(...rest.splice(whole(0, rest.length - 1), 1));
      return taken;
    },
  };
}
