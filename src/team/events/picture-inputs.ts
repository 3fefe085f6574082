import { PICTURE_FIELDS, type PictureKind } from '../../domain/picture.ts';

/** The inputs of one picture in the form of an event. What stands in them is read in this order. */
export function pictureInputs(kind: PictureKind) {
  return {
    /** A file to upload. */
    file: `${kind}File`,
    /** `yes`: no picture at all. */
    remove: `${kind}Remove`,
    /** An address elsewhere. */
    address: PICTURE_FIELDS[kind],
    /** The path of one that was uploaded. */
    kept: `${kind}Kept`,
  } as const;
}
