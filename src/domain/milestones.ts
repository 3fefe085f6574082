/** How far a registrant came, in the order in which people come there. Each is a filter, and a step of an event's funnel. */
export const MILESTONES = ['delivered', 'opened', 'linkOpened', 'joined'] as const;
export type Milestone = (typeof MILESTONES)[number];
