/** Arguments of V8 with which the parts are started. */
export const V8: readonly string[];
