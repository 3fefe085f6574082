/** A form stands below what its event is: a browser begins where the focus is, without a script too. */
export const FIRST_SEEN = { tabIndex: -1, autoFocus: true };
