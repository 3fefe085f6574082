/**
 * Preloaded into a worker: its clock is wrong by the milliseconds that the file FAULT_DAY_CLOCK holds, and steps when that file
 * changes. The monotonic clock and timers stay right, as they do when somebody sets a machine's clock.
 */
import { readFileSync } from 'node:fs';

const file = process.env.FAULT_DAY_CLOCK;
const LOOK_EVERY_MS = 200;

if (file) {
  let shift = 0;
  const look = () => {
    try {
      shift = Number(readFileSync(file, 'utf8')) || 0;
    } catch {
      // Not written yet: the clock is right.
    }
  };
  look();
  setInterval(look, LOOK_EVERY_MS).unref();
  const rightNow = Date.now;
  Date.now = () => rightNow() + shift;
  // A class of its own would not be what `instanceof Date` asks for.
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, as) => Reflect.construct(target, args.length > 0 ? args : [Date.now()], as),
    apply: (target) => new target(Date.now()).toString(),
  });
}
