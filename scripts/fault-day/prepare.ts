import type { EventOfRun, EventsOfRun } from './load.ts';
import type { LoadPlan } from './load-plan.ts';
import type { PromisedMail } from './records.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const REMINDED_MINUTES = 60;
/** The first statistics of a table are yet to come, and all of them are new: it may take a while. */
const PATIENCE_MS = 60_000;

/** Makes the events of a run and imports whoever is reminded in it. `startedAt`: the start of the run by this machine's clock. */
export async function prepareEvents(options: {
  readonly serverUrl: string;
  readonly apiKey: string;
  readonly plan: LoadPlan;
  readonly startedAt: number;
}): Promise<{ events: EventsOfRun; reminded: PromisedMail[] }> {
  const { serverUrl, apiKey, plan, startedAt } = options;

  async function post(path: string, body: string, type = 'application/json') {
    const answer = await fetch(`${serverUrl}/api/v1${path}`, {
      ...{ method: 'POST', body },
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': type },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  const createEvent = async (title: string, startsAt: number, reminderMinutes: readonly number[]) => {
    const times = { startsAt: new Date(startsAt), endsAt: new Date(startsAt + 60 * MINUTE) };
    const body = { title, ...times, timeZone: 'Europe/Paris', reminderMinutes };
    return (await post('/events', JSON.stringify(body))) as EventOfRun;
  };

  const inTwoDays = startedAt + 2 * DAY;
  const fanOuts: EventOfRun[] = [];
  for (let n = 0; n < plan.fanOuts; n++) fanOuts.push(await createEvent(`To many ${n}`, inTwoDays, []));
  const events = {
    steady: await createEvent('Steady', inTwoDays, []),
    refused: await createEvent('Refused for its content', inTwoDays, []),
    fanOuts,
  };
  const reminded: PromisedMail[] = [];
  for (const [n, { dueMs, emails }] of plan.reminders.entries()) {
    const startsAt = startedAt + dueMs + REMINDED_MINUTES * MINUTE;
    const { id } = await createEvent(`Reminded ${n}`, startsAt, [REMINDED_MINUTES]);
    await post(`/events/${id}/registrants/import`, `email\n${emails.join('\n')}\n`, 'text/csv');
    for (const to of emails) reminded.push({ to, kind: 'reminder', atMs: dueMs, notBeforeMs: dueMs });
  }
  return { events, reminded };
}
