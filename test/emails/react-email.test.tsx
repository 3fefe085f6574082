import { render } from '@react-email/render';
import { describe, expect, it } from 'vitest';
import { Column } from '../../emails/parts/column.tsx';
import { WIDTH } from '../../emails/theme.ts';

// What its documentation says, under the name that it has today and under the one that it had before.
describe.each([
  ['react-email', () => import('react-email')],
  ['@react-email/components', () => import('@react-email/components')],
] as const)('an example that imports %s', (_name, load) => {
  it('renders', async () => {
    const { Button, Container, Html } = await load();
    const html = await render(
      <Html lang="en">
        <Container>
          <Button href="https://example.com">Click me</Button>
        </Container>
      </Html>,
    );
    expect(html).toContain('<html dir="ltr" lang="en">');
    expect(html).toContain('href="https://example.com"');
    expect(html).toContain('Click me');
  });
});

it('the column of a mail is what React Email writes', async () => {
  const { Container } = await import('react-email');
  const style = { backgroundColor: '#ffffff' };
  const ours = (
    <Column className="card" style={style} padding="20px 24px">
      x
    </Column>
  );
  const theirs = (
    <Container className="card" style={{ maxWidth: `${WIDTH}px`, ...style, padding: '20px 24px' }}>
      x
    </Container>
  );
  expect(await render(ours)).toBe(await render(theirs));
});
