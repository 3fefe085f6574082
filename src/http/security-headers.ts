import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { AppEnv } from './context.ts';

type Options = NonNullable<Parameters<typeof secureHeaders>[0]>;

/** A mail, shown on a page of the team as its recipient sees it: `/team/…/frame`. */
const MAIL_FRAME = /^\/team\/.+\/frame$/;
/** A mail or a public page as a form makes it, beside the form: its document is written by the script of the page around it. */
const PREVIEW = /^\/team\/.+\/preview(?:\/(?:page|form|mail|embed))?$/;
/** The script that other sites load, and what it asks. */
const FOR_OTHER_SITES = /^\/embed\.js$|^\/e\/[^/]+\/embed\/state\.js$/;

/** Pictures that were uploaded. */
const PICTURE = /^\/img\//;

/** The one style that Turbo puts into pages: its progress bar's. The browser's console names the hash after an update. */
const TURBO_STYLE = "'sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps='";

/** What every answer tells the browser that it must not do. */
export function securityHeaders(isHttps: boolean): MiddlewareHandler<AppEnv> {
  const shared: Options = {
    // Set below, where nothing stricter was.
    referrerPolicy: false,
    // No page of ours asks for any of them, and nothing that gets into one may.
    permissionsPolicy: {
      ...{ accelerometer: [], browsingTopics: [], camera: [], displayCapture: [], geolocation: [] },
      ...{ gyroscope: [], magnetometer: [], microphone: [], midi: [], payment: [], usb: [] },
    },
    strictTransportSecurity: isHttps && 'max-age=31536000',
  };
  const pageOptions = (frameAncestors: string[]): Options => ({
    ...shared,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", TURBO_STYLE],
      imgSrc: ["'self'", 'https:', 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      frameSrc: ["'self'"],
      frameAncestors,
      baseUri: ["'none'"],
    },
    xFrameOptions: 'DENY',
  });
  const page = secureHeaders(pageOptions(["'none'"]));
  // `X-Frame-Options` knows no sites but our own: browsers that know both go by the policy.
  const framed = (by: readonly string[]) => secureHeaders({ ...pageOptions([...by]), xFrameOptions: false });
  const forOtherSites = secureHeaders({
    ...pageOptions(["'none'"]),
    crossOriginResourcePolicy: 'cross-origin',
  });
  // Mails bring their styles inline. The sandbox keeps whatever else they bring from doing anything.
  const frame = (styleSrc: string[], sandbox: string[]) =>
    secureHeaders({
      ...shared,
      contentSecurityPolicy: {
        ...{ defaultSrc: ["'none'"], styleSrc, imgSrc: ["'self'", 'https:', 'data:'] },
        ...{ formAction: ["'none'"], frameAncestors: ["'self'"], baseUri: ["'none'"], sandbox },
      },
      xFrameOptions: 'SAMEORIGIN',
    });
  const mailFrame = frame(["'unsafe-inline'"], []);
  // No script runs in it either.
  const preview = frame(["'self'", "'unsafe-inline'"], ['allow-same-origin']);
  // Shown by mail programs on the web and by other sites; by itself it can do nothing.
  const picture = secureHeaders({
    ...shared,
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] },
    crossOriginResourcePolicy: 'cross-origin',
    xFrameOptions: 'DENY',
  });
  return async (c, next) => {
    if (PICTURE.test(c.req.path)) return picture(c, next);
    if (MAIL_FRAME.test(c.req.path)) return mailFrame(c, next);
    if (PREVIEW.test(c.req.path)) return preview(c, next);
    if (FOR_OTHER_SITES.test(c.req.path)) return forOtherSites(c, next);
    // Who may frame it is known once it is made.
    await next();
    const by = c.get('framedBy');
    return (by ? framed(by) : page)(c, async () => undefined);
  };
}
