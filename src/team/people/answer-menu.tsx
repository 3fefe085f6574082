import { ANSWER_NAMES, ANSWERS } from '../../reports/answer.ts';
import { HiddenFields } from '../parts/button.tsx';
import { Menu } from '../parts/menu.tsx';

export interface AnswerMenuProps {
  /** Where it posts to. */
  readonly action: string;
  /** The mail's subject, for those who hear the button alone. */
  readonly subject: string;
  /** The view of the list beside the pane, as a query. */
  readonly back: string;
}

/** In development: answers a mail as its recipient's server would. */
export function AnswerMenu({ action, subject, back }: AnswerMenuProps) {
  return (
    <div className="answer-menu">
      <Menu name={`Answer as… (${subject})`} label="Answer as…">
        {ANSWER_NAMES.map((name) => (
          <li key={name}>
            <form method="post" action={action}>
              <HiddenFields values={{ as: name, back }} />
              <button type="submit" className="menu__item">
                {ANSWERS[name].label}
              </button>
            </form>
          </li>
        ))}
      </Menu>
    </div>
  );
}
