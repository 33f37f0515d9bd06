/** An administrator's own templates and sentences, each language by itself, before the standard ones. */
import type { Catalogue } from '../languages/catalogue.ts';
import type { Language } from '../languages/language.ts';
import { type Speech, speechIn } from '../languages/speech.ts';
import { standardTemplate, type TemplateName } from './standard.ts';
import type { Template } from './template.ts';

export interface Templates {
  /** By file name, such as `mail.de.html`. */
  readonly files: ReadonlyMap<string, Template>;
  readonly sentences: ReadonlyMap<Language, Partial<Catalogue>>;
}

export const noTemplates: Templates = { files: new Map(), sentences: new Map() };

export function templateFor({ files }: Templates, name: TemplateName, language: Language): Template {
  return files.get(fileNameOf(name, language)) ?? standardTemplate(name);
}

/** `mail.html` in German is `mail.de.html`. */
export function fileNameOf(name: TemplateName, language: Language): string {
  return name.replace('.', `.${language}.`);
}

export function speechWith({ sentences }: Templates, language: Language): Speech {
  return speechIn(language, sentences.get(language));
}
