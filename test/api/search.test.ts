import { beforeAll, describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);
let eventId: string;

/** First name, last name, and, where it matters, the address. */
const PEOPLE: readonly (readonly [firstName: string, lastName: string, email?: string])[] = [
  ['Sean', "O'Brien"],
  ['Aoife', 'O’Connor'],
  ['Kaʻiulani', 'ʿAbbās'],
  ['Jean-Luc', 'Picard'],
  ['Anne‑Marie', 'Saint–Exupéry'],
  ['Søren', 'Kierkegård'],
  ['Łukasz', 'Wałęsa'],
  ['Đorđe', 'Žižek'],
  ['Ħelena', 'Ŧest'],
  ['Æthel', 'Œuvre'],
  ['Günther', 'Groß'],
  ['Jürgen', 'Mädchen'],
  ['Þór', 'Guðmundsson'],
  ['Işıl', 'İnönü'],
  ['Ayşe', 'Yıldız'],
  ['Soﬁa', 'Ĳsselmeer'],
  ['Nguyễn', 'Đặng'],
  ['Zoë', 'Álvarez'],
  ['Kim', 'Munich', 'kim@münchen.example'],
  ['Ivan', 'Petrov', 'иван@пример.рф'],
  ['Мария', 'Фёдорова'],
  ['محمّد', 'أحمد'],
  ['太郎', '山田'],
  ['Ａｄａ', 'Wide'],
  ['Ad\u200ca', 'Joiner'],
];

beforeAll(async () => {
  eventId = (await app.event()).id;
  for (const [i, [firstName, lastName, email = `p${i}@q.example`]] of PEOPLE.entries()) {
    const { status } = await app.api('POST', `/events/${eventId}/registrants`, {
      email,
      firstName,
      lastName,
    });
    if (status !== 201) throw new Error(`${email} was answered ${status}`);
  }
});

async function found(q: string): Promise<string[]> {
  const { json } = await app.api('GET', `/events/${eventId}/registrants?q=${encodeURIComponent(q)}`);
  return json.items.map(({ firstName }: { firstName: string }) => firstName);
}

describe('what people type', () => {
  it.each([
    ...[
      "O'Brien",
      'O’Brien',
      'o‘brien',
      'Oʼbrien',
      'o′brien',
      'o`brien',
      'o´brien',
      'O＇Brien',
      'obrien',
      "o'b",
    ].map((q) => [q, 'Sean']),
    ...["O'Connor", 'O’Connor', 'oconnor'].map((q) => [q, 'Aoife']),
    ...['kaiulani', "ka'iulani", 'Kaʻiulani', 'abbas', 'ʿAbbās', "'abbas"].map((q) => [q, 'Kaʻiulani']),
    ...['jean-luc', 'jean‐luc', 'jean‑luc', 'jean–luc', 'jean—luc', 'jean−luc', 'jean－luc'].map((q) => [
      q,
      'Jean-Luc',
    ]),
    ...['anne-marie', 'saint-exupery'].map((q) => [q, 'Anne‑Marie']),
    ...['soren', 'SØREN', 'soeren', 'kierkegard', 'kierkegaard', 'KIERKEGÅRD'].map((q) => [q, 'Søren']),
    ...['lukasz', 'łukasz', 'LUKASZ WAL', 'walesa', 'Wałęsa'].map((q) => [q, 'Łukasz']),
    ...['dorde', 'Đorđe', 'zizek'].map((q) => [q, 'Đorđe']),
    ...['helena', 'ħelena', 'test'].map((q) => [q, 'Ħelena']),
    ...['aethel', 'ÆTHEL', 'oeuvre', 'œuvre'].map((q) => [q, 'Æthel']),
    ...['gross', 'Groß', 'GROẞ', 'gunther', 'guenther', 'GÜNTHER', 'guenther gross'].map((q) => [
      q,
      'Günther',
    ]),
    ...['madchen', 'maedchen', 'mädchen', 'ma\u0308dchen'].map((q) => [q, 'Jürgen']),
    ...['thor', 'þór', 'gudmundsson', 'Guðmundsson'].map((q) => [q, 'Þór']),
    ...['isil', 'işıl', 'IŞIL', 'inonu', 'İnönü'].map((q) => [q, 'Işıl']),
    ...['ayse', 'yildiz', 'Yıldız', 'YILDIZ'].map((q) => [q, 'Ayşe']),
    ...['sofia', 'soﬁa', 'ijsselmeer'].map((q) => [q, 'Soﬁa']),
    ...['nguyen', 'Nguyễn', 'dang', 'đặng'].map((q) => [q, 'Nguyễn']),
    ...['zoe', 'Zoë', 'alvarez'].map((q) => [q, 'Zoë']),
    ...[
      'kim@münchen.example',
      'KIM@MÜNCHEN.example',
      'kim@munchen',
      'kim@xn--mnchen-3ya.example',
      'münchen.ex',
      'kim＠münchen',
    ].map((q) => [q, 'Kim']),
    ...['иван@пример.рф', 'пример', 'xn--e1afmkfd'].map((q) => [q, 'Ivan']),
    ...['мария', 'Федорова', 'фёдорова'].map((q) => [q, 'Мария']),
    ...['محمد', 'محمّد', 'احمد'].map((q) => [q, 'محمّد']),
    ...['山', '太郎 山田'].map((q) => [q, '太郎']),
    ...['ada wide', 'ａｄａ'].map((q) => [q, 'Ａｄａ']),
    ...['ada joiner', 'a\u200bda joiner\u202c'].map((q) => [q, 'Ad\u200ca']),
  ])('%s finds %s', async (q, firstName) => {
    expect(await found(q ?? '')).toContain(firstName);
  });

  it('finds nobody else', async () => {
    expect(await found('O’Brien')).toEqual(['Sean']);
    expect(await found('kim@münchen.example')).toEqual(['Kim']);
    expect(await found('gross')).toEqual(['Günther']);
    expect(await found('kim@muenster.example')).toEqual([]);
    // Of such a text nothing is left to look for.
    expect(await found('’')).toEqual([]);
  });

  it('finds the same on the People page', async () => {
    const { text } = await member.get(`/team/events/${eventId}/people?q=${encodeURIComponent('O’Brien')}`);
    expect(text).toContain('Sean O&#x27;Brien');
    const kim = await member.get(
      `/team/events/${eventId}/people?q=${encodeURIComponent('kim@münchen.example')}`,
    );
    expect(kim.text).toContain('title="kim@münchen.example"');
  });
});
