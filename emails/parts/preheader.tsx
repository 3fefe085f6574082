// Blank characters that push the mail's first words out of the inbox's preview. React Email's own Preview counts
// them by the text's length, which is a placeholder's here; a fixed number does as well. Line ends keep the lines
// of references that they become below what a mail server takes.
const FILLER = `${'\u00a0\u200c'.repeat(25)}\n`.repeat(3);

/** The line that an inbox shows beside the subject; invisible in the mail itself. */
export function Preheader({ text }: { readonly text: string }) {
  return (
    <div
      style={{ display: 'none', overflow: 'hidden', maxHeight: '0px', lineHeight: '1px', fontSize: '1px' }}
    >
      {`${text}${FILLER}`}
    </div>
  );
}
