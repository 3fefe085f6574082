/** What the functions run on: a client of `pg` inside the transaction of yours, or anything else that has this. */
export interface Client {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Who registers, and for what. Checked as the API checks it. */
export interface Registration {
  /** Its id, or its slug. */
  readonly event: string;
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  /** Fields of the event's form, and others. */
  readonly fields?: Readonly<Record<string, string>>;
  /** BCP 47, like `fr-CA`; left out: the event's. */
  readonly locale?: string;
  /** Like `Europe/Paris`; left out: the event's. */
  readonly timeZone?: string;
  readonly source?: {
    readonly utmSource?: string;
    readonly utmMedium?: string;
    readonly utmCampaign?: string;
    readonly utmTerm?: string;
    readonly utmContent?: string;
    readonly referrer?: string;
  };
  /** Left out: true. */
  readonly sendConfirmation?: boolean;
}

/** All of them work in the caller's transaction: what they did exists when that commits, and never if it does not. */
export interface AccessMail {
  /** Registers a person and puts the confirmation on its way. Gives the registrant's id, also of whoever was registered before: they get no second mail. */
  register(client: Client, registration: Registration): Promise<string>;
  /** Sends the access link again, and gives the message's id. Within a minute it is the same message. */
  resend(client: Client, registrantId: string): Promise<string>;
  /** The registrant does not come: mails on their way are not sent. False: they had cancelled before. */
  cancel(client: Client, registrantId: string): Promise<boolean>;
  /** The registrant comes after all, and gets the confirmation again. False: they had not cancelled. */
  restore(
    client: Client,
    registrantId: string,
    options?: { readonly sendConfirmation?: boolean },
  ): Promise<boolean>;
}

/** `schema`: `DATABASE_SCHEMA` of the installation, `public` where it is left out. */
export declare function createAccessMail(options?: { readonly schema?: string }): AccessMail;

export type AccessMailErrorCode =
  | 'invalid_input'
  | 'not_found'
  | 'event_cancelled'
  | 'event_ended'
  | 'registrant_cancelled'
  | 'too_many_fields'
  | 'changed_meanwhile';

/** Why it was refused. The transaction is aborted, as by any error of Postgres's. Other errors come as the client throws them. */
export declare class AccessMailError extends Error {
  readonly name: 'AccessMailError';
  readonly code: AccessMailErrorCode;
  /** As Postgres gave it, `ML001`. */
  readonly sqlState: string;
  /** All that is wrong with the input: where, like `fields.company`, and what. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}
