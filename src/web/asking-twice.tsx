/** Asks whether something is meant that harms somebody, and says what that is. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useWords } from './words.tsx';

interface Props {
  /** Nothing is asked while it is undefined. */
  readonly of: { readonly title: string; readonly harm: string; mean(): void } | undefined;
  onLeave(): void;
}

export function AskingTwice({ of, onLeave }: Props) {
  const { t } = useWords();
  const mean = () => {
    of?.mean();
    onLeave();
  };
  return (
    <Dialog modalType="alert" open={of !== undefined} onOpenChange={(_, { open }) => open || onLeave()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{of?.title}</DialogTitle>
          <DialogContent className="harm">{of?.harm}</DialogContent>
          <DialogActions>
            <Button onClick={onLeave}>{t('order.leave')}</Button>
            <Button appearance="primary" className="harmful" onClick={mean}>
              {of?.title}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
