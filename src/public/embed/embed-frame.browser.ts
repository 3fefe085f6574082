/**
 * In a frame of another site: tells the script there (`embed.js`) how high the form is, once that has said hello, and puts the focus
 * on what is answered to the form. Only sites that the event allows are spoken to; without it the frame scrolls.
 */

const allowed = document.body.dataset.origins?.split(' ') ?? [];
const answer = document.querySelector<HTMLElement>('[data-answer], .form > .notice--bad');
/** The site around the frame, once it is known. */
let site: string | null = null;
let told = 0;

addEventListener('message', ({ source, origin, data }) => {
  if (window === parent || source !== parent || !allowed.includes(origin)) return;
  if (data?.accessMail !== 'hello') return;
  site = origin;
  tell(true);
});

// Its height does not follow from the frame's: so nothing runs in circles.
new ResizeObserver(() => tell(false)).observe(document.body);

// Nobody who reads the site is taken into the form before they sent it.
answer?.focus({ preventScroll: true });

function tell(isFirst: boolean): void {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  if (site === null || (height === told && !isFirst)) return;
  told = height;
  const { title } = document;
  parent.postMessage({ accessMail: 'form', height, title, isAnswer: isFirst && answer !== null }, site);
}
