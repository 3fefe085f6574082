import { describe, expect, it } from 'vitest';
import { checkHtml } from '../../scripts/inbox/html-check.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { MAILS, sampleMail } from './sample-mail.ts';

const BAR = 95;
const PICTURES = {
  logoUrl: 'https://cdn.example/logo.png',
  coverUrl: 'https://cdn.example/cover.jpg',
  hostPictureUrl: 'https://cdn.example/host.png',
};

describe('what mail programs can show of', () => {
  it.each(MAILS)(
    `%s is at least ${BAR} of 100, in every language, with a colour, with pictures and without`,
    async (name) => {
      for (const locale of LANGUAGES)
        for (const pictures of [PICTURES, {}]) {
          const event = { ...pictures, color: '#ffe14d' };
          const { html } = await sampleMail(name, { registrant: { locale }, event });
          const { Total, Warnings } = checkHtml(html);
          const worst = Warnings.slice(0, 3).map(({ Slug, Score }) => `${Slug} ×${Score.Found}`);
          expect(Total.Supported, `${locale}: ${worst.join(', ')}`).toBeGreaterThanOrEqual(BAR);
        }
    },
  );
});

describe('the check', () => {
  it('finds what is shown by few, and weighs it by its share of the elements', () => {
    const body = (inside: string) => `<html><head></head><body>${inside}</body></html>`;
    const two = (style: string) => checkHtml(body(`<p${style}>One</p><p>Two</p>`));
    const { Total, Warnings } = two(' style="display:flex"');
    expect(Total.Supported).toBeLessThan(two('').Total.Supported);
    const flex = Warnings.find(({ Slug }) => Slug === 'css-display-flex');
    expect(flex?.Score.Found).toBe(1);
    expect(Total.Nodes).toBe(3);
    expect(checkHtml(body('<script>1</script>')).Total.Supported).toBeLessThan(60);
  });

  it('counts units, pseudo classes and images by their kind', () => {
    const { Warnings } = checkHtml(
      '<html><head><style>a:hover{color:#000}@media (x){p{}}</style></head><body><p style="margin:1rem 2rem">x</p><img src="a.webp"></body></html>',
    );
    const found = Object.fromEntries(Warnings.map(({ Slug, Score }) => [Slug, Score.Found]));
    expect(found).toMatchObject({
      ...{
        'css-unit-rem': 2,
        'css-pseudo-class-hover': 1,
        'css-at-media': 1,
        'image-webp': 1,
        'css-margin': 1,
      },
    });
  });
});
