import type { Priority } from '../domain/message.ts';

/** What waits for its turn: everything of `urgent` comes before anything of `bulk`, each priority in its order. */
export class PriorityQueue<Item extends { readonly priority: Priority }> {
  readonly #waiting: Readonly<Record<Priority, Item[]>> = { urgent: [], bulk: [] };

  get length(): number {
    return this.#waiting.urgent.length + this.#waiting.bulk.length;
  }

  add(item: Item): void {
    this.#waiting[item.priority].push(item);
  }

  /** Before all others of its priority: it had its turn already. */
  putBack(item: Item): void {
    this.#waiting[item.priority].unshift(item);
  }

  take(): Item | undefined {
    return this.#waiting.urgent.shift() ?? this.#waiting.bulk.shift();
  }

  /** Everything, in order; nothing is left. */
  drain(): Item[] {
    return [...this.#waiting.urgent.splice(0), ...this.#waiting.bulk.splice(0)];
  }
}
