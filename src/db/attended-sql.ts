/** A condition over `registrant`: they came in, certainly or perhaps. Follow-ups and nudges go by it, here alone. Never null. */
export const ATTENDED = '(registrant.joined_at is not null)';
