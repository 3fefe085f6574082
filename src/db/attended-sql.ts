// Conditions over a row of `registrant`; never null.

/** They came in, certainly or perhaps: follow-ups and nudges go by it. */
export const ATTENDED = '(registrant.joined_at is not null or registrant.uncertain_at is not null)';

/** Nobody can tell whether they came in. */
export const JOINED_UNCERTAIN = '(registrant.joined_at is null and registrant.uncertain_at is not null)';
