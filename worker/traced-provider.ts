import { inSpan, SpanKind } from '../src/operations/span.ts';
import type { OutgoingMail, Provider } from '../src/providers/provider.ts';

/** The provider, each of whose sendings is a span: what it was, never to whom. */
export function tracedProvider(provider: Provider): Provider {
  const { name } = provider;
  const about = (what: 'send' | 'call', mails: readonly OutgoingMail[]) => ({
    kind: SpanKind.CLIENT,
    attributes: {
      'access_mail.transport': name,
      'access_mail.kind': [...new Set(mails.map(({ kind }) => kind))].join(' '),
      ...(what === 'send' && mails[0] && { 'access_mail.message_id': mails[0].messageId }),
      ...(what === 'call' && { 'access_mail.mails': mails.length }),
    },
  });
  if (provider.takes === 'one')
    return {
      ...provider,
      send: (mail, priority, clearance) =>
        inSpan(`send ${name}`, about('send', [mail]), async (span) => {
          const outcome = await provider.send(mail, priority, clearance);
          span.setAttribute('access_mail.outcome', outcome.type);
          return outcome;
        }),
    };
  return {
    ...provider,
    call: (call) =>
      inSpan(`call ${name}`, about('call', call.mails), async (span) => {
        const result = await provider.call(call);
        span.setAttribute('access_mail.outcome', result.type);
        return result;
      }),
  };
}
