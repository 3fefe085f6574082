import { type Checked, checkMail } from './check.ts';
import { inboxOf, type Received } from './read-back.ts';
import { idOf, type Sample } from './samples.ts';
import { type DatabaseEnv, sendSamples } from './send.ts';

/** A sample's way through the worker and the inbox. */
export interface Outcome extends Checked {
  readonly received: Received | null;
}

/** Sends the samples into the inbox and looks at each there. The database is migrated, and thrown away afterwards. */
export async function runSamples(
  samples: readonly Sample[],
  where: { readonly databaseEnv: DatabaseEnv; readonly smtpUrl: string; readonly httpUrl: string },
): Promise<Outcome[]> {
  const inbox = inboxOf(where.httpUrl);
  const messageIds = samples.map(({ key }) => idOf('message', key));
  await inbox.remove(messageIds);
  const sent = await sendSamples(samples, where);
  const arrived = await inbox.find(messageIds);
  const outcomes: Outcome[] = [];
  for (const one of sent) {
    const [id] = arrived.get(one.messageId) ?? [];
    const received = id === undefined ? null : await inbox.read(id);
    if (id !== undefined) await inbox.tag(id, one);
    outcomes.push({ ...checkMail(one, received), received });
  }
  return outcomes;
}
