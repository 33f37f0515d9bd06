/** How heavy a ticket is: by its form and its name, not by colour alone. */
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle';
import { InfoFilled } from '@fluentui/react-icons/svg/info';
import { WarningFilled } from '@fluentui/react-icons/svg/warning';
import type { Ticket } from '../answers.ts';
import { useWords } from '../words.tsx';

const icons = { critical: ErrorCircleFilled, warning: WarningFilled, notice: InfoFilled } as const;

export function SeverityMark({ severity }: Pick<Ticket, 'severity'>) {
  const { t } = useWords();
  const Icon = icons[severity];
  return (
    <span className={`mark ${severity}`}>
      <Icon fontSize={18} role="img" aria-label={t(`severity.${severity}`)} />
    </span>
  );
}
