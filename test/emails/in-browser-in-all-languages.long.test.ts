import { LANGUAGES } from '../../src/domain/locale.ts';
import { checkLayoutOfMails } from './check-in-browser.ts';

checkLayoutOfMails(LANGUAGES);
