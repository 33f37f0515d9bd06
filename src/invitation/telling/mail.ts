/** The whole mail that tells an organizer what happened, what it means, how to join, and what to do next. */
import type { About, Notice, Reader } from '../notice.ts';
import { fill } from '../templates/template.ts';
import { noTemplates, speechWith, templateFor } from '../templates/templates.ts';
import type { Wording } from './block-text.ts';
import { isolateEnd, isolateStart, oneLine } from './foreign.ts';
import { mailView } from './view.ts';

export interface Mail {
  /** One line, without control characters. */
  readonly subject: string;
  /** A whole document. */
  readonly html: string;
  /** The same in plain text, its lines ended by CR LF. */
  readonly text: string;
}

/** The longest subject that mail programs show and gateways pass on whole (RFC 5322 limits a line to 998 octets). */
const longestSubject = 200;

export function mailOf(notice: Notice, about: About, reader: Reader, wording: Wording = {}): Mail {
  const { templates = noTemplates } = wording;
  const { language } = reader;
  const view = mailView(notice, about, reader, speechWith(templates, language), wording);
  const subject = fill(templateFor(templates, 'subject.txt', language), view);
  return {
    // Isolates are invisible in a subject at best; some programs show them as boxes.
    subject: oneLine(subject.replaceAll(isolateStart, '').replaceAll(isolateEnd, ''), longestSubject),
    html: fill(templateFor(templates, 'mail.html', language), view),
    text: fill(templateFor(templates, 'mail.txt', language), view),
  };
}
