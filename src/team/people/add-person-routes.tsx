import { type Context, Hono } from 'hono';
import { askForDomains } from '../../actions/mail-domain.ts';
import { register } from '../../actions/register.ts';
import type { FieldError } from '../../domain/errors.ts';
import { AppError, HTTP_STATUS } from '../../domain/errors.ts';
import { type Event, eventPhase } from '../../domain/event.ts';
import { formAnswerErrors, readFormAnswers } from '../../domain/form-fields.ts';
import { newRegistrant } from '../../domain/input.ts';
import { readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { act, type TeamEnv } from '../session.ts';
import { AddPersonPage, OWN_FIELD } from './add-person-page.tsx';
import { readView } from './people-list.ts';
import { panePath } from './people-view.ts';

type Form = Readonly<Record<string, string>>;

const MESSAGES: Readonly<Record<string, string>> = {
  email: 'Enter an email, like ada@example.com.',
  firstName: 'Enter a first name of at most 200 characters, without control characters.',
  lastName: 'Enter a last name of at most 200 characters, without control characters.',
  locale: 'Choose a language of the list.',
};

/** Registering one person by hand. */
export function addPersonRoutes(dependencies: TeamDependencies) {
  const { pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/people/new', async (c) =>
    addPersonPage(c, await requireEvent(pool, c.req.param('id')), { sendConfirmation: 'yes' }, []),
  );

  router.post('/team/events/:id/people/new', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const form = await readForm(c);
    const answers = readFormAnswers(event.formFields, ownFields(event, form), { requires: false });
    const person = newRegistrant.safeParse({
      email: form.email ?? '',
      firstName: form.firstName ?? '',
      lastName: form.lastName ?? '',
      locale: form.locale || null,
      // Once the room has closed no link goes out.
      sendConfirmation: form.sendConfirmation === 'yes' && eventPhase(event, now()) !== 'ended',
    });
    const problems = [
      ...(person.success ? [] : [...new Set(person.error.issues.map(({ path }) => String(path[0])))]).map(
        (id) => ({ id, message: MESSAGES[id] ?? 'Enter something else.' }),
      ),
      ...problemsAtFields(event, formAnswerErrors(event.formFields, answers)),
    ];
    if (!person.success || problems.length > 0) return addPersonPage(c, event, form, problems, 422);
    try {
      const { registrant, created } = await act(c, dependencies, async (action) => {
        const registered = await register(action, event, {
          ...{ ...person.data, fields: answers.fields },
          technical: { registeredBy: 'team' },
        });
        await askForDomains(action, [person.data.email]);
        return registered;
      });
      const path = panePath(event.id, readView(new URLSearchParams()), registrant.id);
      const notice = !created
        ? 'person_known'
        : person.data.sendConfirmation
          ? 'person_added_mailed'
          : 'person_added';
      return seeOther(c, path, notice);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const refused = problemsAtFields(event, error.errors);
      const shown = refused.length > 0 ? refused : [{ id: 'email', message: error.message }];
      return addPersonPage(c, event, form, shown, HTTP_STATUS[error.code]);
    }
  });

  async function addPersonPage(
    c: Context<TeamEnv>,
    event: Event,
    values: Form,
    problems: readonly { readonly id: string; readonly message: string }[],
    status = 200,
  ): Promise<Response> {
    return sendPage(
      c,
      <AddPersonPage
        frame={await frame(c)}
        event={teamEvent(event, 'people', now())}
        formFields={event.formFields}
        locale={event.locale}
        values={values}
        problems={problems}
      />,
      status as 200,
    );
  }

  return router;
}

/** What was given for the event's own fields, by their names. */
function ownFields(event: Event, form: Form): Record<string, string> {
  return Object.fromEntries(
    event.formFields.flatMap(({ name, type }, index) => {
      const given = form[`${OWN_FIELD}${index}`];
      return given === undefined || type === 'consent' ? [] : [[name, given]];
    }),
  );
}

function problemsAtFields(event: Event, errors: readonly FieldError[]) {
  return errors.map(({ path, message }) => {
    const index = event.formFields.findIndex(({ name }) => path === `fields.${name}`);
    return {
      id: index < 0 ? 'email' : `${OWN_FIELD}${index}`,
      message: `${path.replace(/^fields\./, '')} ${message}.`,
    };
  });
}
