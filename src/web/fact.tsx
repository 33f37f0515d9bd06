/** One of a list of facts (`dl`): its name, and what it is; a dash where there is nothing to say. */
import type { ReactNode } from 'react';

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children || children === 0 ? children : '–'}</dd>
    </div>
  );
}
