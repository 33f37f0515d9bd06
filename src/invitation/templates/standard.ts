/** The templates that hold where an administrator has none of their own. */
import { type Format, parseTemplate, type Template } from './template.ts';

export const templateNames = ['mail.html', 'mail.txt', 'subject.txt', 'block.html', 'block.txt'] as const;
export type TemplateName = (typeof templateNames)[number];

export function formatOf(name: TemplateName): Format {
  return name.endsWith('.html') ? 'html' : 'text';
}

/**
 * Tables and styles in place, because Outlook for Windows lays out with Word and Gmail drops much of what stands in the
 * head. The head's dark colours are for those that honour them; the plain ones bear being inverted by the others.
 */
const mailHtml = `<!doctype html>
<html lang="{{language}}" dir="{{direction}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{subject}}</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background-color: #111827 !important; }
  .card { background-color: #1f2937 !important; border-color: #374151 !important; }
  .text { color: #f3f4f6 !important; }
  .faint { color: #d1d5db !important; }
  .box { background-color: #111827 !important; border-color: #60a5fa !important; }
  .link { color: #93c5fd !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#f3f4f6">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f3f4f6">
<tr>
<td align="center" style="padding:16px 8px">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;background-color:#ffffff;border:1px solid #e5e7eb">
<tr>
<td class="text" dir="{{direction}}" style="padding:24px 20px;font-family:'Segoe UI',Arial,sans-serif;font-size:16px;line-height:24px;color:#1f2937;word-break:break-word;overflow-wrap:break-word">
<h1 class="text" style="margin:0 0 16px;font-size:22px;line-height:28px;font-weight:600;color:#1f2937">{{headline}}</h1>
<p style="margin:0">{{greeting}}</p>
{{#facts}}
<p style="margin:16px 0 0">{{text}}</p>
{{#hasDates}}
<ul style="margin:8px 0 0;padding:0 18px">
{{#dates}}
<li style="margin:0 0 4px">{{text}}</li>
{{/dates}}
{{#more}}
<li style="margin:0 0 4px">{{more}}</li>
{{/more}}
</ul>
{{/hasDates}}
{{#next}}
<p style="margin:8px 0 0">{{next}}</p>
{{/next}}
{{/facts}}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
<tr>
<td class="text" style="padding:20px 0 16px;font-family:'Segoe UI',Arial,sans-serif;font-size:16px;line-height:24px;color:#1f2937">
<p style="margin:0"><span class="faint" style="color:#4b5563">{{label.meeting}}:</span> {{title}}</p>
<p style="margin:0"><span class="faint" style="color:#4b5563">{{label.when}}:</span> {{when}}</p>
{{#rooms}}
<p style="margin:0"><span class="faint" style="color:#4b5563">{{label.rooms}}:</span> {{rooms}}</p>
{{/rooms}}
</td>
</tr>
</table>
{{#joining}}
<table role="presentation" class="box" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#eff6ff;border:1px solid #1d4ed8">
<tr>
<td class="text" dir="{{direction}}" style="padding:16px;font-family:'Segoe UI',Arial,sans-serif;font-size:16px;line-height:26px;color:#1f2937;word-break:break-word;overflow-wrap:break-word">
<h2 class="text" style="margin:0 0 8px;font-size:18px;line-height:24px;font-weight:600;color:#1f2937">{{heading}}</h2>
<p style="margin:0">{{label.number}}: <b><span dir="ltr">{{number}}</span></b></p>
<p style="margin:0">{{label.address}}: <a class="link" dir="ltr" href="{{addressLink}}" style="color:#1d4ed8">{{address}}</a></p>
{{#passcode}}
<p style="margin:0">{{label.passcode}}: <b><span dir="ltr">{{passcode}}</span></b></p>
{{/passcode}}
{{#access}}
<p style="margin:0">{{label.access}}: {{#link}}<a class="link" dir="ltr" href="{{link}}" style="color:#1d4ed8">{{number}}</a>{{/link}}{{^link}}{{number}}{{/link}} ({{name}})</p>
{{/access}}
</td>
</tr>
</table>
<p class="faint" style="margin:16px 0 0;font-size:14px;line-height:20px;color:#4b5563">{{#help.link}}<a class="link" href="{{help.link}}" style="color:#1d4ed8">{{help.text}}</a>{{/help.link}}{{^help.link}}{{help.text}}{{/help.link}}</p>
{{/joining}}
<p class="faint" style="margin:24px 0 0;font-size:13px;line-height:18px;color:#4b5563">{{closing}}</p>
</td>
</tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td>
</tr>
</table>
</body>
</html>
`;

const mailText = `{{greeting}}

{{#facts}}
{{text}}
{{#dates}}
- {{text}}
{{/dates}}
{{#more}}
- {{more}}
{{/more}}
{{#next}}
{{next}}
{{/next}}

{{/facts}}
{{label.meeting}}: {{title}}
{{label.when}}: {{when}}
{{#rooms}}
{{label.rooms}}: {{rooms}}
{{/rooms}}

{{#joining}}
{{heading}}
{{label.number}}: {{number}}
{{label.address}}: {{address}}
{{#passcode}}
{{label.passcode}}: {{passcode}}
{{/passcode}}
{{#access}}
{{label.access}}: {{number}} ({{name}})
{{/access}}

{{help.text}}{{#help.link}}: {{help.link}}{{/help.link}}

{{/joining}}
{{closing}}
`;

const subject = '{{subject}}\n';

/** Nothing but paragraphs, breaks and links: what every editor of invitations keeps. */
const blockHtml = `{{#joining}}
<p><b>{{heading}}</b></p>
<p>{{label.number}}: {{number}}</p>
<p>{{label.address}}: <a dir="ltr" href="{{addressLink}}">{{address}}</a></p>
{{#passcode}}
<p>{{label.passcode}}: {{passcode}}</p>
{{/passcode}}
{{#access}}
<p>{{label.access}}: {{#link}}<a dir="ltr" href="{{link}}">{{number}}</a>{{/link}}{{^link}}{{number}}{{/link}} ({{name}})</p>
{{/access}}
{{/joining}}
{{#facts}}
<p>{{text}}{{#dates}}<br>{{text}}{{/dates}}{{#more}}<br>{{more}}{{/more}}</p>
{{/facts}}
{{#joining}}
<p>{{#help.link}}<a href="{{help.link}}">{{help.text}}</a>{{/help.link}}{{^help.link}}{{help.text}}{{/help.link}}</p>
{{/joining}}
`;

const blockText = `{{#joining}}
{{heading}}
{{label.number}}: {{number}}
{{label.address}}: {{address}}
{{#passcode}}
{{label.passcode}}: {{passcode}}
{{/passcode}}
{{#access}}
{{label.access}}: {{number}} ({{name}})
{{/access}}
{{/joining}}
{{#facts}}
{{text}}
{{#dates}}
{{text}}
{{/dates}}
{{#more}}
{{more}}
{{/more}}
{{/facts}}
{{#joining}}
{{help.text}}{{#help.link}}: {{help.link}}{{/help.link}}
{{/joining}}
`;

export const standardSources: Readonly<Record<TemplateName, string>> = {
  'mail.html': mailHtml,
  'mail.txt': mailText,
  'subject.txt': subject,
  'block.html': blockHtml,
  'block.txt': blockText,
};

const parsed = new Map<TemplateName, Template>(
  templateNames.map((name) => [name, parseTemplate(standardSources[name], formatOf(name)).template]),
);

export function standardTemplate(name: TemplateName): Template {
  const template = parsed.get(name);
  if (template === undefined) throw new Error(`no template ${name}`);
  return template;
}
