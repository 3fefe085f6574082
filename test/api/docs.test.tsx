import { expect, test } from 'vitest';
import { ApiDocsPage } from '../../src/api/docs/docs-page.tsx';
import { renderPage } from '../../src/ui/render.tsx';
import { sampleApi } from './sample-api.ts';

const html = renderPage(<ApiDocsPage document={sampleApi()} />);

test('introduces itself', () => {
  expect(html).toContain('<strong>Keys.</strong> Send <code>Authorization: Bearer KEY</code>.');
});

test('shows a route with its group, fields and answer', () => {
  expect(html).toContain('href="#group-talks"');
  expect(html).toContain('id="post-talks-id-move"');
  expect(html).toContain('at most 200 characters');
  expect(html).toContain('<code>speakers[].name</code>');
  expect(html).toContain('href="#object-talk"');
  expect(html).toMatch(/string<\/span> or null/);
});

test('gives a command to paste, safe for a shell and for HTML', () => {
  expect(html).toContain('curl -X POST &#x27;https://talks.example.com/api/talks/ID/move&#x27;');
  expect(html).toContain('It&#x27;\\&#x27;&#x27;s &lt;calm&gt;');
});

test('shows nothing that is not there', () => {
  expect(html).not.toMatch(/undefined|NaN|\[object/);
  expect(html).not.toMatch(/<style|\sstyle=|<script/);
});
