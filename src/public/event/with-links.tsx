import { Fragment } from 'react';

const LINK = /https?:\/\/[^\s<>"“”]+/gi;
/** What ends a sentence, and is no part of an address in it. */
const AFTER = /[.,;:!?)\]}'’»。、،]+$/u;

/** What the team wrote, with its addresses as links: they open beside the form, so that nothing typed is lost. */
export function WithLinks({ text }: { readonly text: string }) {
  const parts = [...text.matchAll(LINK)].flatMap(({ 0: found, index }) => {
    const href = found.replace(AFTER, '');
    return URL.canParse(href) ? [{ href, from: index, to: index + href.length }] : [];
  });
  return (
    <>
      {parts.map(({ href, from, to }, i) => (
        <Fragment key={from}>
          {text.slice(parts[i - 1]?.to ?? 0, from)}
          <a href={href} target="_blank" rel="noopener noreferrer">
            {text.slice(from, to)}
          </a>
        </Fragment>
      ))}
      {text.slice(parts.at(-1)?.to ?? 0)}
    </>
  );
}
