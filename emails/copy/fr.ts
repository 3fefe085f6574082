import type { Copy } from './en.ts';

/**
 * French typography: a no-break space (\u00a0) before a colon and inside « », a narrow one (\u202f) before a
 * question mark, written as escapes so that they can be seen.
 */
export const fr: Copy = {
  direction: 'ltr',
  greeting: (name) => (name ? `Bonjour ${name},` : 'Bonjour,'),
  details: {
    when: 'Quand',
    where: 'Où',
    host: 'Avec',
    online: 'En ligne, par votre lien personnel',
    moment: (date, time, zone) => `${date}, ${time}, ${zone}`,
    hostTime: (time) => `Chez l’organisateur\u00a0: ${time}`,
    now: 'Nouveau',
    was: 'Ancien',
    planned: 'Prévu',
  },
  join: 'Rejoindre l’événement',
  paste: 'Le bouton ne fonctionne pas\u202f? Copiez ce lien dans votre navigateur\u00a0:',
  calendar: {
    add: 'Ajouter à mon agenda\u00a0:',
    update: 'Noter le nouvel horaire dans mon agenda\u00a0:',
    remove: 'Retirer de mon agenda\u00a0:',
    file: 'Apple et autres',
    google: 'Google',
    outlook: 'Outlook',
  },
  label: (name) => `${name}\u00a0:`,
  writeToHost: 'Une question\u202f? Écrivez à l’organisateur\u00a0:',
  confirmation: {
    subject: ({ title, date }) => `C'est noté\u00a0: ${title}, ${date}`,
    preheader: ({ time, zone }) => `${time}, ${zone}. Votre lien personnel vous attend.`,
    eyebrow: 'C’est noté',
    intro:
      'Votre place est réservée. Le lien ci-dessous n’appartient qu’à vous\u00a0: il affiche d’abord un compte à rebours, puis vous fait entrer dès le début.',
    why: ({ email, title }) =>
      `Vous recevez ce message car l’adresse ${email} est inscrite à «\u00a0${title}\u00a0».`,
  },
  reminder: {
    subject: ({ startsIn, title }) => `Début ${startsIn}\u00a0: ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Votre lien personnel vous attend.`,
    eyebrow: ({ startsIn }) => `Début ${startsIn}`,
    intro:
      'Votre place est réservée. Le lien ci-dessous n’appartient qu’à vous\u00a0: il affiche d’abord un compte à rebours, puis vous fait entrer dès le début.',
    why: ({ email, title }) =>
      `Vous recevez ce rappel car l’adresse ${email} est inscrite à «\u00a0${title}\u00a0».`,
    stop: 'Ne plus recevoir de rappels pour cet événement',
  },
  access_link: {
    subject: ({ title }) => `Votre lien pour ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Un clic et vous y êtes.`,
    eyebrow: 'Votre lien personnel',
    intro:
      'Voici de nouveau votre lien. Il n’appartient qu’à vous et fonctionne autant de fois que nécessaire.',
    why: ({ email, title }) =>
      `L’équipe de «\u00a0${title}\u00a0» vous envoie ce message car l’adresse ${email} y est inscrite.`,
  },
  self_serve_link: {
    subject: ({ title }) => `Votre lien pour ${title}`,
    preheader: ({ shortTime, zone }) => `${shortTime}, ${zone}. Le lien que vous avez demandé.`,
    eyebrow: 'Votre lien personnel',
    intro:
      'Voici le lien que vous avez demandé. Il n’appartient qu’à vous et fonctionne autant de fois que nécessaire.',
    why: ({ email, title }) =>
      `Quelqu’un, sans doute vous, a demandé le lien de ${email} sur la page de «\u00a0${title}\u00a0». Si ce n’était pas vous, il n’y a rien à faire\u00a0: il n’a été envoyé à personne d’autre.`,
  },
  event_updated: {
    subject: ({ title }) => `Nouvel horaire\u00a0: ${title}`,
    preheader: ({ shortTime, zone }) => `Désormais ${shortTime}, ${zone}. Votre lien reste le même.`,
    eyebrow: 'Nouvel horaire',
    intro: 'Cet événement a été déplacé. Votre place reste réservée et votre lien personnel reste le même.',
    why: ({ email, title }) =>
      `Vous recevez ce message car l’adresse ${email} est inscrite à «\u00a0${title}\u00a0».`,
  },
  event_cancelled: {
    subject: ({ title }) => `Annulé\u00a0: ${title}`,
    preheader: ({ shortTime, zone }) => `L’événement était prévu ${shortTime}, ${zone}.`,
    eyebrow: 'Annulé',
    intro:
      'Cet événement n’aura pas lieu. Votre lien personnel n’est plus valable, et vous n’avez rien à faire.',
    why: ({ email, title }) =>
      `Vous recevez ce message car l’adresse ${email} était inscrite à «\u00a0${title}\u00a0».`,
  },
  sign_in: {
    subject: ({ name }) => `Connexion à ${name}`,
    preheader: 'Votre lien fonctionne une seule fois, pendant 15 minutes.',
    eyebrow: 'Votre lien de connexion',
    title: ({ name }) => `Connexion à ${name}`,
    intro: 'Voici le lien que vous avez demandé. Il fonctionne une seule fois, pendant 15 minutes.',
    button: 'Se connecter',
    why: ({ email, name }) =>
      `Quelqu’un, sans doute vous, a demandé à se connecter à ${name} avec l’adresse ${email}. Si ce n’était pas vous, il n’y a rien à faire\u00a0: sans ce lien, personne ne peut entrer.`,
  },
};
