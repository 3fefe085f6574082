/** What is sent back to a client: a status, a body already written out, and headers beyond the usual ones. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Status and words of each error, as https://resend.com/docs/api-reference/errors lists them. */
const ERRORS = {
  invalid_idempotency_key: [400, 'The key must be between 1-256 chars.'],
  missing_api_key: [401, 'Missing API key in the authorization header.'],
  restricted_api_key: [401, 'This API key is restricted to only send emails.'],
  invalid_api_key: [403, 'API key is invalid.'],
  not_found: [404, 'The requested endpoint does not exist.'],
  method_not_allowed: [405, 'Method is not allowed for the requested path.'],
  invalid_idempotent_request: [409, 'Same idempotency key used with a different request payload.'],
  concurrent_idempotent_requests: [
    409,
    'Same idempotency key used while original request is still in progress.',
  ],
  invalid_attachment: [422, 'Attachment must have either a `content` or `path`.'],
  invalid_parameter: [422, 'The parameter must be a valid UUID.'],
  missing_required_field: [422, 'The request body is missing one or more required fields.'],
  validation_error: [422, 'We found an error with one or more fields in the request.'],
  monthly_quota_exceeded: [429, 'You have reached your monthly email sending quota.'],
  daily_quota_exceeded: [429, 'You have reached your daily email sending quota.'],
  rate_limit_exceeded: [429, 'Too many requests.'],
  application_error: [500, 'An unexpected error occurred.'],
  service_unavailable: [503, 'The service is unavailable.'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorName = keyof typeof ERRORS;

/** An error that a test makes up: any status and name, since clients must cope with those of tomorrow too. */
export interface Failure {
  readonly status: number;
  readonly name: string;
  readonly message?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export function ok(body: unknown): Answer {
  return { status: 200, body: JSON.stringify(body) };
}

/** A published error; `message` where the documented words depend on the case. */
export function refusal(name: ErrorName, message?: string, headers?: Answer['headers']): Answer {
  const [status, words] = ERRORS[name];
  return failure({ status, name, message: message ?? words, headers });
}

/** The shape of every error body: `{ statusCode, name, message }` (the SDK's ErrorResponse). */
export function failure({ status, name, message, headers }: Failure): Answer {
  const words = message ?? (name in ERRORS ? ERRORS[name as ErrorName][1] : 'Made up by a test.');
  return { status, body: JSON.stringify({ statusCode: status, name, message: words }), headers };
}

/** What a gateway in front of the API says when the API does not: no JSON, so the SDK cannot read a name. */
export const GATEWAY_PAGE: Answer = {
  status: 502,
  body: '<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>',
  headers: { 'content-type': 'text/html' },
};
