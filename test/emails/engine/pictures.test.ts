import { expect, it } from 'vitest';
import { compileTemplate } from '../../../emails/engine/compile.ts';
import { eventContent } from '../../../emails/engine/content.ts';
import { sampleEvent } from '../../../emails/samples.ts';
import { withPublicPictures } from '../../../src/domain/picture.ts';

const OWN = `/img/${'a'.repeat(64)}`;
const contentOf = (logoUrl: string, publicUrl: string) =>
  eventContent({
    language: 'en',
    event: withPublicPictures({ ...sampleEvent('confirmation'), logoUrl }, publicUrl),
    postalAddress: '',
  }).logoUrl;

it.each([
  [
    'an uploaded picture, under the address of the site',
    OWN,
    'https://events.example',
    `https://events.example${OWN}`,
  ],
  [
    'one of a site on this machine, whose inbox is here',
    OWN,
    'http://localhost:3000',
    `http://localhost:3000${OWN}`,
  ],
  ['one on this machine that is none of ours', 'http://localhost:1/x.png', 'http://localhost:3000', null],
  ['an uploaded picture of a site without TLS', OWN, 'http://192.0.2.1', null],
  [
    'one elsewhere with TLS',
    'https://example.com/logo.png',
    'http://localhost:3000',
    'https://example.com/logo.png',
  ],
  ['one elsewhere without', 'http://example.com/logo.png', 'https://events.example', null],
])('a mail shows %s', (_, kept, publicUrl, shown) => {
  expect(contentOf(kept, publicUrl)).toBe(shown);
});

it('a mail names the picture by its whole address, whatever the site is called', async () => {
  const html = async (publicUrl: string) => {
    const event = withPublicPictures({ ...sampleEvent('confirmation'), logoUrl: OWN }, publicUrl);
    return (await compileTemplate({ kind: 'confirmation', language: 'en', event, postalAddress: '' })).html;
  };
  expect(await html('https://one.example')).toContain(`src="https://one.example${OWN}"`);
  expect(await html('https://two.example')).toContain(`src="https://two.example${OWN}"`);
});
