// JavaScript, and not TypeScript as all else: Node runs it from node_modules as it is, and installing it builds nothing.

const CODES = {
  ML001: 'invalid_input',
  ML002: 'not_found',
  ML003: 'event_cancelled',
  ML004: 'event_ended',
  ML005: 'registrant_cancelled',
  ML006: 'too_many_fields',
  ML007: 'changed_meanwhile',
};

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export class AccessMailError extends Error {
  constructor(cause) {
    super(cause.message, { cause });
    this.name = 'AccessMailError';
    this.sqlState = cause.code;
    this.code = CODES[cause.code];
    this.errors = JSON.parse(cause.detail ?? '[]');
  }
}

export function createAccessMail({ schema = 'public' } = {}) {
  const ours = `"${schema.replaceAll('"', '""')}"`;

  async function call(client, expression, values) {
    try {
      const { rows } = await client.query(`select ${expression} as answer`, values);
      return rows[0].answer;
    } catch (error) {
      throw Object.hasOwn(CODES, error?.code ?? '') ? new AccessMailError(error) : error;
    }
  }

  return {
    register(client, { event, email, fields, source, ...more }) {
      const id = ID.test(event) ? '$1::uuid' : `${ours}.event_id($1::text)`;
      // As texts, so that no client makes JSON of it twice.
      const json = [fields, source].map((value) => JSON.stringify(value ?? {}));
      return call(
        client,
        `${ours}.register(${id}, $2::text, $3::text, $4::text, $5::text::jsonb, $6::text, $7::text, $8::text::jsonb, $9::boolean)`,
        [
          ...[event, email, more.firstName ?? '', more.lastName ?? '', json[0]],
          ...[more.locale ?? null, more.timeZone ?? null, json[1], more.sendConfirmation ?? true],
        ],
      );
    },
    resend: (client, registrantId) => call(client, `${ours}.resend_access_link($1::uuid)`, [registrantId]),
    cancel: (client, registrantId) => call(client, `${ours}.cancel_registration($1::uuid)`, [registrantId]),
    restore: (client, registrantId, { sendConfirmation = true } = {}) =>
      call(client, `${ours}.restore_registration($1::uuid, $2::boolean)`, [registrantId, sendConfirmation]),
  };
}
