/* Who is signed in by now: a page may have been open since before the session ended, or since before it began anew. */

const ADDRESS = "/cuenta/sesion/";
const PATIENCE = 5000; // milliseconds

export const ENDED = "Su sesión terminó";

/** { user, token }: `user` is empty where nobody is signed in. Null without a line. */
export async function sessionNow() {
  try {
    const response = await fetch(ADDRESS, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Whether the person of this page is signed in; then its forms carry the token that holds now. Null without a line. */
export async function isSignedIn() {
  const now = await sessionNow();
  if (!now) return null;
  if (now.user !== document.body.dataset.user) return false;
  for (const field of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) field.value = now.token;
  return true;
}

/** To sign in beside this page, which keeps what is in it. */
export function signInLink(text = "Entre en otra pestaña") {
  const link = document.createElement("a");
  link.href = `/entrar/?next=${encodeURIComponent(window.location.pathname + window.location.search)}`;
  link.target = "_blank";
  link.textContent = text;
  return link;
}
