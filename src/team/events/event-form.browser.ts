// The first event of a team: its time zone is most likely that of whoever writes it down.
const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const select = document.querySelector<HTMLSelectElement>('select[name="timeZone"]');
if (select && [...select.options].some(({ value }) => value === zone)) select.value = zone;
