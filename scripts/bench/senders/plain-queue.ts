/** The plain pipeline's queue in pg-boss: one job a mail, `{ messageId }`. */
export const PLAIN_QUEUE = 'plain';
/** Mails that the plain pipeline has in hand at once. */
export const CONCURRENCY = 20;
