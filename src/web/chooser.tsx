/** What one chooses for oneself: language, colours, and the name by which one acts where nobody signs in. */
import {
  Button,
  Field,
  Input,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Select,
} from '@fluentui/react-components';
import { SettingsRegular } from '@fluentui/react-icons/svg/settings';
import { useQuery } from '@tanstack/react-query';
import { languageNames, languages } from './catalogue.ts';
import { questions } from './questions.ts';
import { choose, type Settings, useSettings } from './settings.ts';
import { useWords } from './words.tsx';

export function Chooser() {
  const { t } = useWords();
  const settings = useSettings();
  const { data: me } = useQuery(questions.me);
  const name = me?.name ?? settings.name;
  const title = t('settings.title');
  const role = me?.name ? ` ${t(`role.${me.role}`)}` : '';
  return (
    <Popover>
      <PopoverTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          icon={<SettingsRegular />}
          aria-label={name === '' ? title : `${name}${role}, ${title}`}
        >
          {/* Nothing at all where there is no name: Fluent makes a button with content wide. */}
          {name === '' ? undefined : (
            <>
              {name}
              {role !== '' && <small className="role">{role}</small>}
            </>
          )}
        </Button>
      </PopoverTrigger>
      <PopoverSurface className="chooser" aria-label={title}>
        {me?.name ? (
          <form method="post" action="/sign-out" className="who">
            <span>{t('settings.signed-in', { name: me.name, role: t(`role.${me.role}`) })}</span>
            <Button type="submit" size="small">
              {t('settings.sign-out')}
            </Button>
            <Button type="submit" size="small" name="everywhere" value="true">
              {t('settings.sign-out-everywhere')}
            </Button>
          </form>
        ) : (
          <Field label={t('settings.name')} hint={t('settings.name-hint')}>
            <Input
              value={settings.name}
              maxLength={100}
              onChange={(_, { value }) => choose({ name: value })}
            />
          </Field>
        )}
        <Field label={t('settings.language')}>
          <Select value={settings.language} onChange={(_, { value }) => choose({ language: value })}>
            <option value="">{t('settings.of-browser')}</option>
            {languages.map((one) => (
              <option key={one} value={one} lang={one}>
                {languageNames[one]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('settings.theme')}>
          <Select
            value={settings.theme}
            onChange={(_, { value }) => choose({ theme: value as Settings['theme'] })}
          >
            <option value="system">{t('settings.of-system')}</option>
            <option value="light">{t('settings.light')}</option>
            <option value="dark">{t('settings.dark')}</option>
          </Select>
        </Field>
        <nav className="elsewhere" aria-label={t('settings.elsewhere')}>
          <a href="/queues">bull-board</a>
          <a href="/metrics">/metrics</a>
          <a href="/api/health">/api/health</a>
          <a href="/api/openapi.json">OpenAPI</a>
        </nav>
      </PopoverSurface>
    </Popover>
  );
}
