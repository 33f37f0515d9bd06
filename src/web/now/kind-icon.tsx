/** The sign of what a bar shows, the same wherever a meeting is named. */
import { ArrowForwardFilled } from '@fluentui/react-icons/svg/arrow-forward';
import { CalendarCancelRegular } from '@fluentui/react-icons/svg/calendar-cancel';
import { CheckmarkRegular } from '@fluentui/react-icons/svg/checkmark';
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle';
import { ClockRegular } from '@fluentui/react-icons/svg/clock';
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle';
import { QuestionCircleFilled } from '@fluentui/react-icons/svg/question-circle';
import { VideoFilled } from '@fluentui/react-icons/svg/video';
import { WarningFilled } from '@fluentui/react-icons/svg/warning';
import type { Kind } from './kind.ts';

const icons = {
  trouble: ErrorCircleFilled,
  unplaced: QuestionCircleFilled,
  failing: WarningFilled,
  open: VideoFilled,
  extended: ArrowForwardFilled,
  passed: CheckmarkCircleRegular,
  planned: ClockRegular,
  closed: CheckmarkRegular,
  cancelled: CalendarCancelRegular,
} as const satisfies Record<Kind, unknown>;

/** Its meaning stands beside it in words. */
export function KindIcon({ kind }: { readonly kind: Kind }) {
  const Icon = icons[kind];
  return <Icon className={`kind-icon ${kind}`} fontSize={16} aria-hidden="true" />;
}
