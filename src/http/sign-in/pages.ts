/** The pages of the sign-in: made here, without a script, an image or anything from elsewhere, and in nobody's frame. */
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

const style =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem;color:#1b1f24;background:#fff}' +
  'h1{font-size:1.4rem}label{display:block;margin:.8rem 0}' +
  'input{display:block;box-sizing:border-box;width:100%;padding:.5rem;font:inherit;border:1px solid #57606a;border-radius:4px}' +
  'button,.button{display:block;box-sizing:border-box;width:100%;padding:.6rem;margin:1rem 0;font:inherit;text-align:center;' +
  'text-decoration:none;color:#fff;background:#0550ae;border:0;border-radius:4px;cursor:pointer}' +
  ':focus-visible{outline:3px solid #bf8700;outline-offset:2px}.wrong{color:#a40e26}' +
  '@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}.wrong{color:#ff9492}}';

/** Only the style above, by its hash. */
const policy =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; ` +
  "base-uri 'none'; frame-ancestors 'none'";

export function sendPage(reply: FastifyReply, title: string, body: Markup, status = 200): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', policy)
    .send(
      markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} – Roombridge</title>
<style>${new Markup(style)}</style></head>
<body><main><h1>${title}</h1>
${body}
</main></body>
</html>
`.text,
    );
}

/** Text of a page, with nothing of others in it that is more than text. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function markup(pieces: TemplateStringsArray, ...values: (string | Markup)[]): Markup {
  const texts = values.map((value) => (value instanceof Markup ? value.text : escaped(value)));
  return new Markup(pieces.map((piece, index) => piece + (texts[index] ?? '')).join(''));
}

const none = new Markup('');

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}

export interface SignInPage {
  readonly to: string;
  /** The provider's name; undefined where there is none. */
  readonly provider: string | undefined;
  readonly local: boolean;
  readonly said?: string | undefined;
  readonly wrong?: string;
}

export function signInBody({ to, provider, local, said, wrong }: SignInPage): Markup {
  return markup`${said === undefined ? none : markup`<p role="status">${said}</p>`}
${wrong === undefined ? none : markup`<p role="alert" class="wrong">${wrong}</p>`}
${provider === undefined ? none : markup`<p><a class="button" href="/sign-in/start?to=${encodeURIComponent(to)}">Sign in with ${provider}</a></p>`}
${local ? localForm(to) : none}`;
}

function localForm(to: string): Markup {
  return markup`<form method="post" action="/sign-in/local">
<h2>Local administrator</h2>
<input type="hidden" name="to" value="${to}">
<label>Name <input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="40"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required maxlength="128"></label>
<button>Sign in</button>
</form>`;
}

export function setUpBody(link: string, name: string, wrong?: string): Markup {
  return markup`${wrong === undefined ? none : markup`<p role="alert" class="wrong">${wrong}</p>`}
<form method="post" action="/sign-in/set-up">
<p>A password for the local administrator ${name}: at least 12 characters, whichever you like. All sessions of that name end.</p>
<input type="hidden" name="link" value="${link}">
<input type="hidden" name="username" autocomplete="username" value="${name}">
<label>Password <input name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="128"></label>
<label>Once more <input name="again" type="password" autocomplete="new-password" required minlength="12" maxlength="128"></label>
<button>Set the password</button>
</form>`;
}

export function refusalBody(sentence: string): Markup {
  return markup`<p role="alert" class="wrong">${sentence}</p>
<p><a class="button" href="/sign-in">Back to the sign-in</a></p>`;
}
