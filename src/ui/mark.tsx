import { assetFile } from './asset-files.ts';

// Beside the name, which says more than the drawing's own title.
const DRAWING = assetFile('ui/static/favicon.svg').replace(/<title>.*?<\/title>/, '');

/** The door of the browser's tab, beside the product's name. */
export function Mark() {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: a file of ours, and nothing of anybody else's in it
  return <span className="mark" aria-hidden="true" dangerouslySetInnerHTML={{ __html: DRAWING }} />;
}
