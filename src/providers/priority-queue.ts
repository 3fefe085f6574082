import type { Lane } from '../domain/message.ts';

/** What waits for its turn: everything of `now` comes before anything of `bulk`, each lane in its order. */
export class LaneQueue<Item extends { readonly lane: Lane }> {
  readonly #lanes: Readonly<Record<Lane, Item[]>> = { now: [], bulk: [] };

  get length(): number {
    return this.#lanes.now.length + this.#lanes.bulk.length;
  }

  add(item: Item): void {
    this.#lanes[item.lane].push(item);
  }

  /** Before all others of its lane: it had its turn already. */
  putBack(item: Item): void {
    this.#lanes[item.lane].unshift(item);
  }

  take(): Item | undefined {
    return this.#lanes.now.shift() ?? this.#lanes.bulk.shift();
  }

  /** Everything, in order; nothing is left. */
  drain(): Item[] {
    return [...this.#lanes.now.splice(0), ...this.#lanes.bulk.splice(0)];
  }
}
