/** The host's picture beside their name; where it is broken, the first letter of the name. */
export function HostPicture({ name, url }: { readonly name: string; readonly url: string | null }) {
  if (!url) return null;
  const [first] = new Intl.Segmenter().segment(name.trim());
  const letter = first?.segment.toUpperCase() ?? '';
  return (
    <span className="host-picture" aria-hidden="true">
      {letter}
      <img src={url} alt="" width={48} height={48} data-instead={letter} />
    </span>
  );
}
