/** Arguments of V8 with which the parts are started. */
export const SERVER: readonly string[];
export const WORKER: readonly string[];
