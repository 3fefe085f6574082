import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

type Options = NonNullable<Parameters<typeof secureHeaders>[0]>;

/** A mail, shown on a page of the team as its recipient sees it: `/team/…/frame`. */
const MAIL_FRAME = /^\/team\/.+\/frame$/;

/** The one style that Turbo puts into pages: its progress bar's. The browser's console names the hash after an update. */
const TURBO_STYLE = "'sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps='";

/** What every answer tells the browser that it must not do. */
export function securityHeaders(isHttps: boolean): MiddlewareHandler {
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
  const page = secureHeaders({
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
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    xFrameOptions: 'DENY',
  });
  // Mails bring their styles inline. The sandbox keeps whatever else they bring from doing anything.
  const mailFrame = secureHeaders({
    ...shared,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'unsafe-inline'"],
      imgSrc: ["'self'", 'https:', 'data:'],
      frameAncestors: ["'self'"],
      baseUri: ["'none'"],
      sandbox: [],
    },
    xFrameOptions: 'SAMEORIGIN',
  });
  return (c, next) => (MAIL_FRAME.test(c.req.path) ? mailFrame(c, next) : page(c, next));
}
