import { expect, it } from 'vitest';
import { splitMatches } from '../../src/team/parts/marked.tsx';

it.each([
  ['Zoë Müller', 'mul', 'Zoë [Mül]ler'],
  ['Straße', 'str', '[Str]aße'],
  ['ada@example.com', 'A', '[a]d[a]@ex[a]mple.com'],
  ['محمد الخوارزمي', 'الخ', 'محمد [الخ]وارزمي'],
  ['山田 太郎', '田 太', '山[田 太]郎'],
  ['👩‍👩‍👧 Ada', 'ada', '👩‍👩‍👧 [Ada]'],
  ['ﬁnd', 'fi', '[ﬁ]nd'],
  ['Ada', '', 'Ada'],
  ['Ada', 'x', 'Ada'],
])('what a search finds in %s for %s is marked', (text, q, marked) => {
  const parts = splitMatches(text, q);
  expect(parts.map(({ part, isMatch }) => (isMatch ? `[${part}]` : part)).join('')).toBe(marked);
});
