/** The little Markdown that descriptions are written in: paragraphs, lists of `- `, `**bold**` and `` `code` ``. */
export function Prose({ text }: { readonly text: string }) {
  return text.split(/\n{2,}/).map((block) =>
    block.startsWith('- ') ? (
      <ul key={block} className="docs-list">
        {block
          .slice(2)
          .split('\n- ')
          .map((item) => (
            <li key={item}>
              <Inline text={item} />
            </li>
          ))}
      </ul>
    ) : (
      <p key={block}>
        <Inline text={block} />
      </p>
    ),
  );
}

/** One run of text with bold and code in it. */
export function Inline({ text }: { readonly text: string }) {
  return text.split(/(\*\*.+?\*\*|`[^`]+`)/s).map((part, index) => {
    // The parts of a fixed text never move: their place is their identity.
    const key = `${index} ${part}`;
    if (part.startsWith('**') && part.length > 4) return <strong key={key}>{part.slice(2, -2)}</strong>;
    if (part.startsWith('`') && part.length > 2) return <code key={key}>{part.slice(1, -1)}</code>;
    return part;
  });
}
