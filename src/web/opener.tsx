/** A button that asks something in a dialog: the focus is given back to it when that is over. */
import { Button, type ButtonProps, useRestoreFocusTarget } from '@fluentui/react-components';

export function Opener(props: ButtonProps) {
  const target = useRestoreFocusTarget();
  return <Button size="small" {...props} {...target} />;
}
