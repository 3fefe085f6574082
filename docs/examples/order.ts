/**
 * A shop that sells tickets: the order and the registration are one transaction. `node order.ts EVENT EMAIL`, with `DATABASE_URL`, and
 * `DATABASE_SCHEMA` where access-mail's is not `public`. EVENT is an id or a slug.
 */
import { AccessMailError, createAccessMail } from 'access-mail';
import pg from 'pg';

const [event = '', email = ''] = process.argv.slice(2);
const { register } = createAccessMail({ schema: process.env.DATABASE_SCHEMA ?? 'public' });

const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
await client.query(
  'create temporary table ticket_order (id serial primary key, email text not null, registrant uuid not null)',
);

async function order(): Promise<string> {
  const registrant = await register(client, { event, email, firstName: 'Ada', fields: { company: 'ACME' } });
  await client.query('insert into ticket_order (email, registrant) values ($1, $2)', [email, registrant]);
  return registrant;
}

try {
  await client.query('begin');
  await order();
  // The card was declined, say.
  await client.query('rollback');
  const { rows } = await client.query('select count(*) from ticket_order');
  console.log(`Rolled back: ${rows[0].count} orders, and nobody is registered.`);

  await client.query('begin');
  const registrant = await order();
  await client.query('commit');
  console.log(`Committed: ${registrant} is registered, and the mail is on its way.`);
} catch (error) {
  await client.query('rollback');
  if (!(error instanceof AccessMailError)) throw error;
  console.log(`${error.code}: ${error.message}`);
  for (const { path, message } of error.errors) console.log(`${path} ${message}`);
} finally {
  await client.end();
}
