import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { inviteMember, sendInvitation } from '../../actions/invitation.ts';
import { changeRole, removeMember } from '../../actions/team.ts';
import { listApiKeys } from '../../db/api-key.ts';
import { listTeamMembers, ROLES } from '../../db/team-member.ts';
import { AppError } from '../../domain/errors.ts';
import { address } from '../../domain/input.ts';
import { languageFor } from '../../domain/locale.ts';
import { signedLink } from '../../domain/signed-id.ts';
import { readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { acceptedLocales } from '../../public/visitor.ts';
import { seeOther, type TeamDependencies } from '../frame.ts';
import { act, adminsOnly, type TeamEnv } from '../session.ts';
import { ChangeRolePage, RemoveMemberPage } from './member-confirm-pages.tsx';
import { MembersPage } from './members-page.tsx';

const PATH = '/team/members';

/** Whoever is signed in, and their language: that of the person who is invited is not known. */
function invitingBy(c: Context<TeamEnv>) {
  return { inviterId: c.var.session.member.id, language: languageFor(...acceptedLocales(c)) };
}

/** Throws `not_found` where the path names none. */
function memberId(c: Context): string {
  const known = z.uuid().safeParse(c.req.param('id'));
  if (!known.success) throw new AppError('not_found', 'There is no such member of the team.');
  return known.data;
}

/** Who is on the team, and as what. */
export function memberRoutes(dependencies: TeamDependencies) {
  const { config, pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();
  router.use(PATH, adminsOnly);
  router.use(`${PATH}/*`, adminsOnly);

  router.get(PATH, (c) => showMembers(c));

  router.post(PATH, async (c) => {
    const form = await readForm(c);
    const values = { email: form.email?.slice(0, 320) ?? '', role: form.role ?? '' };
    const email = address.safeParse(values.email);
    const role = z.enum(ROLES).safeParse(values.role);
    if (!email.success || !role.success)
      return showMembers(c, values, {
        ...(!email.success && { email: 'Enter an email address, like ada@example.com.' }),
        ...(!role.success && { role: 'Choose a role.' }),
      });
    try {
      const member = { email: email.data, role: role.data };
      await act(c, dependencies, (action) => inviteMember(action, member, invitingBy(c)));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      return showMembers(c, values, { email: error.message });
    }
    return seeOther(c, PATH, 'member_invited');
  });

  router.post(`${PATH}/:id/invite`, async (c) => {
    const id = memberId(c);
    const isSent = await act(c, dependencies, (action) => sendInvitation(action, id, invitingBy(c)));
    return seeOther(c, PATH, isSent ? 'invitation_sent' : 'invitation_sent_before');
  });

  router.get(`${PATH}/:id/role`, async (c) => {
    const page = await confirmPage(c);
    return sendPage(c, <ChangeRolePage {...page} />);
  });

  router.post(`${PATH}/:id/role`, async (c) => {
    const { id } = (await confirmPage(c)).member;
    const form = await readForm(c);
    const role = z.enum(ROLES).safeParse(form.role);
    if (!role.success) throw new AppError('invalid_input', 'Choose a role: member or admin.');
    await act(c, dependencies, (action) => changeRole(action, id, role.data, form.version ?? ''));
    // Whoever is no admin any more may not look at the team.
    const isOver = id === c.var.session.member.id && role.data !== 'admin';
    return seeOther(c, isOver ? '/team/account' : PATH, 'role_changed');
  });

  router.get(`${PATH}/:id/remove`, async (c) => {
    const page = await confirmPage(c);
    const keys = await listApiKeys(pool);
    const apiKeys = keys.filter(({ owner }) => owner === page.member.email).length;
    return sendPage(c, <RemoveMemberPage {...page} apiKeys={apiKeys} />);
  });

  router.post(`${PATH}/:id/remove`, async (c) => {
    const { id } = (await confirmPage(c)).member;
    await act(c, dependencies, (action) => removeMember(action, id));
    const isOneself = id === c.var.session.member.id;
    return isOneself ? seeOther(c, '/team/sign-in', 'left_team') : seeOther(c, PATH, 'member_removed');
  });

  async function showMembers(
    c: Context<TeamEnv>,
    values = { email: '', role: 'member' },
    errors: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const members = await listTeamMembers(pool);
    return sendPage(
      c,
      <MembersPage
        frame={await frame(c)}
        members={members.map(({ invitation, ...member }) => ({
          ...member,
          invitation: invitation && {
            ...invitation,
            link:
              invitation.expiresAt > now()
                ? signedLink(config.publicUrl, config.appSecret, 'sign-in', invitation.id)
                : null,
          },
          isOneself: member.id === c.var.session.member.id,
        }))}
        signInUrl={`${config.publicUrl}/team/sign-in`}
        {...{ values, errors }}
      />,
      Object.keys(errors).length > 0 ? 422 : 200,
    );
  }

  async function confirmPage(c: Context<TeamEnv>) {
    const members = await listTeamMembers(pool);
    const member = members.find(({ id }) => id === c.req.param('id'));
    if (!member) throw new AppError('not_found', 'There is no such member of the team.');
    const admins = members.filter(({ role }) => role === 'admin').length;
    return {
      frame: await frame(c),
      member: { ...member, isOneself: member.id === c.var.session.member.id },
      isLastAdmin: member.role === 'admin' && admins === 1,
    };
  }

  return router;
}
