import type { ApiDocument, Operation } from './document.ts';
import { requestJson } from './example.ts';

/** The route as a command to paste: capitals stand for what is to be filled in. */
export function curlSample(operation: Operation, document: ApiDocument): string {
  const base = document.servers?.[0]?.url ?? '';
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase());
  const query = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map((parameter) => `${parameter.name}=${parameter.name.toUpperCase()}`);
  const address = [base + path, query.join('&')].filter(Boolean).join('?');
  const method = operation.method === 'get' ? '' : `-X ${operation.method.toUpperCase()} `;
  return [
    `curl ${method}${quoted(address)}`,
    `-H ${quoted('Authorization: Bearer KEY')}`,
    ...(operation.method === 'post' ? [`-H ${quoted('Idempotency-Key: KEY_OF_YOUR_CHOICE')}`] : []),
    ...body(operation, document),
  ].join(' \\\n  ');
}

function body(operation: Operation, document: ApiDocument): string[] {
  const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (!type || !media) return [];
  const data = type.includes('json') ? `-d ${quoted(requestJson(media, document))}` : '--data-binary @FILE';
  return [`-H ${quoted(`Content-Type: ${type}`)}`, data];
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
