/** The joining block's words, as HTML and as plain text, for everybody who reads the invitation. */
import type { BlockText } from '../block.ts';
import { directionOf } from '../languages/language.ts';
import type { Notice, Reader } from '../notice.ts';
import { fill } from '../templates/template.ts';
import { noTemplates, speechWith, type Templates, templateFor } from '../templates/templates.ts';
import { type Additions, blockView } from './view.ts';

/** Additions, and the templates of an administrator where there are any. */
export interface Wording extends Additions {
  readonly templates?: Templates;
}

/**
 * Each detail on its own line `Label: value`; the number and the passcode are the only values that are digits alone.
 * Undefined where the notice has nothing for everybody: neither joining details nor a fact that concerns all.
 */
export function blockOf(notice: Notice, reader: Reader, wording: Wording = {}): BlockText | undefined {
  const { templates = noTemplates } = wording;
  const { language } = reader;
  const view = blockView(notice, reader, speechWith(templates, language), wording);
  if (view.joining === undefined && view.facts.length === 0) return undefined;
  const html = fill(templateFor(templates, 'block.html', language), view);
  const text = fill(templateFor(templates, 'block.txt', language), view);
  return {
    html: `<div id="roombridge-joining" lang="${language}" dir="${directionOf(language)}">${packed(html)}</div>`,
    text: text.trim(),
  };
}

/** Without the line ends between paragraphs, which Exchange would write in its own way. */
function packed(html: string): string {
  return html.replace(/\s*\n\s*/g, '').trim();
}
