import { type Context, Hono } from 'hono';
import {
  erasePersonalData,
  findPersonalData,
  handOutPersonalData,
  type PersonalData,
} from '../../actions/personal-data.ts';
import { presentPersonalData } from '../../api/present.ts';
import { addressHash, normalizeAddress, shownAddress } from '../../domain/address.ts';
import { AppError } from '../../domain/errors.ts';
import { readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { seeOther, type TeamDependencies } from '../frame.ts';
import { act, type TeamEnv } from '../session.ts';
import { FindDataPage, HeldDataPage, type HeldDataPageProps } from './data-page.tsx';

const PATH = '/team/data';
/** An address in an address would stand in histories and logs: its hash does. */
const OF_ADDRESS = `${PATH}/:hash`;

/** All that is held of one person over all events: to be handed to them, and erased. */
export function dataRoutes(dependencies: TeamDependencies) {
  const { pool, frame, limits, now } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get(PATH, async (c) => sendPage(c, <FindDataPage frame={await frame(c)} email="" error={null} />));

  router.post(PATH, async (c) => {
    const { email = '' } = await readForm(c);
    const address = normalizeAddress(email);
    await countOne(c);
    if (address) return seeOther(c, `${PATH}/${addressHash(address)}`);
    const error = 'Enter an email address, like ada@example.com.';
    return sendPage(
      c,
      <FindDataPage frame={await frame(c)} email={email.slice(0, 1_000)} error={error} />,
      422,
    );
  });

  router.get(OF_ADDRESS, (c) => showHeld(c));

  router.get(`${OF_ADDRESS}/download`, async (c) => {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="personal-data.json"',
    };
    // Nothing was handed out.
    if (c.req.method === 'HEAD') return c.body(null, 200, headers);
    await countOne(c);
    const data = await act(c, dependencies, (action) => handOutPersonalData(action, c.req.param('hash')));
    if (data.email === null) throw new AppError('not_found', 'Nothing is held of this email.');
    const file = presentPersonalData(data.email, data, now());
    return c.body(JSON.stringify(file, null, 2), 200, headers);
  });

  router.post(`${OF_ADDRESS}/erase`, async (c) => {
    await countOne(c);
    const { email = '' } = await readForm(c);
    const address = normalizeAddress(email);
    if (!address || addressHash(address) !== c.req.param('hash'))
      return showHeld(c, {
        typed: email.slice(0, 1_000),
        error: 'Type the email that is shown above, to confirm.',
      });
    await act(c, dependencies, (action) => erasePersonalData(action, address));
    return seeOther(c, PATH, 'person_erased');
  });

  function countOne(c: Context<TeamEnv>): Promise<void> {
    return limits.personalDataByActor.take(`team_member:${c.var.session.member.id}`);
  }

  async function showHeld(
    c: Context<TeamEnv>,
    { typed = '', error = null }: { readonly typed?: string; readonly error?: string | null } = {},
  ): Promise<Response> {
    const data = await findPersonalData(pool, c.req.param('hash') ?? '');
    const held = heldOf(data);
    const status = held === null ? 404 : error ? 422 : 200;
    return sendPage(
      c,
      <HeldDataPage frame={await frame(c)} held={held} typed={typed} error={error} />,
      status,
    );
  }

  return router;
}

function heldOf(data: PersonalData): HeldDataPageProps['held'] {
  const { email, registrations, formerMails, suppressions } = data;
  if (email === null) return null;
  const sum = (count: (one: PersonalData['registrations'][number]) => number) =>
    registrations.reduce((total, one) => total + count(one), 0);
  return {
    email: shownAddress(email),
    path: `${PATH}/${addressHash(email)}`,
    registrations: registrations.map(({ registrant, event, mails }) => ({
      ...{ id: registrant.id, eventId: event.id, eventTitle: event.title, timeZone: event.timeZone },
      registeredAt: registrant.registeredAt,
      isCancelled: registrant.cancelledAt !== null,
      mails: mails.length,
    })),
    mails: sum(({ mails }) => mails.length) + formerMails.length,
    suppressions: suppressions.length,
    auditEntries: sum(({ audit }) => audit.length),
  };
}
