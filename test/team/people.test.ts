import { describe, expect, it } from 'vitest';
import { COLUMNS, PEOPLE_COLUMNS } from '../../src/domain/columns.ts';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);

async function register(eventId: string, changes: Record<string, unknown> = {}) {
  const { json } = await app.api('POST', `/events/${eventId}/registrants`, {
    email: 'ada@example.com',
    ...changes,
  });
  return json as { id: string; email: string; accessKey: string; accessLink: string };
}

async function bounce(id: string, error = '550 5.1.1 <x>: User unknown', status = 'bounced') {
  await app.pool.query(`update {schema}.message set status = $3, error = $2 where registrant_id = $1`, [
    id,
    error,
    status,
  ]);
  await app.pool.query(
    `update {schema}.registrant set email_status = $2, email_status_at = now() where id = $1`,
    [id, status],
  );
}

async function messagesOf(registrantId: string) {
  return (await app.api('GET', `/messages?registrantId=${registrantId}`)).json.items;
}

/** The addresses in the order of the table. */
function addresses(html: string): string[] {
  return [...html.matchAll(/people__address" dir="ltr" title="([^"]+)"/g)].map(([, address = '']) => address);
}

describe('the list', () => {
  it('says that nobody is registered yet', async () => {
    const event = await app.event();
    const { status, text } = await member.get(`/team/events/${event.id}/people`);
    expect(status).toBe(200);
    expect(text).toContain('No registrations yet');
    expect(text).toContain(`href="${event.permalink}"`);
  });

  it('shows everybody with status, reason and last mail, and leaves out who was removed', async () => {
    const event = await app.event();
    const bounced = await register(event.id, { firstName: 'Ada', lastName: 'Lovelace' });
    await bounce(bounced.id);
    const gone = await register(event.id, { email: 'gone@example.com' });
    await app.api('DELETE', `/events/${event.id}/registrants/${gone.id}`);
    await register(event.id, { email: 'new@example.com', sendConfirmation: false });
    const { text } = await member.get(`/team/events/${event.id}/people`);
    expect(addresses(text).sort()).toEqual(['ada@example.com', 'new@example.com']);
    expect(text).toContain('There is no mailbox with this address.');
    expect(text).toContain('Confirmation');
    expect(text).toContain('2 people');
    expect(text).toMatch(/value="bounced"\/><span>Bounced<\/span><span class="chip__count">1</);
    expect(text).toMatch(/value="none"\/><span>No mail yet<\/span><span class="chip__count">1</);
  });

  it('finds, filters, sorts and pages both ways', async () => {
    const event = await app.event();
    await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, email_status, registered_at)
       select $1, 'p' || lpad(n::text, 3, '0') || '@example.com', 'Ann' || n, 'Zed', 'abcd',
         case when n % 10 = 0 then 'bounced' end, now() - n * interval '1 minute'
       from generate_series(1, 120) n`,
      [event.id],
    );
    const path = `/team/events/${event.id}/people`;
    const next = (html: string) => /href="([^"]+)" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    const previous = (html: string) => /href="([^"]+)" rel="prev"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    const first = (await member.get(`${path}?sort=email`)).text;
    expect(addresses(first)).toHaveLength(50);
    expect(previous(first)).toBeUndefined();
    const second = (await member.get(next(first) ?? '')).text;
    const third = (await member.get(next(second) ?? '')).text;
    expect([...addresses(first), ...addresses(second), ...addresses(third)]).toEqual(
      Array.from({ length: 120 }, (_, i) => `p${String(i + 1).padStart(3, '0')}@example.com`),
    );
    expect(next(third)).toBeUndefined();
    const back = (await member.get(previous(third) ?? '')).text;
    expect(addresses(back)).toEqual(addresses(second));
    const start = (await member.get(previous(back) ?? '')).text;
    expect(addresses(start)).toEqual(addresses(first));
    expect(previous(start)).toBeUndefined();
    expect(addresses((await member.get(path)).text)[0]).toBe('p001@example.com');

    const bounced = (await member.get(`${path}?emailStatus=bounced&q=ann1&sort=email`)).text;
    expect(addresses(bounced)).toEqual(['010', '100', '110', '120'].map((n) => `p${n}@example.com`));
    expect(bounced).toContain('4 people match');
    expect(bounced).toMatch(/name="scope"[^>]* value="matching"|value="matching"[^>]* name="scope"/);
    expect((await member.get(`${path}?q=nobody`)).text).toContain('No matches');
    expect((await member.get(`${path}?q=%ff&sort=x&direction=y&emailStatus=z&person=1`)).status).toBe(200);
    expect((await member.get(`${path}?q=%00`)).status).toBe(422);
    expect((await member.get(`${path}?cursor=nonsense`)).status).toBe(422);
  });

  it('finds names in any script, with and without accents, and short ones where words begin', async () => {
    const event = await app.event();
    const names = [
      ['Jürgen', 'Müller'],
      ['山田', '太郎'],
      ['محمد', 'علي'],
      ['Bo', "O'Brien"],
    ];
    for (const [i, [firstName, lastName]] of names.entries())
      await register(event.id, { email: `${i}@example.com`, firstName, lastName });
    const found = async (q: string) =>
      addresses((await member.get(`/team/events/${event.id}/people?q=${encodeURIComponent(q)}`)).text);
    expect(await found('muller')).toEqual(['0@example.com']);
    expect(await found('MÜLLER')).toEqual(['0@example.com']);
    expect(await found('田')).toEqual(['1@example.com']);
    expect(await found('محمد')).toEqual(['2@example.com']);
    expect(await found('bo')).toEqual(['3@example.com']);
    expect(await found('rg')).toEqual([]);
  });

  it('takes names of 200 signs of any script', async () => {
    const event = await app.event();
    const long = '\u{1f600}'.repeat(100);
    const email = `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(50)}.example`;
    const { id } = await register(event.id, { email, firstName: long, lastName: '\ufdfa'.repeat(200) });
    expect(id).toBeDefined();
    for (const sort of ['name', 'email', 'registeredAt'])
      expect(addresses((await member.get(`/team/events/${event.id}/people?sort=${sort}`)).text)).toEqual([
        email,
      ]);
  });

  it('writes hostile names as words', async () => {
    const event = await app.event();
    const script = '<script>alert(1)</script>';
    const { id } = await register(event.id, {
      firstName: script,
      lastName: '"><img src=x>',
      fields: { [script]: script },
    });
    const { text } = await member.get(
      `/team/events/${event.id}/people?person=${id}&q=${encodeURIComponent(script)}`,
    );
    expect(text).not.toMatch(/<script>|<img/);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});

describe('the columns', () => {
  it('are remembered for whoever chose them, with fields of other events, until the usual ones are wanted again', async () => {
    const event = await app.event();
    const other = await app.event();
    const person = await register(event.id, { fields: { Company: 'Analytical Engines' } });
    await register(other.id, { fields: { Diet: 'vegan' } });
    const choose = (id: string, fields: Record<string, string | string[]>) =>
      member.post(`/team/events/${id}/people/columns`, { back: 'q=ada&sort=name', ...fields });
    const kept = await choose(event.id, { column: ['accessKey', 'fields.Company', 'nonsense'] });
    expect(kept.headers.get('location')).toBe(
      `/team/events/${event.id}/people?q=ada&sort=name&notice=columns_kept`,
    );
    const { text } = await member.get(`/team/events/${event.id}/people`);
    expect(text).toContain(`<div class="table__value">${person.accessKey}</div>`);
    expect(text).toContain('Analytical Engines');
    expect(addresses(text)).toEqual([]);
    await choose(other.id, { column: 'fields.Diet' });
    await choose(event.id, { column: ['fields.Company'] });
    expect((await member.get(`/team/events/${other.id}/people`)).text).toContain('data-label="Diet"');
    await choose(event.id, { usual: 'yes' });
    expect(addresses((await member.get(`/team/events/${event.id}/people`)).text)).toEqual([
      'ada@example.com',
    ]);
  });

  it('can be each that the table of columns has a place for, with what is known of the person', async () => {
    const event = await app.event();
    const { id, accessLink } = await register(event.id, {
      ...{ locale: 'fr-CA', timeZone: 'Europe/Paris' },
      source: { utmSource: 'news', utmTerm: 'calm', referrer: 'https://www.example.com/blog' },
    });
    await app.pool.query(
      `update {schema}.registrant set link_opened_at = '2027-01-15T16:01:00Z', joined_at = '2027-01-15T17:02:00Z',
         joined_from = 3, cancelled_at = '2027-01-15T18:03:00Z' where id = $1`,
      [id],
    );
    const path = `/team/events/${event.id}/people`;
    const usual = (await member.get(path)).text;
    expect(usual).not.toContain('data-label="Link first opened"');
    await member.post(`${path}/columns`, { back: '', column: [...PEOPLE_COLUMNS] });
    const { text } = await member.get(`${path}?cancelled=true`);
    const cells = [...text.matchAll(/data-label="([^"]*)"[^>]*>(.*?)<\/td>/gs)].map(
      ([, label, cell = '']) => [label, cell.replace(/<[^>]*>/g, '')] as const,
    );
    expect(cells.map(([label]) => label)).toEqual(PEOPLE_COLUMNS.map((key) => COLUMNS[key].label));
    expect(Object.fromEntries(cells)).toMatchObject({
      ...{ Email: 'ada@example.com', Language: 'fr-CA', 'Time zone': 'Europe/Paris' },
      ...{
        'Link first opened': expect.stringContaining('15 Jan'),
        Joined: expect.stringContaining('15 Jan'),
      },
      ...{ 'Joined from': 'three places', Cancelled: expect.stringContaining('15 Jan') },
      ...{ 'Access link': accessLink.replaceAll('&', '&amp;'), Source: 'news', 'Registered by': 'API' },
      ...{
        utm_source: 'news',
        utm_medium: '–none',
        utm_term: 'calm',
        Referrer: 'https://www.example.com/blog',
      },
    });
    await member.post(`${path}/columns`, { back: '', usual: 'yes' });
  });

  it('are listed by the hundred where an event has thousands of fields; the others are chosen by their names', async () => {
    const event = await app.event();
    const person = await register(event.id);
    await app.pool.query(
      `update {schema}.registrant set fields = (
         select jsonb_object_agg('Field ' || n, 'value ' || n) from generate_series(1, 5000) as n) where id = $1`,
      [person.id],
    );
    await app.pool.query(
      `insert into {schema}.event_field (event_id, name, registrant_id)
       select $1, 'Field ' || n, $2 from generate_series(1, 5000) as n`,
      [event.id, person.id],
    );
    const path = `/team/events/${event.id}/people`;
    const listed = (text: string) => text.match(/name="column"[^>]*value="fields\./g)?.length;
    const before = await member.get(`${path}?person=${person.id}`);
    expect(listed(before.text)).toBe(100);
    expect(before.text).toContain('100 of 5,000 fields are listed');
    expect(before.text).toContain('4,900 more, in an export of all columns');
    expect(before.text.length).toBeLessThan(110_000);
    const choose = (further: string) =>
      member.post(`${path}/columns`, { back: '', column: ['fields.Field 1'], further });
    const refusal = async (further: string) => {
      const { status, text } = await choose(further);
      expect([status, text.includes('<details class="menu popover" data-menu="true" open="">')]).toEqual([
        422,
        true,
      ]);
      return /No field is called[^<]*/.exec(text)?.[0];
    };
    expect(await refusal('Field 4321\neld 499')).toBe(
      'No field is called “eld 499”. There are “Field 499”, “Field 4990”, “Field 4991”, “Field 4992”, “Field 4993”, and 6 more.',
    );
    expect(await refusal('Shoe size')).toBe(
      'No field is called “Shoe size”. Write a name as it stands in an export of all columns.',
    );
    expect((await choose('Field 4321\r\n field 5000 ')).status).toBe(303);
    const { text } = await member.get(path);
    for (const name of ['Field 1', 'Field 4321', 'Field 5000'])
      expect(text).toContain(`data-label="${name}"`);
    expect(text).toContain('value 4321');
    await choose('');
    expect((await member.get(path)).text).not.toContain('data-label="Field 4321"');
    await member.post(`${path}/columns`, { back: '', usual: 'yes', further: 'nonsense' });
    expect(addresses((await member.get(path)).text)).toEqual(['ada@example.com']);
  });
});

describe('one person', () => {
  it('is shown with everything technical, the mails, and what holds the address back', async () => {
    const event = await app.event();
    const person = await register(event.id, { email: 'ada@gmial.com', source: { utmSource: 'newsletter' } });
    await bounce(person.id);
    await app.pool.query(
      `insert into {schema}.suppression (address_hash, address, scope, reason, created_at)
       values ({schema}.address_hash($1), $1, 'all', 'bounced', now())`,
      [person.email],
    );
    const path = `/team/events/${event.id}/people`;
    const { text } = await member.get(`${path}?person=${person.id}`);
    for (const shown of [person.accessKey, person.id, 'API', 'newsletter', 'Queued'])
      expect(text).toContain(shown);
    expect(text).toContain('The server said: ');
    expect(text).toMatch(
      /id="correct-email"[^>]+value="ada@gmail.com"|value="ada@gmail.com"[^>]+id="correct-email"/,
    );
    const lifted = await member.post(`${path}/${person.id}/lift`, { back: `person=${person.id}` });
    expect(lifted.headers.get('location')).toContain('notice=suppression_lifted');
    expect((await member.get(`${path}?person=${person.id}`)).text).not.toContain('held-back');
    expect((await member.post(`${path}/${person.id}/lift`)).status).toBe(404);
    expect((await member.get(`${path}/${person.id}`)).headers.get('location')).toBe(
      `${path}?person=${person.id}#pane`,
    );
  });

  it('is mended in one step: the address changed and the link sent to it', async () => {
    const event = await app.event();
    const person = await register(event.id, { email: 'ada@gmial.com' });
    await bounce(person.id);
    const path = `/team/events/${event.id}/people/${person.id}`;
    const pane = `/team/events/${event.id}/people?person=${person.id}`;
    const send = (fields: Record<string, string>) => member.submit(pane, fields, path);
    const same = await send({ form: 'correct', email: 'ada@gmial.com', resend: 'yes' });
    expect([same.status, same.text.includes('Mail to this address was rejected')]).toEqual([422, true]);
    const wrong = await send({ form: 'correct', email: 'ada at gmail', resend: 'yes' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toMatch(/id="correct-email-error">Enter an email address/);
    expect(wrong.text).toContain('value="ada at gmail"');
    const mended = await send({
      ...{ form: 'correct', email: 'ada@gmail.com', resend: 'yes' },
      back: 'emailStatus=bounced',
    });
    expect(mended.headers.get('location')).toBe(
      `/team/events/${event.id}/people?emailStatus=bounced&person=${person.id}&notice=person_saved_link_sent#pane`,
    );
    expect((await messagesOf(person.id))[0]).toMatchObject({ kind: 'access_link', to: 'ada@gmail.com' });
  });

  it('keeps what was typed when the form is refused, and says what is wrong where', async () => {
    const event = await app.event();
    const person = await register(event.id, { locale: 'fr', timeZone: 'Europe/Paris' });
    await register(event.id, { email: 'taken@example.com' });
    const path = `/team/events/${event.id}/people/${person.id}`;
    const pane = `/team/events/${event.id}/people?person=${person.id}`;
    const send = (fields: Record<string, string>) => member.submit(pane, fields, path);
    const taken = await send({ form: 'edit', email: 'TAKEN@example.com', firstName: 'Typed' });
    expect(taken.status).toBe(409);
    expect(taken.text).toMatch(/id="email-error">Another registrant/);
    expect(taken.text).toContain('value="Typed"');
    const shown = (await member.get(pane)).text;
    expect(shown).toContain('<option value="fr" selected="">French</option>');
    expect(shown).toMatch(
      /<option value="Europe\/Paris" selected="">Europe\/Paris \(UTC\+0[12]:00\)<\/option>/,
    );
    const bad = await send({ form: 'edit', locale: '!!', timeZone: 'Mars/North' });
    expect(bad.status).toBe(422);
    expect(bad.text).toMatch(/id="locale-error".+id="timeZone-error"/s);
    const saved = await send({
      form: 'edit',
      email: 'ada@example.com',
      firstName: 'Augusta',
      locale: '',
      timeZone: 'Europe/Paris',
    });
    expect(saved.headers.get('location')).toContain('notice=person_saved#pane');
    expect((await app.api('GET', `/events/${event.id}/registrants/${person.id}`)).json).toMatchObject({
      ...{ firstName: 'Augusta', locale: null, timeZone: 'Europe/Paris' },
    });
    const unchanged = await send({ form: 'edit', email: 'ada@example.com' });
    expect(unchanged.headers.get('location')).toContain('notice=person_unchanged');
  });

  it('gets the link again, once a minute, and not after the end', async () => {
    const event = await app.event();
    const person = await register(event.id);
    const path = `/team/events/${event.id}/people/${person.id}/resend`;
    const first = await member.post(path, { back: 'sort=name' });
    expect(first.headers.get('location')).toMatch(
      new RegExp(
        `^/team/events/${event.id}/people\\?sort=name&notice=link_resent&notice.person=${person.id}&notice.message=.{36}#row-${person.id}$`,
      ),
    );
    app.clock.advance(1_000);
    const again = await member.post(path, { back: `person=${person.id}` });
    expect(again.headers.get('location')).toContain('notice=link_resent_before&');
    expect(await messagesOf(person.id)).toHaveLength(2);
    await app.api('POST', `/events/${event.id}/cancel`);
    app.clock.advance(61_000);
    const refused = await member.post(path);
    expect([refused.status, refused.text.includes('The event is cancelled')]).toEqual([409, true]);
    const { text } = await member.get(`/team/events/${event.id}/people`);
    expect(text).toContain('The event is cancelled, so no links are sent.');
    expect(text).not.toContain(`formAction="${path}"`);
  });

  it('gets another key, and is removed, only after a question', async () => {
    const event = await app.event();
    const person = await register(event.id, { firstName: 'Ada' });
    const path = `/team/events/${event.id}/people/${person.id}`;
    const asked = await member.get(`${path}/rotate-key?q=ada`);
    expect(asked.text).toContain('Reset the access link of this person?');
    expect(asked.text).toContain('name="back" value="q=ada"');
    await member.submit(`${path}/rotate-key`, { back: 'q=ada' });
    const { json } = await app.api('GET', `/events/${event.id}/registrants/${person.id}`);
    expect(json.accessKey).not.toBe(person.accessKey);
    expect((await member.get(`${path}/remove`)).text).toContain('the content of 1 mail to them');
    const removed = await member.post(`${path}/remove`, { back: `q=ada&person=${person.id}` });
    expect(removed.headers.get('location')).toContain(
      `/team/events/${event.id}/people?q=ada&notice=person_removed&notice.person=${person.id}&notice.removal=`,
    );
  });

  it('writes the mail to open in one’s own program so that nothing in a name breaks it', async () => {
    const event = await app.event({ title: 'Tea & cake? 100%' });
    const { id, accessLink } = await register(event.id, {
      email: "o'brien+a&b@example.com",
      firstName: 'A&subject=x',
    });
    const { text } = await member.get(`/team/events/${event.id}/people?person=${id}`);
    const href =
      /href="(mailto:[^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x27;', "'") ?? '';
    const url = new URL(href);
    expect(decodeURIComponent(url.pathname)).toBe("o'brien+a&b@example.com");
    expect([...url.searchParams.keys()]).toEqual(['subject', 'body']);
    expect(url.searchParams.get('subject')).toBe('Your link to Tea & cake? 100%');
    expect(url.searchParams.get('body')).toContain(accessLink);
  });
});

describe('what was sent', () => {
  it('is not there before a worker took it, and never of another event', async () => {
    const event = await app.event();
    const other = await app.event();
    const person = await register(event.id);
    const [message] = await messagesOf(person.id);
    const path = (id: string) => `/team/events/${id}/messages/${message.id}`;
    expect((await member.get(path(event.id))).status).toBe(409);
    expect((await member.get(path(other.id))).status).toBe(404);
    expect((await member.get(`${path(other.id)}/frame`)).status).toBe(404);
    expect((await member.get(`/team/events/${event.id}/messages/nonsense`)).status).toBe(404);
  });

  it('is shown exactly, in a frame that may do nothing', async () => {
    const event = await app.event();
    const person = await register(event.id);
    const [message] = await messagesOf(person.id);
    await app.pool.query(
      `with template as (
         insert into {schema}.compiled_template (hash, kind, language, subject, html, text)
         values ('h', 'confirmation', 'en', 'Hello {{firstName}}', '<p>Hello {{firstName}}</p>', 'Hello {{{firstName}}}') returning hash
       )
       update {schema}.message set template_hash = template.hash, variables = '{"firstName": "<b>"}', subject = 'Hello <b>',
         claimed_at = now(), status = 'sent' from template where id = $1`,
      [message.id],
    );
    const path = `/team/events/${event.id}/messages/${message.id}`;
    const page = await member.get(path);
    expect(page.status).toBe(200);
    expect(page.text).toContain(`src="${path}/frame"`);
    expect(page.text).toContain('Hello &lt;b&gt;');
    const frame = await member.get(`${path}/frame`);
    expect(frame.text).toBe('<p>Hello &lt;b&gt;</p>');
    expect(frame.headers.get('content-security-policy')).toContain('sandbox');
  });
});

describe('the door', () => {
  it('lets in nobody without a session, no form from elsewhere, and knows only its own people', async () => {
    const event = await app.event();
    const other = await app.event();
    const { id } = await register(event.id);
    const base = `/team/events/${event.id}/people`;
    const posts = [
      '/columns',
      `/${id}`,
      `/${id}/resend`,
      `/${id}/lift`,
      `/${id}/rotate-key`,
      `/${id}/remove`,
    ];
    const gets = ['', `/${id}`, `/${id}/rotate-key`, `/${id}/remove`];
    for (const path of gets) {
      const { status, headers } = await app.request(base + path);
      expect([status, headers.get('location')?.startsWith('/team/sign-in')], path).toEqual([303, true]);
    }
    for (const path of posts) {
      const form = { 'content-type': 'application/x-www-form-urlencoded', cookie: member.cookie };
      const send = (site: string, headers: Record<string, string>) =>
        app.request(base + path, {
          method: 'POST',
          headers: { ...headers, 'sec-fetch-site': site },
          body: 'a=b',
        });
      expect((await send('cross-site', form)).status, path).toBe(403);
      const without = await send('same-origin', { 'content-type': form['content-type'] });
      expect(without.headers.get('location'), path).toBe('/team/sign-in');
    }
    for (const path of posts.slice(1))
      expect((await member.post(`/team/events/${other.id}/people${path}`)).status, path).toBe(404);
    for (const path of gets.slice(1))
      expect((await member.get(`/team/events/${other.id}/people${path}`)).status, path).toBe(404);
    expect((await member.get('/team/events/nonsense/people')).status).toBe(404);
    expect((await member.get(`${base}/nonsense`)).status).toBe(404);
    expect(await messagesOf(id)).toHaveLength(1);
  });
});
