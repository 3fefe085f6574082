import { tellAlert } from '../../src/actions/alert.ts';
import { endAlert, endForgottenBreakers, listDueAlerts, raiseAlert } from '../../src/db/alert.ts';
import { transaction } from '../../src/db/pool.ts';
import { createMailState, isLate } from '../../src/operations/mail-state.ts';
import type { WorkerContext } from '../context.ts';
import { inTurn, type Service } from './service.ts';

/** Finds what nobody raises, and tells the team of all that was raised and all that has ended. Does nothing where nobody is to be told. */
export const alerts: Service = {
  name: 'alerts',
  schedule: '* * * * *',
  run: (context) =>
    inTurn(context.config.alerts ? [findLateMail, endForgotten, tellTeam] : [], (step) => step(context)),
};

async function findLateMail({ pool, now }: WorkerContext): Promise<void> {
  const known = await createMailState(pool, now)();
  if (!known) throw new Error('The database has not told the state of mail in time.');
  const { state, oldestDueSeconds } = known;
  const minutes = Math.round(Math.max(...Object.values(oldestDueSeconds)) / 60);
  // Mail that is refused is late, too, and that is said already.
  if (state === 'late') await raiseAlert(pool, 'mail_late', { minutes }, now());
  if (!isLate(known)) await endAlert(pool, 'mail_late', {}, now());
}

async function endForgotten({ pool, now }: WorkerContext): Promise<void> {
  await endForgottenBreakers(pool, now());
}

async function tellTeam({ config, pool, boss, log, metrics, now }: WorkerContext): Promise<void> {
  const { alerts: to } = config;
  if (!to) return;
  const at = now();
  await inTurn(await listDueAlerts(pool, at), async (due) => {
    const told = await transaction(pool, (db) => tellAlert({ db, boss, now: at }, to, due));
    if (!told) return;
    const { alert, isOver } = told;
    metrics.alerted(alert);
    log.info({ alert, isOver }, 'the team is told of an alert');
  });
}
