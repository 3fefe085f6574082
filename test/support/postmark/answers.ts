/** What is sent back to a client: a status, and a body already written out. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export const json = (status: number, body: unknown): Answer => ({ status, body: JSON.stringify(body) });
export const apiError = (status: number, ErrorCode: number, Message: string): Answer =>
  json(status, { ErrorCode, Message });
