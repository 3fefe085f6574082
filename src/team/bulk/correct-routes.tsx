import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { type Corrected, type Correction, correctMany } from '../../actions/correct-many.ts';
import { allowing } from '../../db/pool.ts';
import { findRegistrantsOf } from '../../db/registrant.ts';
import {
  countUnreachable,
  findUnreachableReason,
  listUnreachable,
  type UnreachablePosition,
} from '../../db/unreachable.ts';
import { shownAddress } from '../../domain/address.ts';
import { AppError } from '../../domain/errors.ts';
import { type Event, eventPhase } from '../../domain/event.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { isFilterName, type RegistrantFilter } from '../../domain/registrant-filter.ts';
import { suggestAddress, suggestShownAddress } from '../../domain/suggested-address.ts';
import type { SuppressionReason } from '../../domain/suppression.ts';
import { registrantVersion } from '../../domain/version.ts';
import { readLists } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import type { TeamNotice } from '../parts/team-layout.tsx';
import { domainProblem } from '../people/domain-words.ts';
import { act, type TeamEnv } from '../session.ts';
import { readBulkForm } from './bulk-selection.ts';
import { CorrectPage, type CorrectPageProps, type CorrectRow } from './correct-page.tsx';
import { peoplePath } from './people-path.ts';
import { filterOfSelected, readSelection, type Selected, selectionQuery } from './selection-query.ts';

/** On a page and in a request: so many rows with long addresses fit into a form. */
const PAGE = 100;
/** Of so many domains it is known whether a slip was made; people at rarer ones come later in the list. */
const MOST_DOMAINS = 5_000;

const uuid = z.uuid().toLowerCase();
/** A letter that says in which part of the list it is, and whoever stands there. */
const POSITION = /^[so][0-9a-f-]{36}$/;

/** Correcting the emails of many: old and suggested ones side by side, then all at once. */
export function correctRoutes(dependencies: TeamDependencies) {
  const { pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  // The People page's selection gets an address.
  router.post('/team/events/:id/correct', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const form = await readBulkForm(c);
    const query = selectionQuery(form);
    if (!query) return seeOther(c, peoplePath(event.id, form.filter), 'too_many_to_correct');
    if (!filterOfSelected(form)) return seeOther(c, peoplePath(event.id, form.filter), 'nobody_selected');
    return seeOther(c, correctPath(event, query));
  });

  router.get('/team/events/:id/correct', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    return showPage(c, event, new URL(c.req.url).searchParams);
  });

  // Whoever loads the answer to a form again by its address.
  router.get('/team/events/:id/corrections', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    return c.redirect(peoplePath(event.id), 303);
  });

  router.post('/team/events/:id/corrections', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { corrections, ticked, back, selected, next } = await readCorrections(c);
    const registrants = await registrantsOf(event, corrections);
    const chosen = corrections.filter(({ registrantId }) => ticked.has(registrantId));
    const results = await correctMany((work) => act(c, dependencies, work), event, chosen);
    const refused = new Map(
      results.flatMap((one) => (one.type === 'refused' ? [[one.registrantId, one.error]] : [])),
    );
    // Typed and not ticked: perhaps forgotten, and nobody types it twice gladly.
    for (const { registrantId, email } of corrections) {
      const registrant = registrants.get(registrantId);
      if (registrant && !ticked.has(registrantId) && isTyped(email, registrant))
        refused.set(registrantId, 'Tick this row to correct it.');
    }
    if (refused.size > 0 || chosen.length === 0)
      return showAgain(c, event, { corrections, ticked, back, refused, results });
    const target = next ? correctPath(event, withAfter(back, next)) : peoplePath(event.id, selected.filter);
    return seeOther(c, target, sends(event) ? 'emails_corrected' : 'emails_corrected_only');
  });

  async function showPage(
    c: Context<TeamEnv>,
    event: Event,
    query: URLSearchParams,
    shown: { readonly notice?: TeamNotice; readonly status?: 200 | 422 } = {},
  ): Promise<Response> {
    const selected = readSelection(query);
    const after = readPosition(query.get('after'));
    const { total, domainsFirst, suggested } = await overview(event, selected);
    const found = await listUnreachable(allowing(pool, 'slice'), event.id, meant(selected), {
      ...{ domainsFirst, after, limit: PAGE + 1 },
    });
    const page = found.slice(0, PAGE);
    if (page.length === 0 && after) return seeOther(c, correctPath(event, withAfter(query, null)));
    const last = page.at(-1);
    const next = last && found.length > PAGE ? `${last.isFirst ? 's' : 'o'}${last.id}` : null;
    return send(c, event, query, {
      ...{ total, suggested, isAgain: false, ...shown },
      rows: page.map((one) => rowOf(one, one.suppressedFor)),
      next,
    });
  }

  /** Those that were refused, as they were typed. */
  async function showAgain(
    c: Context<TeamEnv>,
    event: Event,
    {
      corrections,
      ticked,
      back,
      refused,
      results,
    }: {
      readonly corrections: readonly Correction[];
      readonly ticked: ReadonlySet<string>;
      readonly back: URLSearchParams;
      readonly refused: ReadonlyMap<string, string>;
      readonly results: readonly Corrected[];
    },
  ): Promise<Response> {
    if (refused.size === 0) {
      const text = 'Tick the people whose new email is right.';
      return showPage(c, event, back, { status: 422, notice: { tone: 'danger', text } });
    }
    const { total, suggested } = await overview(event, readSelection(back));
    const registrants = await registrantsOf(event, corrections);
    const rows: CorrectRow[] = [];
    for (const { registrantId, email } of corrections) {
      const [registrant, error] = [registrants.get(registrantId), refused.get(registrantId)];
      if (!registrant || error === undefined) continue;
      const suppressedFor = await findUnreachableReason(pool, event.id, registrant.email);
      rows.push({
        ...rowOf(registrant, suppressedFor),
        ...{ typed: email.slice(0, 320), ticked: ticked.has(registrantId), error },
      });
    }
    const done = results.filter(({ type }) => type === 'corrected').length;
    const gone = results.filter(({ type }) => type === 'gone').length;
    const text = [
      ...(done ? [`${done} ${done === 1 ? 'email is' : 'emails are'} corrected.`] : []),
      ...(gone ? [`${gone} ${gone === 1 ? 'person is' : 'people are'} not registered any more.`] : []),
      `${rows.length} ${rows.length === 1 ? 'row needs' : 'rows need'} attention.`,
    ].join(' ');
    return send(c, event, back, {
      ...{ total, suggested, rows, isAgain: true, next: null, status: 422 },
      notice: { tone: 'danger', text },
    });
  }

  async function send(
    c: Context<TeamEnv>,
    event: Event,
    query: URLSearchParams,
    {
      next,
      notice,
      status = 200,
      ...page
    }: Pick<CorrectPageProps, 'rows' | 'total' | 'suggested' | 'isAgain'> & {
      readonly next: string | null;
      readonly notice?: TeamNotice;
      readonly status?: 200 | 422;
    },
  ): Promise<Response> {
    const around = await frame(c);
    return sendPage(
      c,
      <CorrectPage
        {...page}
        frame={notice ? { ...around, notice } : around}
        event={teamEvent(event, 'people', now())}
        filter={readSelection(query).filter}
        query={withAfter(query, query.get('after')).toString()}
        sends={sends(event)}
        next={next && correctPath(event, withAfter(query, next))}
        nextPosition={next ?? ''}
        first={query.has('after') || page.isAgain ? correctPath(event, withAfter(query, null)) : null}
      />,
      status,
    );
  }

  /** How many there are, and at which domains a slip is known. */
  async function overview(event: Event, selected: Selected) {
    const { total, domains } = await countUnreachable(
      allowing(pool, 'slice'),
      event.id,
      meant(selected),
      MOST_DOMAINS,
    );
    const slips = domains.filter(({ domain }) => suggestAddress(`x@${domain}`) !== null);
    return {
      total,
      suggested: slips.reduce((sum, { count }) => sum + count, 0),
      domainsFirst: slips.map(({ domain }) => domain),
    };
  }

  async function registrantsOf(event: Event, corrections: readonly Correction[]) {
    const found = await findRegistrantsOf(
      pool,
      event.id,
      corrections.map(({ registrantId }) => registrantId),
    );
    return new Map(found.map((one) => [one.id, one]));
  }

  function sends(event: Event): boolean {
    const phase = eventPhase(event, now());
    return phase === 'upcoming' || phase === 'running';
  }

  return router;
}

/** Throws `malformed`. */
function readPosition(text: string | null): UnreachablePosition | null {
  if (text === null) return null;
  const id = uuid.safeParse(text.slice(1));
  if (!POSITION.test(text) || !id.success)
    throw new AppError('malformed', 'The list has no such page: go back to the list of people.');
  return { isFirst: text.startsWith('s'), id: id.data };
}

function correctPath(event: Event, query: URLSearchParams): string {
  return `/team/events/${event.id}/correct?${query}`;
}

function meant(selected: Selected): RegistrantFilter {
  return filterOfSelected(selected) ?? { registrantIds: [] };
}

/** The same selection at another place of the list; what else an address may carry is left out. */
function withAfter(query: URLSearchParams, after: string | null): URLSearchParams {
  const kept = new URLSearchParams(
    [...query].filter(([name]) => name === 'scope' || name === 'people' || isFilterName(name)),
  );
  if (after) kept.set('after', after);
  return kept;
}

function rowOf(registrant: Registrant, suppressedFor: SuppressionReason | null): CorrectRow {
  const { id: registrantId, email, firstName, lastName } = registrant;
  const suggested = suggestShownAddress(email);
  return {
    ...{ registrantId, firstName, lastName, suppressedFor, suggested, email: shownAddress(email) },
    domainProblem: domainProblem(registrant),
    ...{ version: registrantVersion(registrant), typed: null, ticked: suggested !== null, error: null },
  };
}

function isTyped(typed: string, { email }: Registrant): boolean {
  const text = typed.trim();
  return text !== '' && text !== shownAddress(email) && text !== suggestShownAddress(email);
}

const correctionsForm = z
  .object({
    registrantId: z.array(uuid).min(1).max(PAGE),
    email: z.array(z.string()),
    version: z.array(z.string()),
    tick: z.array(uuid),
    back: z.string().max(10_000),
    next: z.union([z.literal(''), z.string().regex(POSITION)]),
  })
  .refine(
    ({ registrantId, email, version }) =>
      registrantId.length === email.length && email.length === version.length,
  );

/** Throws `malformed` where it is no form that a page of ours sends. */
async function readCorrections(c: Context) {
  const lists = await readLists(c);
  const form = correctionsForm.safeParse({
    ...{ registrantId: lists.registrantId ?? [], email: lists.email ?? [], version: lists.version ?? [] },
    ...{ tick: lists.tick ?? [], back: lists.back?.at(-1) ?? '', next: lists.next?.at(-1) ?? '' },
  });
  if (!form.success)
    throw new AppError('malformed', 'The form could not be read: go back to the list and select again.');
  const { registrantId, email, version, tick, back, next } = form.data;
  const corrections = registrantId.map((one, i) => ({
    ...{ registrantId: one, email: email[i] ?? '', version: version[i] ?? '' },
  }));
  const query = new URLSearchParams(back);
  // Refused here where it is no selection.
  const selected = readSelection(query);
  return { corrections, ticked: new Set(tick), back: query, selected, next: next || null };
}
