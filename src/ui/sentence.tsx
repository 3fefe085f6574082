import type { ReactNode } from 'react';

/** Stands in a sentence of the copy for what an element or a script puts there. */
export const MARK = '{}';

/** A sentence of the copy, with an element in the place of what it names. */
export function Sentence({
  of,
  children,
}: {
  readonly of: (named: string) => string;
  readonly children: ReactNode;
}) {
  const [before = '', after = ''] = of(MARK).split(MARK);
  return (
    <>
      {before}
      {children}
      {after}
    </>
  );
}

/** An address in a text of whatever direction. */
export function Email({ children }: { readonly children: string }) {
  return (
    <bdi className="email" dir="ltr">
      {children}
    </bdi>
  );
}
