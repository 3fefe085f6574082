/** The event that `npm start` makes to play with. */
export const SAMPLE_SLUG = 'calm-software';
/** The admin that `npm start` makes. */
export const SAMPLE_ADMIN = 'team@example.com';
