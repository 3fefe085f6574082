/** What can go wrong in a way that the caller is told about. One table below says what each means over HTTP. */
export type ErrorCode = keyof typeof HTTP_STATUS;

export const HTTP_STATUS = {
  invalid_input: 422,
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  changed_meanwhile: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  too_many_requests: 429,
  unavailable: 503,
} as const;

export interface FieldError {
  /** Where in the input, dotted: `fields.company`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * An error that is somebody's to correct: `message` is a sentence that says what to do.
 * Thrown anywhere, caught at the HTTP edge and in the job runner only.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[];
  /** Seconds after which it makes sense to try again. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { errors?: readonly FieldError[]; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfter = options.retryAfter;
  }
}
