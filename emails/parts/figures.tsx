import type { ReactNode } from 'react';
import type { SiteContent } from '../mail.ts';
import { Action } from './action.tsx';
import { Layout } from './layout.tsx';
import { Row, Rows } from './rows.tsx';
import { blocks, footerText, linkText, titledRowsText } from './text-part.ts';
import { Aside, Eyebrow, TextLink, Title } from './words.tsx';

/** Wide enough for the longest label in any language. */
const LABEL_WIDTH = 140;

interface FiguresProps {
  readonly content: SiteContent;
  readonly eyebrow: string;
  readonly title: string;
  readonly rows: readonly (readonly [label: string, value: string])[];
  readonly button: Link;
  /** The lists behind the figures. */
  readonly lists: readonly Link[];
  readonly why: string;
}

interface Link {
  readonly label: string;
  readonly link: string;
}

/** Figures below an event's name, and the pages that say more. */
export function Figures({ preheader, ...figures }: FiguresProps & { readonly preheader: string }) {
  const { content, eyebrow, title, rows, button, lists, why } = figures;
  return (
    <Layout content={content} preheader={preheader} why={why}>
      <Eyebrow content={content}>{eyebrow}</Eyebrow>
      <Title content={content} isValue>
        {title}
      </Title>
      <Rows isBetween>
        {rows.map(([label, value]) => (
          <Row key={label} content={content} labelWidth={LABEL_WIDTH} label={label}>
            {value}
          </Row>
        ))}
      </Rows>
      <Action content={content} link={button.link} label={button.label} />
      <Aside content={content}>
        {lists.map(
          ({ label, link }): ReactNode => (
            <div key={link}>
              <TextLink content={content} link={link}>
                {label}
              </TextLink>
            </div>
          ),
        )}
      </Aside>
    </Layout>
  );
}

/** The same, in letters. */
export function figuresText({ content, title, rows, button, lists, why }: FiguresProps): string {
  const { copy } = content;
  return blocks(
    titledRowsText(content, title, ...rows),
    ...[button, ...lists].map(({ label, link }) => linkText(copy.label(label), link)),
    footerText({ content, why }),
  );
}
