import { PostButton } from './button.tsx';
import type { TeamNotice } from './team-layout.tsx';

/**
 * The result of the last action, at the bottom of the screen, so that nothing else moves. The script removes it after some seconds;
 * without script it stays until the next page.
 */
export function Toast({ tone, text, link, undo }: TeamNotice) {
  return (
    <div className={`toast toast--${tone}`} data-toast={undo ? 'undo' : ''}>
      <p className="toast__text">
        {text}
        {link ? (
          <>
            {' '}
            <span aria-hidden="true">·</span> <a href={link.href}>{link.label}</a>
          </>
        ) : null}
      </p>
      {undo ? (
        <PostButton {...undo} small>
          Undo
        </PostButton>
      ) : null}
    </div>
  );
}
