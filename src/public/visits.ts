import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { findBurst, recordVisit } from '../db/visit.ts';
import { roomClosesAt, roomOpensAt } from '../domain/doors.ts';
import type { Event } from '../domain/event.ts';
import type { Registrant } from '../domain/registrant.ts';
import {
  isVisitorMark,
  type Judgement,
  judgeVisit,
  type VisitOrigin,
  visitClient,
  visitorMark,
} from '../domain/visit.ts';
import { clientAddress, limitKey } from '../http/client-address.ts';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { isEmbed } from './embed/embed.ts';

const COOKIE = 'visitor';
/** People register weeks before an event. */
const COOKIE_SECONDS = 180 * 86_400;
/** A client may say anything of itself. */
const LONGEST_USER_AGENT = 1000;

type VisitDependencies = Pick<AppDependencies, 'config' | 'pool' | 'log' | 'now'>;

/** Notes that somebody or something opened a registrant's link. Whatever becomes of the note, the link opens. */
export async function noteVisit(
  c: Context<AppEnv>,
  { config, pool, log, now }: VisitDependencies,
  event: Event,
  registrant: Registrant,
): Promise<void> {
  // Whoever asks for the headers alone opens nothing.
  if (c.req.method !== 'GET') return;
  const at = now();
  const origin = originOf(c, config.trustProxy);
  const judgement = judge(c, config);
  // Whoever cancelled is not let in.
  const isLetIn = event.cancelledAt === null && registrant.cancelledAt === null;
  const whileOpen = isLetIn && roomOpensAt(event) <= at && at < roomClosesAt(event);
  const mayBeBurst = whileOpen && judgement.verdict === 'person' && !isMarked(c, config);
  const burstClient = mayBeBurst ? visitClient(config.appSecret, 'everywhere', origin) : null;
  try {
    await recordVisit(pool, {
      ...{ eventId: event.id, registrantId: registrant.id, at, whileOpen, burstClient, ...judgement },
      client: visitClient(config.appSecret, event.id, origin),
    });
    if (burstClient) await findBurst(pool, burstClient, at);
  } catch (error) {
    log.error({ err: error, registrantId: registrant.id }, 'a visit could not be recorded');
  }
}

/**
 * Whoever reads a page of an event keeps a cookie that says so: their later visit to a personal link is a person's, however many others
 * come from the same address. It is the same for everybody. In a frame of another site it would be another site's.
 */
export function rememberVisitor({ config }: Pick<AppDependencies, 'config'>) {
  return createMiddleware<AppEnv>(async (c, next) => {
    await next();
    const isPage = c.res.status === 200 && /^text\/html/.test(c.res.headers.get('content-type') ?? '');
    if (!isPage || isEmbed(c) || isMarked(c, config) || judge(c, config).verdict === 'machine') return;
    setCookie(c, COOKIE, visitorMark(config.appSecret), {
      path: '/e/',
      httpOnly: true,
      sameSite: 'Lax',
      secure: isSecure(config),
      maxAge: COOKIE_SECONDS,
    });
  });
}

function isMarked(c: Context, { appSecret }: AppDependencies['config']): boolean {
  const mark = getCookie(c, COOKIE);
  return mark !== undefined && isVisitorMark(appSecret, mark);
}

function judge(c: Context, config: AppDependencies['config']): Judgement {
  const header = (name: string) => c.req.header(name);
  return judgeVisit({ method: c.req.method, header, isSecure: isSecure(config) });
}

function isSecure({ publicUrl }: AppDependencies['config']): boolean {
  return publicUrl.startsWith('https:');
}

/** Behind a proxy that TRUST_PROXY does not name all visitors have its address: then what it says tells them apart, too. */
function originOf(c: Context<AppEnv>, trustProxy: number): VisitOrigin {
  const address = limitKey(clientAddress(c, trustProxy));
  const forwarded = trustProxy === 0 ? (c.req.header('x-forwarded-for') ?? '') : '';
  return {
    address: `${address} ${forwarded}`.slice(0, LONGEST_USER_AGENT),
    userAgent: (c.req.header('user-agent') ?? '').slice(0, LONGEST_USER_AGENT),
  };
}
