// Tell the server the reader's time zone, so that it writes moments in it.
export function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || document.cookie.includes(`helpdesk_zone=${zone}`)) return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `helpdesk_zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
}
