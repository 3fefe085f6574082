import type { Fault, FaultName } from './schedule.ts';

/** The faults that go on now, by name. `set` is called after each change. */
export function createFaultsNow(set: () => void) {
  const active = new Map<FaultName, Fault>();
  return {
    has: (name: FaultName) => active.has(name),
    get: (name: FaultName) => active.get(name),
    begin(fault: Fault) {
      active.set(fault.name, fault);
      set();
    },
    end({ name }: Fault) {
      active.delete(name);
      set();
    },
    /** Ends them all. */
    behave() {
      active.clear();
      set();
    },
  };
}
