import { describe, expect, it } from 'vitest';
import { readEmbedOrigin } from '../../src/domain/embed-origin.ts';

describe('a site that may show the form', () => {
  it.each([
    ['https://www.example.com', 'https://www.example.com'],
    [' https://www.example.com/ ', 'https://www.example.com'],
    ['HTTPS://WWW.Example.COM:443', 'https://www.example.com'],
    ['https://example.com:8443', 'https://example.com:8443'],
    ['https://münchen.example', 'https://xn--mnchen-3ya.example'],
    ['https://under_score.example.com', 'https://under_score.example.com'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['http://127.0.0.1/', 'http://127.0.0.1'],
  ])('%s is read as %s', (text, origin) => {
    expect(readEmbedOrigin(text)).toEqual({ origin, problem: null });
  });

  it.each([
    ['*', 'must name one site'],
    ['https://*.example.com', 'must name one site'],
    ['www.example.com', 'must begin with https://'],
    ['javascript:alert(1)', 'must begin with https://'],
    ['data:text/html,x', 'must begin with https://'],
    ['null', 'must begin with https://'],
    ["'self'", 'must begin with https://'],
    ['http://www.example.com', 'must begin with https://'],
    ['https://www.example.com/events', 'must be the site alone, without a path: https://www.example.com'],
    ['https://www.example.com?x=1', 'must be the site alone'],
    ['https://www.example.com/#top', 'must be the site alone'],
    ['https://ada:secret@www.example.com', 'must be the site alone'],
    ['https:\\\\www.example.com', 'must be the site alone'],
    ['http://[::1]:3000', 'no IPv6'],
    ['https://', 'must be an origin'],
    ['https://a b.example', 'must be an origin'],
    // `URL` takes it, and in a policy it would begin another directive.
    ['https://www.example.com;sandbox', 'must be an origin'],
    ["https://a'self'.example", 'must be an origin'],
    ['https://a,b.example', 'must be an origin'],
    ['https://www.example.com:99999', 'must be an origin'],
  ])('%s is none: it %s', (text, problem) => {
    expect(readEmbedOrigin(text)).toEqual({ origin: null, problem: expect.stringContaining(problem) });
  });
});
